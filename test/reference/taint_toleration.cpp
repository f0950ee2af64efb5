#include "test/reference/plugins.hpp"

/// TaintToleration: a node's taints keep away the pods that do not tolerate them. Taints that only prefer to
/// (PreferNoSchedule) are counted, and the node with the fewest is the best.
namespace berth::reference {

namespace {

class taint_toleration final : public plugin_base<taint_toleration> {
 public:
  status filter(const question& q, const node_state& n) override {
    for (const k8s::taint& t : n.node->taints) {
      const bool keeps_away = t.effect == k8s::taint_effect::no_schedule || t.effect == k8s::taint_effect::no_execute;
      if (keeps_away && !k8s::tolerates(q.pod.spec->tolerations, t))
        return refuse_for_good("node(s) had untolerated taint(s)");
    }
    return {};
  }

  std::int64_t score(const question& q, const node_state& n) override {
    std::int64_t untolerated = 0;
    for (const k8s::taint& t : n.node->taints)
      if (t.effect == k8s::taint_effect::prefer_no_schedule && !k8s::tolerates(q.pod.spec->tolerations, t))
        ++untolerated;
    return untolerated;
  }
  void normalize(std::span<std::int64_t> scores) override { default_normalize(scores, true); }
};

}  // namespace

std::unique_ptr<plugin> make_taint_toleration(const k8s::value&) { return std::make_unique<taint_toleration>(); }

}  // namespace berth::reference
