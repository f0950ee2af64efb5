#pragma once

#include "scoring/plugin.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What a plugin may add to `berth explain`: what exactly is missing on a node that it refused. A plugin derives from
/// `explains` beside its extension points. No upstream counterpart. Nothing here is called while pods are scheduled.
namespace berth::scoring {

/// One thing that a node lacks for a pod to run there. Those of one `what` are counted over the nodes and told once:
/// either as an amount ("needs 4 cpu, most free is 3250m on n4"), or as `what` says it, with `here` of one node as the
/// example ("nodeSelector wants disktype=ssd: disktype=hdd on n1").
struct shortfall {
  /// Of an amount: the name of the resource. Else a sentence that is the same on every node that lacks the same.
  std::string what;
  std::string here = {};      ///< no amount: what this node has instead, or ""
  std::int64_t needs = 0;     ///< an amount, in the unit of amount_in (resources.hpp); 0: it is none
  std::int64_t has = 0;       ///< of that, what a pod could have here; negative where more is promised than there is
  std::int64_t of_all = 0;    ///< of that, what the node has in all
  std::string room = "free";  ///< how `has` is called
};

class explains {
 public:
  virtual ~explains() = default;
  /// What the pod lacks on this node, which the plugin's Filter or PreFilter refused in this cycle. At most some
  /// dozens.
  virtual std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                         node_id node) const = 0;
};

}  // namespace berth::scoring
