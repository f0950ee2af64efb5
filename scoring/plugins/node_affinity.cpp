#include "k8s/api/selector_faults.hpp"
#include "scoring/explain/rule_shortfalls.hpp"
#include "scoring/plugins/plugins.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

/// NodeAffinity refuses nodes that the pod's nodeSelector or required node affinity does not match, or that the
/// profile's addedAffinity does not; it prefers nodes by the weights of the preferred terms that match. It reads those
/// rules and the node's labels and name. Upstream: plugins/nodeaffinity.
///
/// Argument: addedAffinity, a v1.NodeAffinity that every pod of the profile has in addition.
namespace berth::scoring {

namespace {

constexpr auto unmatched = "node(s) didn't match Pod's node affinity/selector";
constexpr auto unmatched_added = "node(s) didn't match scheduler-enforced node affinity";
constexpr auto conflicting = "pod affinity terms conflict";

const k8s::node_selector* required_of(const std::optional<k8s::node_affinity>& a) {
  return a && a->required ? &*a->required : nullptr;
}

// Node selector and required affinity, ready for many nodes. A term that does not parse matches nothing, and its fault
// is told nowhere, as upstream has it.
class node_rules {
 public:
  explicit node_rules(const k8s::pod_spec& spec) : selector_(spec.node_selector) {
    const k8s::node_selector* required = required_of(spec.affinity);
    any_term_ = required == nullptr;
    if (required == nullptr) return;
    for (const k8s::node_selector_term& t : required->terms)
      if (t.valid())
        terms_.push_back(&t);
      else
        some_do_not_parse_ = true;
  }

  bool match(const k8s::node& node) const { return selector_matches(node) && (any_term_ || a_term_matches(node)); }
  // Whether that is not known, for a term that does not parse: an event about the node counts then.
  bool unknown(const k8s::node& node) const {
    return some_do_not_parse_ && selector_matches(node) && !a_term_matches(node);
  }

 private:
  bool selector_matches(const k8s::node& node) const {
    return std::all_of(selector_.begin(), selector_.end(), [&](const auto& wanted) {
      const std::string* there = node.labels.find(wanted.first);
      return there != nullptr && *there == wanted.second;
    });
  }
  bool a_term_matches(const k8s::node& node) const {
    return std::any_of(terms_.begin(), terms_.end(),
                       [&](const k8s::node_selector_term* t) { return t->matches(node.labels, node.name); });
  }

  const k8s::string_map& selector_;
  bool any_term_ = false;
  bool some_do_not_parse_ = false;
  std::vector<const k8s::node_selector_term*> terms_;
};

// The names that this term's matchFields leave, where there are any such.
std::optional<std::set<std::string>> names_of(const k8s::node_selector_term& term) {
  std::optional<std::set<std::string>> names;
  for (const k8s::selector_requirement& r : term.match_fields) {
    if (r.key != "metadata.name" || r.op != k8s::selector_operator::in) continue;
    std::set<std::string> these(r.values.begin(), r.values.end());
    if (names) {
      std::set<std::string> both;
      std::set_intersection(names->begin(), names->end(), these.begin(), these.end(), std::inserter(both, both.end()));
      these = std::move(both);
    }
    names = std::move(these);
  }
  return names;
}

std::int64_t weight_of(const std::vector<k8s::preferred_node_term>& terms, const k8s::node& node) {
  std::int64_t sum = 0;
  for (const k8s::preferred_node_term& t : terms)
    if (t.preference.matches(node.labels, node.name)) sum += t.weight;
  return sum;
}

class node_affinity final : public plugin,
                            public pre_filter_plugin,
                            public filter_plugin,
                            public pre_score_plugin,
                            public score_plugin,
                            public explains {
 public:
  explicit node_affinity(std::optional<k8s::node_affinity> added) : added_(std::move(added)) {}

  std::string_view name() const override { return "NodeAffinity"; }
  dependencies reads() const override { return {pod_node_rules, reach::own_object}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::node, action_add | action_update_labels}};
  }
  // Upstream asks only whether the pod's own rules match anew; a node that the added affinity lets in counts as well
  // here.
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (e.new_node == nullptr) return true;
    const node_rules rules(pod.spec());
    if (added_matches(*e.new_node) && rules.unknown(*e.new_node)) return true;
    const auto lets_in = [&](const k8s::node& n) { return added_matches(n) && rules.match(n); };
    return lets_in(*e.new_node) && (e.old_node == nullptr || !lets_in(*e.old_node));
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster&, cycle_state&) const override {
    const k8s::node_selector* required = required_of(pod.spec().affinity);
    if (required == nullptr && required_of(added_) == nullptr && pod.spec().node_selector.empty())
      return {status::skipped(), std::nullopt};
    if (required == nullptr || required->terms.empty()) return {};
    std::set<std::string> names;
    for (const k8s::node_selector_term& term : required->terms) {
      std::optional<std::set<std::string>> of_term = names_of(term);
      if (!of_term) return {};  // any node may match this term, and one matching term is enough
      names.merge(*of_term);
    }
    if (names.empty()) return {status::unresolvable(conflicting), std::nullopt};
    return {status::ok(), std::vector<std::string>(names.begin(), names.end())};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state&, filter_column& column) const override {
    const node_rules rules(pod.spec());
    const refusal_id by_pod = column.reason(status::unresolvable(unmatched));
    const refusal_id by_added = column.reason(status::unresolvable(unmatched_added));
    column.for_each([&](node_id n) {
      const k8s::node& node = nodes.node(n);
      if (!added_matches(node)) return column.refuse(n, by_added);
      if (!rules.match(node)) column.refuse(n, by_pod);
    });
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                 node_id n) const override {
    if (!added_matches(nodes.node(n))) return {{"the profile's addedAffinity does not match"}};
    return cycle.of<unmet_rules>(this, [&] { return unmet_rules(pod.spec(), nodes); }).on(nodes.node(n));
  }

  status pre_score(const pod_info& pod, const cluster&, cycle_state&, std::span<const node_id>) const override {
    if (std::string fault = k8s::parse_fault(preferred(pod)); !fault.empty()) return status::failed(std::move(fault));
    return preferred(pod).empty() && (!added_ || added_->preferred.empty()) ? status::skipped() : status::ok();
  }

  status score(const pod_info& pod, const cluster& nodes, cycle_state&, score_column& column) const override {
    if (std::string fault = k8s::parse_fault(preferred(pod)); !fault.empty()) return status::failed(std::move(fault));
    for (std::size_t i = 0; i < column.nodes().size(); ++i) {
      const k8s::node& node = nodes.node(column.nodes()[i]);
      column.scores()[i] = weight_of(preferred(pod), node) + (added_ ? weight_of(added_->preferred, node) : 0);
    }
    return status::ok();
  }
  scaling scales() const override { return scaling::by_largest; }

 private:
  bool added_matches(const k8s::node& node) const {
    const k8s::node_selector* required = required_of(added_);
    return required == nullptr || required->matches(node.labels, node.name);
  }
  static const std::vector<k8s::preferred_node_term>& preferred(const pod_info& pod) {
    static const std::vector<k8s::preferred_node_term> none;
    return pod.spec().affinity ? pod.spec().affinity->preferred : none;
  }

  std::optional<k8s::node_affinity> added_;
};

}  // namespace

std::unique_ptr<plugin> make_node_affinity(arguments& args, const plugin_context&) {
  std::optional<k8s::node_affinity> added = args.node_affinity("addedAffinity");
  args.finish();
  return std::make_unique<node_affinity>(std::move(added));
}

}  // namespace berth::scoring
