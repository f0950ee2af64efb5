#pragma once

#include "scoring/engine/plugin_call.hpp"
#include "scoring/status.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// An observer of a decision being made: it is told when each extension point begins and how it ended.
///
/// The decision reads no clock; an observer may. One is given to a cycle_state by the process, which owns it and keeps
/// it alive as long as that; without one nothing is called. Calls come on the cluster's strand, in pairs, one pair
/// after another. Within a pair it is told of every call of a plugin.
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

/// What Score came to, for some of the nodes. Valid during the call that it is passed to.
struct score_table {
  struct row {
    std::string_view node;
    std::int64_t total;
    std::vector<std::int64_t> weighted;  ///< normalised, times the weight; by position in `plugins`
  };
  /// Those that PreScore did not skip, in order; behind them `extenders_column` where extenders gave scores.
  std::vector<std::string_view> plugins;
  std::vector<row> rows;  ///< the chosen node, then the others by descending total
};
inline constexpr std::string_view extenders_column = "(extenders)";

class observer {
 public:
  virtual ~observer() = default;
  virtual void begins(stage s) = 0;
  virtual void ended(stage s, code how) = 0;
  /// Of how many nodes the scores are wanted: none by default, and then they are not gathered. Asked once per decision.
  virtual std::size_t scores_wanted() const { return 0; }
  /// Before `score` has ended. Not called where a single node fits, which is not scored.
  virtual void scored(const score_table&) {}

  /// Before a plugin is called, but only while times_plugins().
  virtual void plugin_begins() {}
  /// A plugin has answered. `how` is success where Filter was asked about many nodes, whatever it said of each.
  virtual void plugin_ended(const plugin_call&, code /*how*/) {}
  bool times_plugins() const noexcept { return times_plugins_; }

 protected:
  void time_plugins(bool wanted) noexcept { times_plugins_ = wanted; }

 private:
  bool times_plugins_ = false;
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
