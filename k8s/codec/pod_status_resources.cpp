#include "k8s/api/pod_resources.hpp"
#include "k8s/codec/pod_draft.hpp"

#include <algorithm>
#include <vector>

/// What kubelets report of the resources of placed pods. Nearly always it says what the spec says already, and is
/// dropped then: a placed pod stays small, and what it holds need not be computed a second time.
namespace berth::k8s {

namespace {

// The statuses by container. Of two with one name the first counts, and those of containers go before those of init
// containers.
class status_index {
 public:
  explicit status_index(const pod_draft& draft) {
    by_name_.reserve(draft.statuses.size() + draft.init_statuses.size());
    for (const auto* statuses : {&draft.statuses, &draft.init_statuses})
      for (const container_status_draft& s : *statuses) by_name_.push_back(&s);
    std::stable_sort(by_name_.begin(), by_name_.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  }

  /// nullptr where there is none.
  const container_status_draft* find(const std::string& container) const {
    const auto at = std::lower_bound(by_name_.begin(), by_name_.end(), container,
                                     [](const auto* s, const std::string& name) { return s->name < name; });
    return at != by_name_.end() && (*at)->name == container ? *at : nullptr;
  }

 private:
  std::vector<const container_status_draft*> by_name_;
};

// What status says of a container, with upstream's stand-ins for what it does not say.
container_status_resources status_of(const container_draft& c, const container_status_draft* status, bool infeasible) {
  const resource_list absent = infeasible ? resource_list() : c.requests;
  const auto& allocated = status != nullptr && status->allocated ? *status->allocated : absent;
  const auto& actual = status != nullptr && status->actual ? *status->actual : allocated;
  return {c.name, allocated, actual};
}

std::vector<container_status_resources> differing_statuses(const pod_draft& draft) {
  const status_index statuses(draft);
  std::vector<container_status_resources> differing;
  for (const auto* containers : {&draft.containers, &draft.init_containers}) {
    for (const container_draft& c : *containers) {
      auto status = status_of(c, statuses.find(c.name), draft.object.resize_infeasible);
      if (status.allocated != c.requests || status.actual != c.requests) differing.push_back(std::move(status));
    }
  }
  return differing;
}

bool asks_as_a_whole(const pod_spec& spec) {
  return std::any_of(spec.pod_requests.begin(), spec.pod_requests.end(),
                     [](const auto& e) { return is_pod_level_resource(e.first); });
}

// Whether the spec asks for each of these amounts already, so that a maximum with them changes nothing. Names count as
// well: with pod-level requests, upstream looks at which resources are named at all.
bool covered(const std::optional<resource_list>& reported, const pod_spec& spec, const resource_list& of_containers) {
  if (!reported) return true;
  const bool as_a_whole = asks_as_a_whole(spec);
  return std::all_of(reported->begin(), reported->end(), [&](const resource_list::entry& e) {
    const bool pod_level = as_a_whole && is_pod_level_resource(e.first);
    const quantity* asked = (pod_level ? spec.pod_requests : of_containers).find(e.first);
    if (asked == nullptr) return false;
    quantity with_overhead = *asked;
    if (const quantity* overhead = spec.overhead.find(e.first)) with_overhead += *overhead;
    return e.second <= with_overhead;
  });
}

}  // namespace

void assemble_status_resources(pod_draft& draft) {
  pod& p = draft.object;
  if (draft.pod_level_status) draft.pod_level_status->allocated = std::move(draft.status_allocated);
  const bool stands_for_containers =
      draft.pod_level_status && draft.pod_level_status->allocated && draft.pod_level_status->actual;
  if (!stands_for_containers) p.status_resources = differing_statuses(draft);
  if (!draft.pod_level_status || (!stands_for_containers && !asks_as_a_whole(draft.spec))) return;
  const resource_list of_containers = requests_of_containers(draft);
  const bool settled = !p.resize_infeasible && covered(draft.pod_level_status->allocated, draft.spec, of_containers) &&
                       covered(draft.pod_level_status->actual, draft.spec, of_containers);
  if (!settled) p.pod_level_status = std::move(*draft.pod_level_status);
}

}  // namespace berth::k8s
