#include "test/reference/arguments.hpp"
#include "test/reference/plugins.hpp"
#include "test/reference/spread_constraints.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

/// PodTopologySpread: pods that match a constraint's selector are to be spread evenly over the domains of a topology
/// key (zones, hosts). Hard constraints refuse nodes in whose domain there would be maxSkew more than in the emptiest
/// domain; soft ones make emptier domains better.
namespace berth::reference {

namespace {

constexpr const char* hostname = "kubernetes.io/hostname";

using counts_by_domain = std::map<std::string, std::int64_t>;

class pod_topology_spread final : public plugin_base<pod_topology_spread> {
 public:
  pod_topology_spread(bool system_defaults, std::vector<k8s::topology_spread_constraint> defaults)
      : system_defaults_(system_defaults), defaults_(std::move(defaults)) {}

  // ---- hard constraints -------------------------------------------------------------------------------------------

  status pre_filter(const question& q, std::optional<std::set<std::string>>&) override {
    std::string fault;
    hard_ = constraints_of(q.pod, q.cluster, true, defaults_, fault);
    if (!fault.empty())
      return failed("get constraints from pod: obtaining pod's hard topology spread constraints: " + fault);
    if (hard_.empty()) return skip();
    matching_.assign(hard_.size(), {});
    // Only nodes that have the keys of all constraints count, and only their domains are there.
    for (const node_state& n : q.cluster.nodes) {
      if (!has_all_keys(*n.node, hard_)) continue;
      for (std::size_t i = 0; i < hard_.size(); ++i)
        if (is_counted(*n.node, q.pod, hard_[i]))
          matching_[i][*n.node->labels.find(hard_[i].as_written.topology_key)] +=
              count_matching(n, hard_[i].selector, q.pod.key.namespace_);
    }
    return {};
  }

  void add_pod(const question& q, const k8s::pod& other, const k8s::node& node) override { change(q, other, node, 1); }
  void remove_pod(const question& q, const k8s::pod& other, const k8s::node& node) override {
    change(q, other, node, -1);
  }

  status filter(const question& q, const node_state& n) override {
    for (std::size_t i = 0; i < hard_.size(); ++i) {
      const k8s::topology_spread_constraint& c = hard_[i].as_written;
      const std::string* domain = n.node->labels.find(c.topology_key);
      if (domain == nullptr)
        return refuse_for_good("node(s) didn't match pod topology spread constraints (missing required label)");
      const auto there = matching_[i].find(*domain);
      const std::int64_t here = there == matching_[i].end() ? 0 : there->second;
      const std::int64_t self = hard_[i].selector.matches(q.pod.spec->labels) ? 1 : 0;
      if (here + self - least(i) > c.max_skew) return refuse("node(s) didn't match pod topology spread constraints");
    }
    return {};
  }

  // ---- soft constraints -------------------------------------------------------------------------------------------

  status pre_score(const question& q, const std::vector<const node_state*>& feasible) override {
    std::string fault;
    soft_ = constraints_of(q.pod, q.cluster, false, defaults_, fault);
    if (!fault.empty())
      return failed("calculating preScoreState: obtaining pod's soft topology spread constraints: " + fault);
    if (soft_.empty()) return skip();

    // With the system's defaults a node without a zone is still spread over by its hostname.
    const bool all_keys_needed = !q.pod.spec->spread_constraints.empty() || !system_defaults_;
    sums_.assign(soft_.size(), {});
    for (const node_state* n : feasible) {
      ignored_.push_back(all_keys_needed && !has_all_keys(*n->node, soft_));
      for (std::size_t i = 0; i < soft_.size(); ++i)
        if (!ignored_.back() && soft_[i].as_written.topology_key != hostname) sums_[i][domain_of(*n->node, i)] = 0;
    }
    // Domains are those of feasible nodes, but pods on all nodes there count.
    for (const node_state& n : q.cluster.nodes) {
      if (all_keys_needed && !has_all_keys(*n.node, soft_)) continue;
      for (std::size_t i = 0; i < soft_.size(); ++i) {
        const auto sum = sums_[i].find(domain_of(*n.node, i));
        if (sum != sums_[i].end() && is_counted(*n.node, q.pod, soft_[i]))
          sum->second += count_matching(n, soft_[i].selector, q.pod.key.namespace_);
      }
    }
    const auto not_ignored = static_cast<std::size_t>(std::count(ignored_.begin(), ignored_.end(), false));
    for (std::size_t i = 0; i < soft_.size(); ++i) {
      const bool by_host = soft_[i].as_written.topology_key == hostname;
      weights_.push_back(std::log(static_cast<double>((by_host ? not_ignored : sums_[i].size()) + 2)));
    }
    feasible_ = feasible;
    return {};
  }

