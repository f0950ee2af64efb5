#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a plugin answers: a code, and the reasons that people get to read. A plain value, made by the plugin, named by
/// the framework (`plugin`), shown in events and conditions. Upstream: kube-scheduler/framework, Status and Code.
namespace berth::scoring {

enum class code : std::uint8_t {
  success,
  error,                           ///< something broke: the pod is retried with backoff, no node is blamed
  unschedulable,                   ///< refused; preemption may help
  unschedulable_and_unresolvable,  ///< refused; preemption cannot help
  wait,                            ///< Permit only
  skip,                            ///< PreFilter and PreScore: nothing to do for this pod. Bind: not mine
  pending,                         ///< waiting for something outside that the plugin's events will announce
};

/// kube-scheduler's name of a code: "UnschedulableAndUnresolvable".
std::string_view name_of(code c) noexcept;

constexpr bool is_rejection(code c) noexcept {
  return c == code::unschedulable || c == code::unschedulable_and_unresolvable || c == code::pending;
}

struct status {
  code what = code::success;
  std::vector<std::string> reasons;
  std::string plugin;  ///< filled in by the framework

  static status ok() { return {}; }
  static status refuse(std::string reason) { return {code::unschedulable, {std::move(reason)}, {}}; }
  static status unresolvable(std::string reason) {
    return {code::unschedulable_and_unresolvable, {std::move(reason)}, {}};
  }
  static status failed(std::string reason) { return {code::error, {std::move(reason)}, {}}; }
  static status skipped() { return {code::skip, {}, {}}; }

  bool is_ok() const noexcept { return what == code::success; }
  /// The reasons, joined by ", ": Status.Message().
  std::string message() const;

  bool operator==(const status&) const = default;
};

}  // namespace berth::scoring
