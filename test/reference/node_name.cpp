#include "test/reference/plugins.hpp"

/// NodeName: a pod that names a node goes to that one alone.
namespace berth::reference {

namespace {

class node_name final : public plugin_base<node_name> {
 public:
  status pre_filter(const question& q, std::optional<std::set<std::string>>& only) override {
    if (!q.pod.node_name.empty()) only = std::set<std::string>{q.pod.node_name};
    return {};
  }
  status filter(const question& q, const node_state& n) override {
    if (q.pod.node_name.empty() || q.pod.node_name == n.node->name) return {};
    return refuse_for_good("node(s) didn't match the requested node name");
  }
};

}  // namespace

std::unique_ptr<plugin> make_node_name(const k8s::value&) { return std::make_unique<node_name>(); }

}  // namespace berth::reference
