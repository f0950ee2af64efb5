#pragma once

#include "k8s/api/pod.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
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

/// For scoring, a container that asks for no cpu or no memory counts this much. Upstream: scheduler/util,
/// pod_resources.go.
inline constexpr std::int64_t default_cpu_request = 100;                   ///< thousandths of a core
inline constexpr std::int64_t default_memory_request = 200 * 1024 * 1024;  ///< bytes

/// Names of resources <-> numbers; part of a `cluster`. "pods" is none of them: it is a count of its own.
///
/// Numbers are never taken back, and each costs a column. So pods, which anybody may write, can name but so many that
/// no node has; nodes have room of their own.
class resource_names {
 public:
  static constexpr std::size_t most_by_pods = 256;
  static constexpr std::size_t most = 1024;

  resource_names();
  /// False where the name is new and `size()` has reached `limit`.
  bool intern(std::string_view name, resource_id& id, std::size_t limit = most_by_pods);
  /// The number if the name is known. Valid until the next name comes.
  const resource_id* find(std::string_view name) const;
  const std::string& name(resource_id id) const { return names_[id]; }
  std::size_t size() const noexcept { return names_.size(); }

 private:
  std::vector<std::string> names_;
  std::map<std::string, resource_id, std::less<>> ids_;
};

/// Upstream: schedutil.IsScalarResourceName: extended resources, huge pages, attachable volumes and prefixed native
/// ones are the resources that count, beside cpu, memory and ephemeral-storage. Others (for instance "storage") are
/// ignored.
bool is_scalar_resource(std::string_view name);

/// Of an amount in a list, in the unit that columns have it in: thousandths of cpu, whole units of the rest. 0 where it
/// is absent.
std::int64_t amount_in(const k8s::resource_list& amounts, std::string_view resource);

/// What a pod takes. Amounts are sorted by resource number, without zeros.
struct demand {
  std::vector<std::pair<resource_id, std::int64_t>> amounts;
  /// Resources that found no number (see resource_names), not zero, sorted: no node is known to have them.
  std::vector<std::pair<std::string, std::int64_t>> unnumbered;

  /// cpu and memory with what containers that ask for nothing count instead: as a node's sums take them
  /// (`non_zero_...`, see cluster::non_zero_cpu), and as NodeResourcesFit scores the pod that is being placed
  /// (`scored_...`). They differ only where the pod has pod-level requests: that score goes by the containers alone.
  /// Upstream: PodInfo.CalculateResource; resourceAllocationScorer.calculatePodResourceRequest, whose
  /// enablePodLevelResources NewFit leaves unset.
  std::int64_t non_zero_cpu = 0;
  std::int64_t non_zero_memory = 0;
  std::int64_t scored_cpu = 0;
  std::int64_t scored_memory = 0;

  std::int64_t of(resource_id r) const noexcept;
  bool operator==(const demand&) const = default;
};

/// By the spec alone: what a pod asks for when it comes. Upstream: resource.PodRequests, without UseStatusResources.
demand demand_of(const k8s::pod_spec& spec, resource_names& names);

/// What a placed pod holds: the larger of spec, allocated and actual. Upstream: the same, with UseStatusResources.
demand demand_of_placed(const k8s::pod& pod, resource_names& names);

}  // namespace berth::scoring
