#pragma once

#include "scoring/status.hpp"

#include <cstdint>
#include <string_view>

/// An observer of a decision being made: it is told when each extension point begins and how it ended.
///
/// The decision reads no clock; an observer may. One is given to a cycle_state by the process, which owns it and keeps
/// it alive as long as that; without one nothing is called. Calls come on the cluster's strand, in pairs, one pair
/// after another.
namespace berth::scoring {

/// What runs, in order. NormalizeScore is part of `score`; what is kept between cycles is brought up to date within
/// `filter` and `score`.
enum class stage : std::uint8_t {
  pre_filter,
  filter,
  post_filter,
  pre_score,
  score,
  reserve,
  unreserve,
  permit,
  pre_bind,
  bind,
  post_bind,
};
inline constexpr std::size_t stage_count = 11;

/// "PreFilter", as metrics and people have it.
std::string_view name_of(stage s) noexcept;

class observer {
 public:
  virtual ~observer() = default;
  virtual void begins(stage s) = 0;
  virtual void ended(stage s, code how) = 0;
};

/// One extension point, from its making to `ended`, or to the end of its scope (which is `error`: a plugin threw).
class observed_stage {
 public:
  observed_stage(observer* by, stage s) : by_(by), stage_(s) {
    if (by_ != nullptr) by_->begins(stage_);
  }
  ~observed_stage() { ended(code::error); }
  observed_stage(const observed_stage&) = delete;
  observed_stage& operator=(const observed_stage&) = delete;

  /// Says so once; later calls count for nothing.
  void ended(code how) {
    if (by_ == nullptr) return;
    by_->ended(stage_, how);
    by_ = nullptr;
  }

 private:
  observer* by_;
  stage stage_;
};

}  // namespace berth::scoring
