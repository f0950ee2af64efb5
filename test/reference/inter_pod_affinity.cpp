#include "test/reference/affinity_terms.hpp"
#include "test/reference/arguments.hpp"
#include "test/reference/plugins.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

/// InterPodAffinity: a pod wants to be in one topology domain with some pods, or not with others; and pods that are
/// there may not want to be with it. Wishes of both are weighed by domain.
namespace berth::reference {

namespace {

/// By topology key and the label's value. Pairs with 0 are not there: whether any is matters.
using counts_by_domain = std::map<std::pair<std::string, std::string>, std::int64_t>;

void add(counts_by_domain& to, const k8s::node& node, const std::string& key, std::int64_t by) {
  const std::string* value = node.labels.find(key);
  if (value == nullptr) return;
  const auto at = to.try_emplace({key, *value}, 0).first;
  at->second += by;
  if (at->second == 0) to.erase(at);
}

std::int64_t count_at(const counts_by_domain& counts, const k8s::node& node, const std::string& key) {
  const std::string* value = node.labels.find(key);
  if (value == nullptr) return 0;
  const auto there = counts.find({key, *value});
  return there == counts.end() ? 0 : there->second;
}

const k8s::string_map no_labels;

class inter_pod_affinity final : public plugin_base<inter_pod_affinity> {
 public:
  explicit inter_pod_affinity(const k8s::value& args)
      : hard_weight_(number_in(args, "hardPodAffinityWeight", 1)),
        ignores_wishes_of_others_(truth_in(args, "ignorePreferredTermsOfExistingPods")) {}

  status pre_filter(const question& q, std::optional<std::set<std::string>>&) override {
    own_ = own_terms_of(q.pod, q.cluster);
    if (!own_.fault.empty()) return refuse_for_good("parsing pod: " + own_.fault);
    for (const node_state& n : q.cluster.nodes)
      for (const k8s::pod_ptr& other : n.pods) count(q, *other, *n.node, 1);
    return own_.required.empty() && own_.required_anti.empty() && of_others_.empty() ? skip() : status{};
  }
  void add_pod(const question& q, const k8s::pod& other, const k8s::node& node) override { count(q, other, node, 1); }
  void remove_pod(const question& q, const k8s::pod& other, const k8s::node& node) override {
    count(q, other, node, -1);
  }

  status filter(const question& q, const node_state& n) override {
    bool all_there = true;
    for (const affinity_term& t : own_.required) {
      if (!n.node->labels.contains(t.topology_key)) return refuse_for_good("node(s) didn't match pod affinity rules");
      if (count_at(near_, *n.node, t.topology_key) <= 0) all_there = false;
    }
    // The first of pods that want to be with each other finds nobody yet.
    const bool first_of_its_kind = near_.empty() && matches_all(own_.required, q.pod);
    if (!all_there && !first_of_its_kind) return refuse_for_good("node(s) didn't match pod affinity rules");
    for (const affinity_term& t : own_.required_anti)
      if (count_at(apart_, *n.node, t.topology_key) > 0) return refuse("node(s) didn't match pod anti-affinity rules");
    for (const auto& [domain, pods] : of_others_)
      if (pods > 0 && count_at(of_others_, *n.node, domain.first) > 0)
        return refuse("node(s) didn't satisfy existing pods anti-affinity rules");
    return {};
  }

  status pre_score(const question& q, const std::vector<const node_state*>&) override {
    own_ = own_terms_of(q.pod, q.cluster);
    const bool has_wishes = !own_.preferred.empty() || !own_.preferred_anti.empty();
    if (ignores_wishes_of_others_ && !has_wishes) return skip();
    const k8s::string_map& own_labels = q.cluster.namespace_labels(q.pod.key.namespace_);
    for (const node_state& n : q.cluster.nodes)
      for (const k8s::pod_ptr& other : n.pods) {
        const affinity_terms theirs = terms_of(*other);
        weigh(own_.preferred, 1, *other, no_labels, *n.node);
        weigh(own_.preferred_anti, -1, *other, no_labels, *n.node);
        if (hard_weight_ > 0) weigh(theirs.required, hard_weight_, q.pod, own_labels, *n.node);
        weigh(theirs.preferred, 1, q.pod, own_labels, *n.node);
        weigh(theirs.preferred_anti, -1, q.pod, own_labels, *n.node);
      }
    return weights_.empty() ? skip() : status{};
  }
  std::int64_t score(const question&, const node_state& n) override {
    std::int64_t sum = 0;
    for (const auto& [domain, weight] : weights_) {
      const std::string* value = n.node->labels.find(domain.first);
      if (value != nullptr && *value == domain.second) sum += weight;
    }
    return sum;
  }
  void normalize(std::span<std::int64_t> scores) override {
    const auto [least, most] = std::minmax_element(scores.begin(), scores.end());
    const std::int64_t low = *least;
    const std::int64_t range = *most - low;
    for (std::int64_t& s : scores)
      s = range == 0 ? 0
                     : static_cast<std::int64_t>(100.0 * (static_cast<double>(s - low) / static_cast<double>(range)));
  }

 private:
  /// Counts another pod, or no longer. One that matches all of the own affinity terms counts for each; of anti-affinity
  /// terms each counts by itself.
  void count(const question& q, const k8s::pod& other, const k8s::node& node, std::int64_t by) {
    const k8s::string_map& own_labels = q.cluster.namespace_labels(q.pod.key.namespace_);
    if (matches_all(own_.required, other))
      for (const affinity_term& t : own_.required) add(near_, node, t.topology_key, by);
    for (const affinity_term& t : own_.required_anti)
      if (t.matches(other, no_labels)) add(apart_, node, t.topology_key, by);
    for (const affinity_term& t : terms_of(other).required_anti)
      if (t.matches(q.pod, own_labels)) add(of_others_, node, t.topology_key, by);
  }

  void weigh(const std::vector<affinity_term>& terms, std::int64_t by, const k8s::pod& pod,
             const k8s::string_map& labels, const k8s::node& node) {
    for (const affinity_term& t : terms) {
      const std::string* value = node.labels.find(t.topology_key);
      if (value != nullptr && t.matches(pod, labels)) weights_[{t.topology_key, *value}] += by * t.weight;
    }
  }

  std::int64_t hard_weight_;
  bool ignores_wishes_of_others_;

  affinity_terms own_;
  counts_by_domain near_;       ///< pods that match all of the own affinity terms
  counts_by_domain apart_;      ///< pods that match an own anti-affinity term, once per term
  counts_by_domain of_others_;  ///< pods whose anti-affinity terms match this pod, once per term
  std::map<std::pair<std::string, std::string>, std::int64_t> weights_;  ///< with zeros
};

}  // namespace

std::unique_ptr<plugin> make_inter_pod_affinity(const k8s::value& args) {
  return std::make_unique<inter_pod_affinity>(args);
}

}  // namespace berth::reference
