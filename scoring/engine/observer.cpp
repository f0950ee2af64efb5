#include "scoring/engine/observer.hpp"

namespace berth::scoring {

std::string_view name_of(stage s) noexcept {
  constexpr std::string_view names[stage_count] = {"PreFilter", "Filter",  "PostFilter", "PreScore",
                                                   "Score",     "Reserve", "Unreserve",  "Permit",
                                                   "PreBind",   "Bind",    "PostBind"};
  return names[static_cast<std::size_t>(s)];
}

std::string_view name_of(plugin_point p) noexcept {
  constexpr std::string_view names[plugin_point_count] = {"PreFilter",
                                                          "PreFilterExtensionAddPod",
                                                          "PreFilterExtensionRemovePod",
                                                          "Filter",
                                                          "PostFilter",
                                                          "PreScore",
                                                          "Score",
                                                          "ScoreExtensionNormalize",
                                                          "Reserve",
                                                          "Unreserve",
                                                          "Permit",
                                                          "PreBind",
                                                          "Bind",
                                                          "PostBind",
                                                          "QueueingHint"};
  return names[static_cast<std::size_t>(p)];
}

}  // namespace berth::scoring
