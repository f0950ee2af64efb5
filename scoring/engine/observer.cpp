#include "scoring/engine/observer.hpp"

namespace berth::scoring {

std::string_view name_of(stage s) noexcept {
  constexpr std::string_view names[stage_count] = {"PreFilter", "Filter",  "PostFilter", "PreScore",
                                                   "Score",     "Reserve", "Unreserve",  "Permit",
                                                   "PreBind",   "Bind",    "PostBind"};
  return names[static_cast<std::size_t>(s)];
}

}  // namespace berth::scoring
