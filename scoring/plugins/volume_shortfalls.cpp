#include "scoring/plugins/volume_shortfalls.hpp"

#include "scoring/explain/amount_text.hpp"
#include "scoring/explain/rule_shortfalls.hpp"
#include "scoring/plugins/pod_claims.hpp"
#include "scoring/plugins/volume_match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace berth::scoring {

namespace {

constexpr std::size_t most_sorted = 256;  // volumes of one class, by what is wrong with each: on every node anew

std::string size_of(const k8s::persistent_volume_claim& claim) {
  return claim.request ? amount_text("storage", claim.request->value(), rounding::up) : "a volume";
}

std::string class_of(const k8s::persistent_volume_claim& claim) {
  return claim.storage_class().empty() ? "no class" : "class " + claim.storage_class();
}

// Why a claim that is to be bound before its pod is scheduled is not: as far as the file or the server tells.
std::string why_unbound(const k8s::persistent_volume_claim& claim, const storage& objects) {
  const std::string head = "claim " + claim.key.name + " is not bound";
  if (!claim.volume_name.empty()) {
    const bool there = objects.volume(claim.volume_name) != nullptr;
    return fmt::format("{} to volume {} yet{}", head, claim.volume_name, there ? "" : ", which is not there");
  }
  if (claim.storage_class().empty()) return head + " and has no class: nobody makes a volume for it";
  if (objects.storage_class(claim.storage_class()) == nullptr)
    return fmt::format("{}, and its class {} is not there", head, claim.storage_class());
  return fmt::format("{} yet: its class {} binds at once, before a node is chosen", head, claim.storage_class());
}

std::vector<shortfall> unbound(const volume_needs& needs, const k8s::pod& pod, const storage& objects) {
  std::vector<shortfall> all;
  for (const pod_claim& c : claims_of(pod)) {
    const k8s::claim_ptr claim = objects.claims.share({pod.key.namespace_, c.name});
    if (claim == nullptr || claim->fully_bound() || claim->lost || claim->deleted) continue;
    const auto& delayed = needs.delayed();
    if (std::find(delayed.begin(), delayed.end(), claim) == delayed.end())
      all.push_back({.what = why_unbound(*claim, objects)});
  }
  return all;
}

// "topology.kubernetes.io/zone=a", and what the node has instead.
std::pair<std::string, std::string> where_it_is(const std::optional<k8s::node_selector>& nodes, const k8s::node& node) {
  if (!nodes || nodes->terms.empty()) return {"no node", ""};
  if (nodes->terms.size() > 1) return {fmt::format("nodes that one of {} terms matches", nodes->terms.size()), ""};
  std::string rules, here;
  for (const k8s::selector_requirement& r : nodes->terms.front().match_expressions) {
    rules += (rules.empty() ? "" : ",") + requirement_text(r);
    if (!here.empty() || r.matches(node.labels)) continue;
    const std::string* value = node.labels.find(r.key);
    here = value == nullptr ? "no " + r.key : r.key + "=" + *value;
  }
  return {rules.empty() ? "other nodes" : rules, here};
}

void add_bound(std::vector<shortfall>& all, const k8s::persistent_volume_claim& claim, const storage& objects,
               const k8s::node& node) {
  const auto* volume = objects.volume(claim.volume_name);
  if (volume == nullptr) {
    all.push_back(
        {.what = fmt::format("claim {} is bound to volume {}, which is not there", claim.key.name, claim.volume_name)});
    return;
  }
  std::string error;
  const auto nodes = nodes_of(*volume, objects.csi_node(node.name), error);
  if (!error.empty() || reachable(nodes, node.labels)) return;
  auto [place, here] = where_it_is(nodes, node);
  all.push_back({.what = fmt::format("volume {} of claim {} is for {}", volume->name, claim.key.name, place),
                 .here = std::move(here)});
}

// "2 of 3 volumes are taken, 1 is for other nodes": the first thing that is wrong with each.
std::string volumes_there(const k8s::persistent_volume_claim& claim, const storage& objects, const k8s::node& node) {
  std::size_t taken = 0, elsewhere = 0, small = 0, other = 0;
  const std::vector<k8s::volume_ptr> volumes = objects.volumes_of_class(claim.storage_class());
  if (volumes.size() > most_sorted) return fmt::format("none of {} volumes will do", volumes.size());
  for (const k8s::volume_ptr& v : volumes) {
    if (v->claim && !is_for(*v, claim))
      ++taken;
    else if (!reachable(v->nodes, node.labels))
      ++elsewhere;
    else if (claim.request && (!v->capacity || *v->capacity < *claim.request))
      ++small;
    else
      ++other;
  }
  std::string text;
  const auto add = [&](std::size_t n, const char* one, const char* several) {
    if (n == 0) return;
    text += text.empty() ? fmt::format("of {} volume{} {}", volumes.size(), volumes.size() == 1 ? "" : "s", n)
                         : fmt::format(", {}", n);
    text += fmt::format(" {}", n == 1 ? one : several);
  };
  add(taken, "is taken", "are taken");
  add(elsewhere, "is for other nodes", "are for other nodes");
  add(small, "is too small", "are too small");
  add(other, "is of another mode, or does not match its selector", "are of other modes, or do not match its selector");
  return text.empty() ? "no volume of that class" : text;
}

bool finds_volume(const volume_needs& needs, const k8s::persistent_volume_claim& claim, const k8s::node& node) {
  return std::any_of(needs.choices().begin(), needs.choices().end(), [&](const volume_choice& choice) {
    return choice.claim()->key == claim.key && choice.find(node, {}) != nullptr;
  });
}

void add_delayed(std::vector<shortfall>& all, const volume_needs& needs, const k8s::persistent_volume_claim& claim,
                 const storage& objects, const k8s::node& node) {
  const std::string wants = fmt::format("claim {} wants {} of {}", claim.key.name, size_of(claim), class_of(claim));
  if (claim.selected_node && *claim.selected_node != node.name) {
    all.push_back(
        {.what = fmt::format("claim {} is being provisioned for node {}", claim.key.name, *claim.selected_node)});
    return;
  }
  const auto* cls = objects.storage_class(claim.storage_class());
  if (cls == nullptr) return;
  if (finds_volume(needs, claim, node)) return;
  if (cls->provisioner.empty() || cls->provisioner == "kubernetes.io/no-provisioner") {
    all.push_back({.what = wants + ", which nobody provisions", .here = volumes_there(claim, objects, node)});
    return;
  }
  if (!allows(cls->allowed_topologies, node.labels)) {
    const bool one = cls->allowed_topologies.size() == 1 && cls->allowed_topologies.front().requirements.size() == 1;
    if (!one) {
      all.push_back({.what = wants + ", which is provisioned for other nodes"});
      return;
    }
    const k8s::topology_term::requirement& r = cls->allowed_topologies.front().requirements.front();
    const std::string* value = node.labels.find(r.key);
    all.push_back({.what = fmt::format("{}, which is provisioned for {}", wants,
                                       requirement_text({r.key, k8s::selector_operator::in, r.values})),
                   .here = value == nullptr ? "no " + r.key : r.key + "=" + *value});
    return;
  }
  const auto* driver = objects.csi_driver(cls->provisioner);
  if (driver == nullptr || !driver->storage_capacity || !claim.request) return;
  std::int64_t largest = 0;
  bool any = false;
  for (const k8s::csi_storage_capacity_ptr& one : objects.capacities_of_class(cls->name)) {
    if (!is_within_reach(*one, node)) continue;
    any = true;
    if (one->limit()) largest = std::max(largest, one->limit()->value());
  }
  if (largest >= claim.request->value()) return;
  if (!any || largest == 0)
    all.push_back({.what = wants + (any ? ", of which nothing is left" : ", of which no CSIStorageCapacity tells")});
  else
    all.push_back({.what = "storage",
                   .needs = claim.request->value(),
                   .has = largest,
                   .of_all = claim.request->value(),  // how much there is in all, nobody tells
                   .room = fmt::format("free for one volume of class {}", cls->name)});
}

}  // namespace

std::vector<shortfall> volume_shortfalls(const volume_needs& needs, const k8s::pod& pod, const storage& objects,
                                         const k8s::node& node) {
  std::vector<shortfall> all = unbound(needs, pod, objects);
  if (!all.empty()) return all;
  for (const k8s::claim_ptr& c : needs.bound()) add_bound(all, *c, objects, node);
  for (const k8s::claim_ptr& c : needs.delayed()) add_delayed(all, needs, *c, objects, node);
  return all;
}

}  // namespace berth::scoring
