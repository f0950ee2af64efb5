#pragma once

#include "k8s/api/pod.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

/// Amounts of resources as plain integers over dense resource numbers, and how much a pod asks for.
namespace berth::scoring {

/// 0..2 are fixed; extended resources and huge pages get numbers in order of first appearance.
using resource_id = std::uint16_t;
inline constexpr resource_id cpu = 0;                ///< in thousandths of a core
inline constexpr resource_id memory = 1;             ///< in bytes
inline constexpr resource_id ephemeral_storage = 2;  ///< in bytes
inline constexpr resource_id first_scalar = 3;       ///< in whole units

/// Names of resources <-> numbers. "pods" is none of them: it is a count of its own. At most 256 scalar names are
/// known; more come from nowhere but an attack, and are refused by `intern` returning false.
class resource_names {
 public:
  resource_names();
  bool intern(std::string_view name, resource_id& id);
  /// The number if the name is known.
  const resource_id* find(std::string_view name) const;
  const std::string& name(resource_id id) const { return names_[id]; }
  std::size_t size() const noexcept { return names_.size(); }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, resource_id> ids_;
};

/// Upstream: resource.IsScalarResourceName and v1helper.IsExtendedResourceName, IsHugePageResourceName, ...: the resources
/// that count at all. Others (for instance "storage") are ignored.
bool is_scalar_resource(std::string_view name) noexcept;

/// What a pod takes. Amounts are sorted by resource number, without zeros.
struct demand {
  std::vector<std::pair<resource_id, std::int64_t>> amounts;
  std::int64_t non_zero_cpu = 0;     ///< for scoring: containers that ask for nothing count 100m ...
  std::int64_t non_zero_memory = 0;  ///< ... and 200 MiB (kube-scheduler.md 3.1)

  std::int64_t of(resource_id r) const noexcept;
  bool operator==(const demand&) const = default;
};

/// By the spec alone: what a pod asks for when it comes. Upstream: resource.PodRequests, without UseStatusResources.
demand demand_of(const k8s::pod_spec& spec, resource_names& names);

/// What a placed pod holds: the larger of spec, allocated and actual. Upstream: the same, with UseStatusResources.
demand demand_of_placed(const k8s::pod& pod, resource_names& names);

}  // namespace berth::scoring
