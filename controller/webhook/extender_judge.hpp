#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "controller/queue/profiles.hpp"
#include "controller/runtime/log.hpp"
#include "k8s/api/extender.hpp"
#include "scoring/index/what_if.hpp"

#include <string>
#include <vector>

/// What our plugins say to the questions of a scheduler whose extender we are. Asks the index and changes nothing.
///
/// A node that the index knows is judged as the watch shows it, with everything that was bound or assumed since; one
/// that it does not know is judged as it was sent. The pod in question never counts as placed, even where its binding
/// is on the way. On the cache's strand; what is passed by reference outlives this.
namespace berth::controller {

class extender_judge {
 public:
  extender_judge(cluster_cache& cache, profiles& by_name, const log& out);

  /// By the pod's schedulerName, or the only one that there is; nullptr otherwise.
  profile_at_work* profile_of(const std::string& scheduler_name);

  /// Those of the nodes on which the pod fits, in the order and form in which they came, and why the others do not.
  k8s::extender_filter_result filter(k8s::extender_args args);

  struct ratings {
    std::string error;
    std::vector<k8s::host_priority> list;  ///< in the order of the nodes
  };
  /// Our weighted total on their scale: 10 is a node that every plugin likes best.
  ratings prioritize(const k8s::extender_args& args);

  struct preemption {
    std::string error;
    k8s::extender_preemption_result kept;
  };
  /// Those of the nodes on which the pod would fit without the victims.
  preemption preempt(const k8s::extender_preemption_args& args);

 private:
  struct question;
  cluster_cache& cache_;
  profiles& profiles_;
  const log& log_;
};

}  // namespace berth::controller
