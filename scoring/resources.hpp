#pragma once

#include "k8s/api/pod.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Amounts of resources as plain integers over dense resource numbers, and how much a pod asks for.
namespace berth::scoring {

/// 0..2 are fixed; extended resources and huge pages get a number while some node has them.
using resource_id = std::uint16_t;
inline constexpr resource_id cpu = 0;                ///< in thousandths of a core
inline constexpr resource_id memory = 1;             ///< in bytes
inline constexpr resource_id ephemeral_storage = 2;  ///< in bytes
inline constexpr resource_id first_scalar = 3;       ///< in whole units

/// For scoring, a container that asks for no cpu or no memory counts this much. Upstream: scheduler/util,
/// pod_resources.go.
inline constexpr std::int64_t default_cpu_request = 100;                   ///< thousandths of a core
inline constexpr std::int64_t default_memory_request = 200 * 1024 * 1024;  ///< bytes

/// Names of resources <-> numbers; part of a `cluster`. "pods" is none of them: it is a count of its own.
///
/// A number means columns, and those cost memory for each node. So nodes alone take numbers: what pods ask for, which
/// anybody may write, is kept by name (see demand). A number is free again when no node has the resource any more, and
/// is given out anew when a name wants one. A resource that finds none free is looked up by name on each node
/// (cluster::allocatable_of): that is slower, and decides the same.
class resource_names {
 public:
  static constexpr std::size_t most = 256;

  resource_names();
  /// A node has this resource. False where all numbers are in use by others. `id` may have belonged to another name.
  bool take(std::string_view name, resource_id& id);
  /// A node has it no more; as often as it was taken.
  void leave(std::string_view name);
  /// The number of the name, if it has one; also when no node has it any more and the number was not needed since.
  const resource_id* find(std::string_view name) const;
  /// id is below size().
  const std::string& name(resource_id id) const { return names_[id]; }
  /// More than any number in use. Grows, and never shrinks.
  std::size_t size() const noexcept { return names_.size(); }

 private:
  std::vector<std::string> names_;
  std::vector<std::size_t> users_;  ///< by number: how many nodes have it
  std::map<std::string, resource_id, std::less<>> ids_;
};

/// Upstream: schedutil.IsScalarResourceName: extended resources, huge pages, attachable volumes and prefixed native
/// ones are the resources that count, beside cpu, memory and ephemeral-storage. Others (for instance "storage") are
/// ignored.
bool is_scalar_resource(std::string_view name);

/// Of an amount in a list, in the unit that columns have it in: thousandths of cpu, whole units of the rest. 0 where it
/// is absent.
std::int64_t amount_in(const k8s::resource_list& amounts, std::string_view resource);

/// What a pod takes.
struct demand {
  /// cpu, memory and ephemeral-storage, by number.
  std::array<std::int64_t, first_scalar> amounts{};
  /// The other resources that count (see is_scalar_resource), sorted by name, without zeros. By name and not by number,
  /// so that no node that comes or goes makes them wrong.
  std::vector<std::pair<std::string, std::int64_t>> scalars;

  /// cpu and memory with what containers that ask for nothing count instead: as a node's sums take them
  /// (`non_zero_...`, see cluster::non_zero_cpu), and as NodeResourcesFit scores the pod that is being placed
  /// (`scored_...`). They differ only where the pod has pod-level requests: that score goes by the containers alone.
  /// Upstream: PodInfo.CalculateResource; resourceAllocationScorer.calculatePodResourceRequest, whose
  /// enablePodLevelResources NewFit leaves unset.
  std::int64_t non_zero_cpu = 0;
  std::int64_t non_zero_memory = 0;
  std::int64_t scored_cpu = 0;
  std::int64_t scored_memory = 0;

  /// r is cpu, memory or ephemeral_storage.
  std::int64_t of(resource_id r) const noexcept { return amounts[r]; }
  /// Of any resource; 0 where it asks for none.
  std::int64_t of(std::string_view resource) const noexcept;
  bool operator==(const demand&) const = default;
};

/// cpu, memory, ephemeral-storage, by number.
std::string_view fixed_resource_name(resource_id r) noexcept;

/// By the spec alone: what a pod asks for when it comes. Upstream: resource.PodRequests, without UseStatusResources.
demand demand_of(const k8s::pod_spec& spec);

/// What a placed pod holds: the larger of spec, allocated and actual. Upstream: the same, with UseStatusResources.
demand demand_of_placed(const k8s::pod& pod);

}  // namespace berth::scoring
