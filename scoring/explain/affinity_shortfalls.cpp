#include "scoring/explain/affinity_shortfalls.hpp"

#include "scoring/explain/rule_shortfalls.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace berth::scoring {

namespace {

constexpr std::string_view hostname = "kubernetes.io/hostname";

std::string selector_text(const std::optional<k8s::label_selector>& s) {
  if (!s) return "no pod at all";
  std::string text;
  const auto add = [&](const std::string& one) { text += (text.empty() ? "" : ",") + one; };
  for (const auto& [key, value] : s->match_labels) add(key + "=" + value);
  for (const k8s::selector_requirement& r : s->match_expressions) add(requirement_text(r));
  return text.empty() ? "any pod" : text;
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

shortfall nobody_near(const std::string& topology_key, const std::string& domain,
                      std::span<const std::optional<k8s::label_selector>> wanted) {
  constexpr std::size_t most = 3;
  std::string all;
  for (const auto& selector : wanted.first(std::min(wanted.size(), most)))
    all += (all.empty() ? "" : " and ") + selector_text(selector);
  if (wanted.size() > most) all += fmt::format(" and {} more", wanted.size() - most);
  return {fmt::format("no pod matches {} in {}", all, place(topology_key, domain))};
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
