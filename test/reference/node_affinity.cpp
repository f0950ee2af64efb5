#include "k8s/api/selector_faults.hpp"
#include "test/reference/arguments.hpp"
#include "test/reference/node_rules.hpp"
#include "test/reference/plugins.hpp"

#include <algorithm>
#include <iterator>

/// NodeAffinity: a pod's nodeSelector and node affinity, and the profile's addedAffinity, say which nodes it can run on
/// and which of them it prefers.
namespace berth::reference {

namespace {

bool matches_any_term(const k8s::node_selector& selector, const k8s::node& node) {
  for (const k8s::node_selector_term& t : selector.terms)
    if (t.valid() && t.matches(node.labels, node.name)) return true;
  return false;
}

std::int64_t weight_of(const std::vector<k8s::preferred_node_term>& terms, const k8s::node& node) {
  std::int64_t sum = 0;
  for (const k8s::preferred_node_term& t : terms)
    if (t.preference.matches(node.labels, node.name)) sum += t.weight;
  return sum;
}

class node_affinity final : public plugin_base<node_affinity> {
 public:
  explicit node_affinity(std::optional<k8s::node_affinity> added) : added_(std::move(added)) {}

  status pre_filter(const question& q, std::optional<std::set<std::string>>& only) override {
    const auto& own = q.pod.spec->affinity;
    const bool has_required = own && own->required;
    if (!has_required && !(added_ && added_->required) && q.pod.spec->node_selector.empty()) return skip();
    if (!has_required || own->required->terms.empty()) return {};

    // Where every term names nodes, no others need be looked at.
    std::set<std::string> names;
    for (const k8s::node_selector_term& term : own->required->terms) {
      std::optional<std::set<std::string>> of_term;
      for (const k8s::selector_requirement& r : term.match_fields) {
        if (r.key != "metadata.name" || r.op != k8s::selector_operator::in) continue;
        std::set<std::string> these(r.values.begin(), r.values.end());
        if (of_term) std::erase_if(these, [&](const std::string& name) { return !of_term->contains(name); });
        of_term = std::move(these);
      }
      if (!of_term) return {};
      names.insert(of_term->begin(), of_term->end());
    }
    if (names.empty()) return refuse_for_good("pod affinity terms conflict");
    only = std::move(names);
    return {};
  }

  status filter(const question& q, const node_state& n) override {
    if (added_ && added_->required && !matches_any_term(*added_->required, *n.node))
      return refuse_for_good("node(s) didn't match scheduler-enforced node affinity");
    if (!matches_node_rules(q.pod, *n.node))
      return refuse_for_good("node(s) didn't match Pod's node affinity/selector");
    return {};
  }

  status pre_score(const question& q, const std::vector<const node_state*>&) override {
    const auto& own = q.pod.spec->affinity;
    if (own)
      if (const std::string fault = k8s::parse_fault(own->preferred); !fault.empty()) return failed(fault);
    const bool has_wishes = (own && !own->preferred.empty()) || (added_ && !added_->preferred.empty());
    return has_wishes ? status{} : skip();
  }
  std::int64_t score(const question& q, const node_state& n) override {
    const auto& own = q.pod.spec->affinity;
    return (added_ ? weight_of(added_->preferred, *n.node) : 0) + (own ? weight_of(own->preferred, *n.node) : 0);
  }
  void normalize(std::span<std::int64_t> scores) override { default_normalize(scores, false); }

 private:
  std::optional<k8s::node_affinity> added_;
};

}  // namespace

bool matches_node_rules(const k8s::pod& pod, const k8s::node& node) {
  for (const auto& [key, wanted] : pod.spec->node_selector) {
    const std::string* there = node.labels.find(key);
    if (there == nullptr || *there != wanted) return false;
  }
  const auto& own = pod.spec->affinity;
  return !own || !own->required || matches_any_term(*own->required, node);
}

std::unique_ptr<plugin> make_node_affinity(const k8s::value& args) {
  const k8s::value* added = args.find("addedAffinity");
  if (added == nullptr) return std::make_unique<node_affinity>(std::nullopt);
  const k8s::value affinity(k8s::value::map{{"nodeAffinity", *added}});
  return std::make_unique<node_affinity>(pod_with("affinity", affinity)->spec->affinity);
}

}  // namespace berth::reference
