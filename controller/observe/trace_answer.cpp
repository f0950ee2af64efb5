#include "controller/observe/trace_answer.hpp"

#include "k8s/text/json_writer.hpp"

#include <charconv>
#include <string>

namespace berth::controller {

namespace {

constexpr std::string_view prefix = "/debug/trace/";
constexpr const char* json = "application/json";

http_answer refusal(unsigned code, std::string_view reason, std::string_view message) {
  k8s::json_writer w;
  w.begin_object().member("kind", "Status").member("apiVersion", "v1").member("status", "Failure");
  w.member("message", message).member("reason", reason).member("code", std::int64_t{code}).end_object();
  return {.status = code, .body = w.take() + "\n", .content_type = json};
}

std::string why_none(const k8s::object_key& pod, const cluster_cache& cache) {
  const std::string name = "pod " + pod.text() + ": ";
  const k8s::pod* there = cache.find(pod);
  if (const std::string_view other = cache.other_scheduler_of(pod); !other.empty())
    return name + (there == nullptr ? "it waits" : "it is on node " + there->node_name) + "; its schedulerName is \"" +
           std::string(other) + "\", and this scheduler has no profile of that name";
  if (there == nullptr) return name + "this scheduler has not seen it";
  if (!there->node_name.empty())
    return name + "it is on node " + there->node_name + "; how it came there this scheduler does not know (any more)";
  return name + "it waits; its steps are no longer kept, look again after the next attempt";
}

// The number after "after=", 0 where there is none; nothing where it is no number.
std::optional<std::uint64_t> after_of(std::string_view query) {
  constexpr std::string_view key = "after=";
  if (query.empty()) return 0;
  if (!query.starts_with(key)) return std::nullopt;
  query.remove_prefix(key.size());
  std::uint64_t n = 0;
  const auto [end, bad] = std::from_chars(query.data(), query.data() + query.size(), n);
  if (query.empty() || bad != std::errc{} || end != query.data() + query.size()) return std::nullopt;
  return n;
}

}  // namespace

std::optional<http_answer> answer_trace(std::string_view target, const journeys& kept, const cluster_cache& cache,
                                        instant now, wall_time wall) {
  if (!target.starts_with(prefix)) return std::nullopt;
  const auto question = target.find('?');
  std::string_view path = target.substr(0, question);
  const std::optional<std::uint64_t> after =
      after_of(question == std::string_view::npos ? "" : target.substr(question + 1));
  path.remove_prefix(prefix.size());
  const auto slash = path.find('/');
  const std::string_view name = slash == std::string_view::npos ? "" : path.substr(slash + 1);
  if (name.empty() || slash == 0 || name.find('/') != std::string_view::npos)
    return refusal(404, "NotFound", "the path is /debug/trace/NAMESPACE/NAME");
  if (!after) return refusal(400, "BadRequest", "the query may be after=N, with a number");

  const k8s::object_key pod{std::string(path.substr(0, slash)), std::string(name)};
  const journey* j = kept.find(pod.namespace_, pod.name);
  if (j == nullptr) return refusal(404, "NotFound", why_none(pod, cache));
  return http_answer{.body = to_json(*j, *after, now, wall), .content_type = json};
}

}  // namespace berth::controller
