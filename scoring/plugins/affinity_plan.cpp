#include "scoring/plugins/affinity_plan.hpp"

#include "scoring/plugins/affinity_weighers.hpp"

#include <algorithm>
#include <set>

namespace berth::scoring {

namespace {

counted_key count(const cluster& nodes, const std::string& key, std::shared_ptr<const weigher> what) {
  tally_wish wish;
  wish.key = {key, topology_key::by::label};
  wish.what = std::move(what);
  return {key, nodes.part<pod_tallies>().find(nodes, std::move(wish))};
}

// Their keys that nodes have, each once, in order. What is not among them can be without end.
std::vector<std::string> keys_of(const std::vector<resolved_term>& terms, const pod_tallies& index) {
  std::vector<std::string> keys;
  for (const resolved_term& t : terms)
    if (index.is_node_label(t.topology_key) && std::find(keys.begin(), keys.end(), t.topology_key) == keys.end())
      keys.push_back(t.topology_key);
  return keys;
}

// Of required terms. Where no node has one of the keys, that one refuses every node: it stands for all.
std::vector<std::string> required_keys_of(const std::vector<resolved_term>& terms, const pod_tallies& index) {
  const auto nowhere = std::find_if(terms.begin(), terms.end(),
                                    [&](const resolved_term& t) { return !index.is_node_label(t.topology_key); });
  return nowhere == terms.end() ? keys_of(terms, index) : std::vector{nowhere->topology_key};
}

std::vector<resolved_term> with_key(const std::vector<resolved_term>& terms, const std::string& key) {
  std::vector<resolved_term> some;
  std::copy_if(terms.begin(), terms.end(), std::back_inserter(some),
               [&](const resolved_term& t) { return t.topology_key == key; });
  return some;
}

}  // namespace

required_affinity_plan::required_affinity_plan(const pod_info& pod, const cluster& nodes)
    : fault(parse_fault(pod.spec())), incoming(std::make_shared<const incoming_pod>(pod.pod->spec, nodes)) {
  if (!fault.empty()) return;
  affinity_terms = required_affinity(pod.spec(), &nodes);
  anti_terms = required_anti_affinity(pod.spec(), &nodes);
  self_matches = matches_all(affinity_terms, pod.spec());
  const auto& index = nodes.part<pod_tallies>();
  for (const std::string& key : required_keys_of(affinity_terms, index))
    affinity.push_back(count(nodes, key, pods_that_match_all(affinity_terms)));
  for (const std::string& key : keys_of(anti_terms, index))
    anti.push_back(count(nodes, key, terms_that_match(with_key(anti_terms, key))));
  for (const auto& [key, kinds] : index.anti_affinity_keys())
    if (index.is_node_label(key)) existing.push_back(count(nodes, key, anti_affinity_to(incoming, key)));
}

preferred_affinity_plan::preferred_affinity_plan(const pod_info& pod, const cluster& nodes, std::int64_t hard_weight) {
  const auto incoming = std::make_shared<const incoming_pod>(pod.pod->spec, nodes);
  const std::vector<resolved_term> own = preferences(pod.spec(), &nodes);
  const auto& index = nodes.part<pod_tallies>();
  std::set<std::string> wanted;
  for (const resolved_term& t : own)
    if (index.is_node_label(t.topology_key)) wanted.insert(t.topology_key);
  for (const auto& [key, kinds] : index.other_affinity_keys())
    if (index.is_node_label(key)) wanted.insert(key);
  for (const std::string& key : wanted)
    keys.push_back(count(nodes, key, preference_for({incoming, key, with_key(own, key), hard_weight})));
}

}  // namespace berth::scoring
