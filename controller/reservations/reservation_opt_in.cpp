#include "controller/reservations/reservation_opt_in.hpp"

#include "k8s/text/utf8.hpp"
#include "scoring/arguments.hpp"

#include <fmt/format.h>

namespace berth::controller {

opt_in opt_in_of(const k8s::string_map& annotations) {
  const std::string* text = annotations.find(opt_in_annotation);
  if (text == nullptr) return {};
  const auto problem = [&](const char* what) {
    return opt_in{{}, fmt::format("{}: \"{}\" {}", opt_in_annotation, k8s::excerpt(*text, 64), what)};
  };
  const auto hold = scoring::parse_duration(*text);
  if (!hold) return problem("is not a duration like 10m or 1h30m; nothing is reserved");
  if (hold->count() < 0) return problem("is negative; nothing is reserved");
  if (*hold > longest_hold) return problem("is longer than 24h; nothing is reserved");
  return {std::chrono::ceil<std::chrono::seconds>(*hold), ""};
}

}  // namespace berth::controller
