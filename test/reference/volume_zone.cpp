#include "test/reference/claims.hpp"
#include "test/reference/plugins.hpp"

#include <utility>

/// VolumeZone: a pod whose volume has labels of a zone or region goes to nodes with one of these values.
namespace berth::reference {

namespace {

constexpr const char* beta_zone = "failure-domain.beta.kubernetes.io/zone";
constexpr const char* beta_region = "failure-domain.beta.kubernetes.io/region";
constexpr const char* zone = "topology.kubernetes.io/zone";
constexpr const char* region = "topology.kubernetes.io/region";
constexpr const char* keys[] = {beta_zone, beta_region, zone, region};

/// "a__b" is two zones; an empty one does not parse. Upstream: LabelZonesToSet.
std::set<std::string> values_in(std::string_view text) {
  std::set<std::string> values;
  for (;;) {
    const std::size_t end = text.find("__");
    std::string_view one = text.substr(0, end);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (one.empty()) return {};
    values.emplace(one);
    if (end == text.npos) return values;
    text.remove_prefix(end + 2);
  }
}

class volume_zone final : public plugin_base<volume_zone> {
 public:
  status pre_filter(const question& q, std::optional<std::set<std::string>>&) override {
    for (const mounted_claim& c : claims_of(q.pod)) {
      if (c.ephemeral) continue;
      if (status said = look_at(q, c.name); !said.ok()) return said;
    }
    return wanted_.empty() ? skip() : status{};
  }

  status filter(const question&, const node_state& n) override {
    const k8s::string_map& labels = n.node->labels;
    bool has_any = false;
    for (const char* key : keys) has_any = has_any || labels.contains(key);
    if (!has_any) return {};
    for (const auto& [key, values] : wanted_) {
      const std::string* there = labels.find(key);
      if (there == nullptr && key == beta_zone) there = labels.find(zone);
      if (there == nullptr && key == beta_region) there = labels.find(region);
      if (there == nullptr || !values.contains(*there)) return refuse_for_good("node(s) had no available volume zone");
    }
    return {};
  }

 private:
  /// Upstream: getPVbyPod.
  status look_at(const question& q, const std::string& name) {
    if (name.empty()) return refuse_for_good("PersistentVolumeClaim had no name");
    const auto* claim = q.cluster.find_claim(q.pod.key.namespace_, name);
    if (claim == nullptr) return refuse_for_good(not_found("persistentvolumeclaim", name));
    if (claim->volume_name.empty()) return look_at_class(q, claim->storage_class());
    const auto* volume = q.cluster.find_volume(claim->volume_name);
    if (volume == nullptr) return refuse_for_good(not_found("persistentvolume", claim->volume_name));
    for (const char* key : keys)
      if (const std::string* value = volume->labels.find(key))
        if (std::set<std::string> values = values_in(*value); !values.empty())
          wanted_.emplace_back(key, std::move(values));
    return {};
  }

  /// Of a claim without a volume: it may wait for its first consumer.
  static status look_at_class(const question& q, const std::string& name) {
    if (name.empty()) return refuse_for_good("PersistentVolumeClaim had no pv name and storageClass name");
    const auto* cls = q.cluster.find_class(name);
    if (cls == nullptr) return refuse_for_good(not_found("storageclass.storage.k8s.io", name));
    if (!cls->waits_for_first_consumer)
      return refuse_for_good("VolumeBindingMode not set for StorageClass \"" + name + "\"");
    return *cls->waits_for_first_consumer ? status{} : refuse_for_good("PersistentVolume had no name");
  }

  std::vector<std::pair<std::string, std::set<std::string>>> wanted_;
};

}  // namespace

std::unique_ptr<plugin> make_volume_zone(const k8s::value&) { return std::make_unique<volume_zone>(); }

}  // namespace berth::reference
