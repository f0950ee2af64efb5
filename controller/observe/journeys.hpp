#pragma once

#include "controller/observe/journey.hpp"
#include "controller/observe/stage_time.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The journeys of the pods that were last dealt with. They are always recorded, so that the answer is there when
/// somebody asks.
///
/// Bounded: so many pods, so many steps each, so many bytes in all; what is over goes oldest first, a pod's oldest
/// attempts or the pod that has been quiet for longest, and a journey that lost its beginning says so (`cut`).
/// Pure: told the time. On the one strand.
namespace berth::controller {

class journeys {
 public:
  static constexpr std::size_t most_pods = 1'000;
  /// 64 attempts of eight steps: what a pod that fits nowhere does in ten minutes at least.
  static constexpr std::size_t most_steps = 64 * 8;
  static constexpr std::size_t most_bytes = std::size_t{4} << 20;

  /// A journey begins when its pod is first queued, or with the attempt that finds none.
  void queued(const queue_entry& e, queue_name queue, const char* event, instant now);
  /// Into the queue of the gated; `why` names the plugin.
  void gated(const queue_entry& e, const char* event, const scoring::status& why, instant now);
  void attempt(const queue_entry& e, instant now);
  void ran(const std::string& uid, std::span<const stage_time> stages);
  /// Of the decision that `assumed` tells of next.
  void scored(const std::string& uid, std::shared_ptr<const step_scores> scores);
  void assumed(const std::string& uid, const std::string& node, std::size_t feasible, std::size_t evaluated,
               instant now);
  void waits(const std::string& uid, std::string plugins, duration at_most, instant now);
  void allowed(const std::string& uid, std::string_view plugin, duration after, instant now);
  void refused(const std::string& uid, std::string message, std::string plugins, instant now);
  void failed(const std::string& uid, std::string message, instant now);
  void bound(const std::string& uid, const std::string& node, instant now);
  /// The watch shows it on a node: news where we did not place it there.
  void assigned(const std::string& uid, const std::string& node, instant now);
  void deleted(const std::string& uid, instant now);
  void rejected(const std::string& uid, std::string message, instant now);

  /// The newest pod of that name, or nullptr.
  const journey* find(std::string_view namespace_, std::string_view name) const;
  std::size_t size() const noexcept { return pods_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  using order = std::list<journey>;  ///< last touched first
  journey* touch(const std::string& uid);
  journey& begin(const k8s::pod& pod, instant came);
  journey* entered(const queue_entry& e, std::string_view event, instant now);
  void add(journey& to, journey_step s);
  void add(const std::string& uid, step_kind what, instant at, std::string text = {}, std::string by = {},
           duration took = {});
  void cut_short(journey& j);
  void drop_last();

  order pods_;
  k8s::view_map<order::iterator> by_uid_;  ///< keys live in the journeys
  std::size_t bytes_ = 0;
};

}  // namespace berth::controller
