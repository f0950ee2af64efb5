#pragma once

#include "controller/extenders/extender.hpp"
#include "controller/runtime/log.hpp"
#include "scoring/engine/extender_opinion.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// All extenders, and what they say together of one pod's nodes.
///
/// Filters are asked one after another, each about what the ones before it left; the first failure of one that is not
/// ignorable ends it. Then all that prioritize are asked at once, where more than one node is left; a failure there is
/// no score. On the one strand. Upstream: findNodesThatPassExtenders, prioritizeNodes, extendersBinding, callExtenders.
namespace berth::controller {

/// JSON as it is now; null where the object is gone, or nobody asked for its text to be kept.
struct whole_texts {
  std::function<std::shared_ptr<const std::string>(const std::string& uid)> of_pod;  ///< waiting, or to be evicted
  std::function<std::shared_ptr<const std::string>(const std::string& name)> of_node;
};

class extenders {
 public:
  /// Nobody.
  explicit extenders(const log& out) : log_(out) {}
  /// In the order in which they are asked.
  extenders(std::vector<std::unique_ptr<extender>> all, const log& out) : all_(std::move(all)), log_(out) {}

  /// Whether some extender has a say in where this pod goes, or in whom it evicts.
  bool have_a_say_in(const k8s::pod& pod) const { return filter_or_score(pod) || judge_evictions_for(pod); }
  bool filter_or_score(const k8s::pod& pod) const;
  bool judge_evictions_for(const k8s::pod& pod) const;
  /// The one that binds this pod instead of the profile's Bind plugins; nullptr where none does.
  const extender* binder_of(const k8s::pod& pod) const;

  /// An error has the message of the cycle. `texts` outlives the call.
  k8s::task<k8s::result<scoring::extender_opinion>> consult(k8s::pod_ptr pod, scoring::candidates among,
                                                            const whole_texts& texts) const;

  /// What is left of the candidates, each extender asked about what the ones before it left. An error has the message.
  k8s::task<k8s::result<std::vector<scoring::preempt_pods>>> judge_evictions(
      k8s::pod_ptr pod, std::vector<scoring::preempt_pods> candidates, const whole_texts& texts,
      const placed_pods& placed) const;

 private:
  extender_question ask_about(const k8s::pod_ptr& pod, const std::vector<std::string>& nodes, const extender& whom,
                              const whole_texts& texts) const;
  k8s::task<void> prioritize(k8s::pod_ptr pod, const whole_texts& texts, scoring::extender_opinion& into) const;
  k8s::task<void> add_scores(const extender& of, extender_question question, scoring::extender_opinion& into) const;

  std::vector<std::unique_ptr<extender>> all_;
  const log& log_;
};

}  // namespace berth::controller
