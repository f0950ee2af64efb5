#include "test/reference/plugins.hpp"

/// NodeDeclaredFeatures: a pod that needs features of a kubelet goes to nodes that declare all of them.
namespace berth::reference {

namespace {

class node_declared_features final : public plugin_base<node_declared_features> {
 public:
  status pre_filter(const question& q, std::optional<std::set<std::string>>&) override {
    return q.pod.spec->needed_features == 0 ? skip() : status{};
  }
  status filter(const question& q, const node_state& n) override {
    const auto needed = q.pod.spec->needed_features;
    if ((needed & n.node->declared_features) == needed) return {};
    return refuse_for_good("node(s) didn't match Pod's required features");
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_declared_features(const k8s::value&) {
  return std::make_unique<node_declared_features>();
}

}  // namespace berth::reference
