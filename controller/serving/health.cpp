#include "controller/serving/health.hpp"

namespace berth::controller {

std::optional<http_answer> answer_health(std::string_view target, const std::vector<health_check>& checks) {
  const auto question = target.find('?');
  const std::string_view path = target.substr(0, question);
  const std::string_view query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  if (path != "/livez" && path != "/readyz" && path != "/healthz") return std::nullopt;

  std::string list = "[+]ping ok\n";
  bool well = true;
  for (const health_check& c : checks) {
    if (!(path == "/livez" ? c.for_liveness : path == "/healthz" ? c.for_health : c.for_readiness)) continue;
    const std::string problem = c.problem();
    well = well && problem.empty();
    list += problem.empty() ? "[+]" + c.name + " ok\n" : "[-]" + c.name + " failed: " + problem + "\n";
  }
  const std::string name(path.substr(1));
  if (!well) return http_answer{.status = 500, .body = list + name + " check failed\n"};
  if (query.starts_with("verbose")) return http_answer{.body = list + name + " check passed\n"};
  return http_answer{.body = "ok"};
}

}  // namespace berth::controller
