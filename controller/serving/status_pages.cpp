#include "controller/serving/status_pages.hpp"

#include "k8s/text/json_of_value.hpp"

#include <algorithm>
#include <ctime>

namespace berth::controller {

namespace {

std::string head(std::string_view component, const char* page) {
  return "\n" + std::string(component) + " " + page +
         "\nWarning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees "
         "and is "
         "for debugging purposes only.\n";
}

std::string date(std::int64_t seconds) {
  const std::time_t at = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&at, &parts);
  char text[64];
  return std::string(text, std::strftime(text, sizeof text, "%a %b %e %H:%M:%S UTC %Y", &parts));
}

std::string uptime(std::int64_t seconds) {
  const auto whole = std::max<std::int64_t>(0, seconds);
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return std::to_string(whole / 3600) + " hr " + two(whole / 60 % 60) + " min " + two(whole % 60) + " sec";
}

}  // namespace

http_answer configz(const k8s::value& configuration) {
  k8s::json_writer w;
  w.begin_object().key("componentconfig");
  k8s::write(w, configuration);
  w.end_object();
  return {.body = w.take(), .content_type = "application/json"};
}

http_answer flagz(std::string_view component, std::vector<std::pair<std::string, std::string>> flags) {
  std::sort(flags.begin(), flags.end());
  std::string out = head(component, "flagz");
  for (const auto& [name, value] : flags) out += name + "=" + value + "\n";
  return {.body = std::move(out)};
}

http_answer statusz(std::string_view component, const process_status& status, const std::vector<std::string>& paths) {
  std::string out = head(component, "statusz");
  out += "\nStarted: " + date(status.started) + "\nUp: " + uptime(status.up) + "\nBinary version: " + status.version +
         "\nEmulation version: " + status.kubernetes + "\nPaths:";
  for (const std::string& p : paths) out += " " + p;
  return {.body = out + "\n"};
}

}  // namespace berth::controller
