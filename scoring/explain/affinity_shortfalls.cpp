#include "scoring/explain/affinity_shortfalls.hpp"

#include "scoring/explain/rule_shortfalls.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace berth::scoring {

namespace {

constexpr std::string_view hostname = "kubernetes.io/hostname";
constexpr std::size_t most_named = 3;

std::string selector_text(const std::optional<k8s::label_selector>& s) {
  if (!s) return "no pod at all";
  std::string text;
  const auto add = [&](const std::string& one) { text += (text.empty() ? "" : ",") + one; };
  for (const auto& [key, value] : s->match_labels) add(key + "=" + value);
  for (const k8s::selector_requirement& r : s->match_expressions) add(requirement_text(r));
  return text.empty() ? "any pod" : text;
}

std::string namespaces_text(const wanted_pods& wanted) {
  if (wanted.every_namespace) return "of any namespace";
  const auto& all = wanted.namespaces;
  if (all.empty()) return "of no namespace (its namespaceSelector matches none)";
  std::string text = all.size() == 1 ? "of namespace " : "of namespaces ";
  const std::size_t shown = std::min(all.size(), most_named);
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + all[i];
  if (shown < all.size()) text += fmt::format(" and {} more", all.size() - shown);
  return text;
}

// All hosts are told of at once, other domains one by one.
std::string place(const std::string& topology_key, const std::string& domain) {
  if (topology_key == hostname) return "the same " + topology_key;
  return topology_key + " " + (domain.empty() ? "\"\"" : domain);
}

}  // namespace

shortfall no_such_label(const std::string& topology_key) {
  return {fmt::format("has affinity by {}, a label that is missing", topology_key)};
}

shortfall nobody_near(const std::string& topology_key, const std::string& domain, std::span<const wanted_pods> wanted) {
  // Terms are mostly about the same namespaces, which are then named once.
  const std::string of_first = namespaces_text(wanted.front());
  const bool same = std::all_of(wanted.begin(), wanted.end(),
                                [&](const wanted_pods& one) { return namespaces_text(one) == of_first; });
  std::string all;
  for (const wanted_pods& one : wanted.first(std::min(wanted.size(), most_named)))
    all += (all.empty() ? "" : " and ") + selector_text(one.selector) + (same ? "" : " " + namespaces_text(one));
  if (wanted.size() > most_named) all += fmt::format(" and {} more", wanted.size() - most_named);
  if (same && !wanted.front().every_namespace && wanted.front().namespaces.empty())
    return {fmt::format("no pod matches {} in {}: its namespaceSelector matches no namespace", all,
                        place(topology_key, domain))};
  return {fmt::format("no pod{} matches {} in {}", same ? " " + of_first : "", all, place(topology_key, domain))};
}

shortfall avoided_pod(const std::string& topology_key, const near_pod& there) {
  if (topology_key == hostname) return {"must not run where these pods are", there.pod};
  return {fmt::format("must not run in {} with {}, which is on {}", place(topology_key, there.domain), there.pod,
                      there.node)};
}

shortfall avoiding_pod(const std::string& topology_key, const near_pod& there) {
  if (topology_key == hostname) return {"these pods keep it away by their anti-affinity", there.pod};
  return {fmt::format("{} on {} keeps it away by its anti-affinity in {}", there.pod, there.node,
                      place(topology_key, there.domain))};
}

}  // namespace berth::scoring