  std::int64_t score(const question& q, const node_state& n) override {
    if (is_ignored(n)) return 0;
    double sum = 0;
    for (std::size_t i = 0; i < soft_.size(); ++i) {
      const k8s::topology_spread_constraint& c = soft_[i].as_written;
      if (!n.node->labels.contains(c.topology_key)) continue;
      const std::int64_t matching = c.topology_key == hostname
                                        ? count_matching(n, soft_[i].selector, q.pod.key.namespace_)
                                        : sums_[i].at(domain_of(*n.node, i));
      sum += static_cast<double>(matching) * weights_[i] + static_cast<double>(c.max_skew - 1);
    }
    return static_cast<std::int64_t>(std::round(sum));
  }

  void normalize(std::span<std::int64_t> scores) override {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::int64_t most = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (ignored_[i]) continue;
      least = std::min(least, scores[i]);
      most = std::max(most, scores[i]);
    }
    for (std::size_t i = 0; i < scores.size(); ++i)
      scores[i] = ignored_[i] ? 0 : most == 0 ? 100 : 100 * (most + least - scores[i]) / most;
  }

 private:
  /// Unlike the counting itself, this asks neither whether the pod is terminating nor whether the selector is empty.
  /// Upstream: updateWithPod.
  void change(const question& q, const k8s::pod& other, const k8s::node& node, std::int64_t by) {
    if (other.key.namespace_ != q.pod.key.namespace_ || !has_all_keys(node, hard_)) return;
    for (std::size_t i = 0; i < hard_.size(); ++i)
      if (hard_[i].selector.matches(other.spec->labels) && is_counted(node, q.pod, hard_[i]))
        matching_[i][*node.labels.find(hard_[i].as_written.topology_key)] += by;
  }

  /// In the emptiest domain; 0 where there are fewer domains than minDomains.
  std::int64_t least(std::size_t i) const {
    if (matching_[i].size() < static_cast<std::size_t>(hard_[i].as_written.min_domains)) return 0;
    std::int64_t fewest = std::numeric_limits<std::int32_t>::max();
    for (const auto& [domain, count] : matching_[i]) fewest = std::min(fewest, count);
    return fewest;
  }

  /// "" where the node has no such label: with the system's defaults that is a domain too.
  std::string domain_of(const k8s::node& node, std::size_t i) const {
    const std::string* value = node.labels.find(soft_[i].as_written.topology_key);
    return value == nullptr ? "" : *value;
  }
  bool is_ignored(const node_state& n) const {
    return ignored_[static_cast<std::size_t>(std::find(feasible_.begin(), feasible_.end(), &n) - feasible_.begin())];
  }

  bool system_defaults_;
  std::vector<k8s::topology_spread_constraint> defaults_;

  std::vector<spread_constraint> hard_;
  std::vector<counts_by_domain> matching_;  ///< by hard constraint

  std::vector<spread_constraint> soft_;
  std::vector<counts_by_domain> sums_;  ///< by soft constraint
  std::vector<double> weights_;
  std::vector<const node_state*> feasible_;
  std::vector<bool> ignored_;  ///< by feasible node
};

k8s::topology_spread_constraint soft_default(const char* key, std::int32_t max_skew) {
  k8s::topology_spread_constraint c;
  c.topology_key = key;
  c.max_skew = max_skew;
  c.do_not_schedule = false;
  return c;
}

}  // namespace

std::unique_ptr<plugin> make_pod_topology_spread(const k8s::value& args) {
  if (text_in(args, "defaultingType", "System") == "System")
    return std::make_unique<pod_topology_spread>(
        true, std::vector{soft_default(hostname, 3), soft_default("topology.kubernetes.io/zone", 5)});
  std::vector<k8s::topology_spread_constraint> defaults;
  if (const k8s::value* list = args.find("defaultConstraints"))
    defaults = pod_with("topologySpreadConstraints", *list)->spec->spread_constraints;
  return std::make_unique<pod_topology_spread>(false, std::move(defaults));
}

}  // namespace berth::reference
