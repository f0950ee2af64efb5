#pragma once

#include "controller/bind/cache_desk.hpp"
#include "controller/runtime/clock.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/webhook/extender_judge.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <string>

/// Binds pods for a scheduler whose extender we are.
///
/// The scheduler asked where the pod fits some time ago and has many bindings under way. So the pod is judged once
/// more, on its node alone, and counts there from that moment on: what a plugin limits holds strictly. Reserve, PreBind
/// and PostBind plugins are asked as in a scheduler of our own; Permit plugins are not, for nobody could wait.
///
/// On the cache's strand; what is passed by reference outlives this.
namespace berth::controller {

class extender_binder {
 public:
  extender_binder(k8s::client& api, alarm_clock& time, const log& out, cluster_cache& cache, extender_judge& judge,
                  task_group& tasks);

  /// "" where the pod is bound to that node, else why it is not. A pod whose outcome cannot be told keeps its room
  /// until it can; until then it is answered with an error.
  k8s::task<std::string> bind(k8s::extender_binding_args args);

 private:
  struct attempt;
  class on_its_way;
  k8s::task<k8s::result<scoring::pod_info>> find_pod(k8s::extender_binding_args args);
  std::string place(attempt& a);
  /// What is answered; "" where the pod is bound.
  std::string settle(std::shared_ptr<attempt> a, binding_verdict verdict, std::string why);
  k8s::task<void> resolve(std::shared_ptr<attempt> a);

  k8s::client& api_;
  alarm_clock& clock_;
  const log& log_;
  cluster_cache& cache_;
  extender_judge& judge_;
  task_group& tasks_;
  struct nobody final : permit_desk {
    void order(permit_order, duration) override {}
  } nobody_waits_;
  cache_desk desk_;
  k8s::text_set on_their_way_;  ///< by uid
};

}  // namespace berth::controller
