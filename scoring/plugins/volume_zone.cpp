#include "scoring/explains.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/plugins/pod_claims.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

/// VolumeZone refuses nodes that are in another zone or region than a volume which the pod's claims are bound to. It
/// reads the claims, their volumes' labels and classes, and the nodes' labels. Upstream: plugins/volumezone.
namespace berth::scoring {

namespace {

constexpr auto conflict = "node(s) had no available volume zone";

struct topology_label {
  const char* key;
  const char* on_node;  ///< where a node has no label of that key, this one counts
};
constexpr std::array labels{
    topology_label{"failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"},
    topology_label{"failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"},
    topology_label{"topology.kubernetes.io/zone", "topology.kubernetes.io/zone"},
    topology_label{"topology.kubernetes.io/region", "topology.kubernetes.io/region"},
};

/// One topology label of a volume.
struct place {
  const topology_label* label;
  std::vector<std::string> values;  ///< sorted
  std::string volume;

  bool operator==(const place& o) const { return label == o.label && values == o.values && volume == o.volume; }
};

/// "a__b" is two zones. Nothing where one of them is empty: the label then does not count.
std::vector<std::string> zones_in(std::string_view text) {
  std::vector<std::string> zones;
  for (;;) {
    const std::size_t at = text.find("__");
    std::string_view zone = text.substr(0, at);
    constexpr std::string_view space = " \t\n\r\v\f";
    const std::size_t first = zone.find_first_not_of(space);
    if (first == zone.npos) return {};
    zones.emplace_back(zone.substr(first, zone.find_last_not_of(space) - first + 1));
    if (at == text.npos) break;
    text.remove_prefix(at + 2);
  }
  std::sort(zones.begin(), zones.end());
  zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
  return zones;
}

void add_places(std::vector<place>& places, const k8s::persistent_volume& volume) {
  for (const topology_label& l : labels)
    if (const std::string* value = volume.labels.find(l.key))
      if (std::vector<std::string> zones = zones_in(*value); !zones.empty())
        places.push_back({&l, std::move(zones), volume.name});
}

std::vector<place> places_of(const k8s::persistent_volume& volume) {
  std::vector<place> places;
  add_places(places, volume);
  return places;
}

status unresolvable(std::string why) { return status::unresolvable(std::move(why)); }

/// The places of the volumes that the pod's claims are bound to; or why there can be none.
status find_places(const k8s::pod& pod, const storage& objects, std::vector<place>& places) {
  for (const std::string& name : named_claims_of(*pod.spec)) {
    if (name.empty()) return unresolvable("PersistentVolumeClaim had no name");
    const auto* claim = objects.claim({pod.key.namespace_, name});
    if (claim == nullptr) return unresolvable(not_found(claim_resource, name));
    if (!claim->volume_name.empty()) {
      const auto* volume = objects.volume(claim->volume_name);
      if (volume == nullptr) return unresolvable(not_found(volume_resource, claim->volume_name));
      add_places(places, *volume);
      continue;
    }
    const std::string& wanted = claim->storage_class();
    if (wanted.empty()) return unresolvable("PersistentVolumeClaim had no pv name and storageClass name");
    const auto* cls = objects.storage_class(wanted);
    if (cls == nullptr) return unresolvable(not_found(class_resource, wanted));
    if (!cls->waits_for_first_consumer)
      return unresolvable("VolumeBindingMode not set for StorageClass \"" + wanted + "\"");
    if (!*cls->waits_for_first_consumer) return unresolvable("PersistentVolume had no name");
  }
  return status::ok();
}

const std::string* label_for(const k8s::node& node, const topology_label& l) {
  const std::string* value = node.labels.find(l.key);
  return value != nullptr ? value : node.labels.find(l.on_node);
}

bool has_a_place(const k8s::node& node) {
  return std::any_of(labels.begin(), labels.end(),
                     [&](const topology_label& l) { return node.labels.contains(l.key); });
}

/// The first place of a volume that the node is not in; nullptr where it is in all, or says nothing of where it is.
const place* elsewhere(const std::vector<place>& places, const k8s::node& node) {
  if (!has_a_place(node)) return nullptr;
  const auto there = std::find_if(places.begin(), places.end(), [&](const place& p) {
    const std::string* value = label_for(node, *p.label);
    return value == nullptr || !std::binary_search(p.values.begin(), p.values.end(), *value);
  });
  return there == places.end() ? nullptr : &*there;
}

struct found_places {
  std::vector<place> all;
};

class volume_zone final : public plugin, public pre_filter_plugin, public filter_plugin, public explains {
 public:
  std::string_view name() const override { return "VolumeZone"; }
  dependencies reads() const override { return {pod_volumes, reach::anywhere}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::storage_class, action_add},
            {event_resource::node, action_add | action_update_labels},
            {event_resource::persistent_volume_claim, action_add | action_update},
            {event_resource::persistent_volume, action_add | action_update}};
  }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (const auto* claim = e.now<k8s::persistent_volume_claim>()) return names(*pod.pod, *claim);
    if (const auto* cls = e.now<k8s::storage_class>()) return cls->waits_for_first_consumer.value_or(false);
    if (const auto* now = e.now<k8s::persistent_volume>()) {
      const auto* before = e.before<k8s::persistent_volume>();
      return before == nullptr || places_of(*before) != places_of(*now);
    }
    return true;
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const override {
    found_places found;
    status s = find_places(*pod.pod, nodes.storage(), found.all);
    if (!s.is_ok()) return {std::move(s), std::nullopt};
    if (found.all.empty()) return {status::skipped(), std::nullopt};
    cycle.of<found_places>(this, [&] { return std::move(found); });
    return {status::ok(), std::nullopt};
  }

  void filter(const pod_info&, const cluster& nodes, cycle_state& cycle, filter_column& column) const override {
    const found_places* found = cycle.find<found_places>(this);
    if (found == nullptr) return;
    const refusal_id why = column.reason(status::unresolvable(conflict));
    column.for_each([&](node_id n) {
      if (elsewhere(found->all, nodes.node(n)) != nullptr) column.refuse(n, why);
    });
  }

  std::vector<shortfall> account(const pod_info&, const cluster& nodes, cycle_state& cycle, node_id n) const override {
    const found_places* found = cycle.find<found_places>(this);
    const place* p = found == nullptr ? nullptr : elsewhere(found->all, nodes.node(n));
    if (p == nullptr) return {};
    std::string values;
    for (const std::string& v : p->values) values += (values.empty() ? "" : " or ") + v;
    const std::string* here = label_for(nodes.node(n), *p->label);
    return {{.what = "volume " + p->volume + " is for " + p->label->key + "=" + values,
             .here = here == nullptr ? "" : std::string(p->label->on_node) + "=" + *here}};
  }
};

}  // namespace

std::unique_ptr<plugin> make_volume_zone(arguments& args, const plugin_context&) {
  args.finish();
  return std::make_unique<volume_zone>();
}

}  // namespace berth::scoring
