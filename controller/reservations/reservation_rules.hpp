#pragma once

#include "controller/runtime/instant.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// Which reservations of one owner hold: pure functions of its workload, its pods, what was freed, and the time.
///
/// A reservation keeps what one pod held, on that pod's node, under that pod's uid. It holds
///  - until `expires`, by the wall clock (not while the pod is still there: until then it keeps nothing);
///  - until a pod of the owner that was not there before (`before`) is placed on that node: each such pod uses one;
///  - as long as the owner misses so many replicas: no more reservations than `replicas` less the pods that are placed
///    and not being deleted. Of too many, those that are claimed hold, and of the others
///    the newest.
namespace berth::controller {

struct owned_pod {
  k8s::pod_ptr pod;       ///< with its node
  bool assumed = false;   ///< by us; the server does not say so yet
  bool leaving = false;   ///< its room is reserved: it is being deleted, though the watch of pods may not say so yet
  bool used_one = false;  ///< it has used up a reservation: it does not use another
};

/// A workload and its placed pods, by uid.
struct reservation_owner {
  std::string kind;
  k8s::object_key key;
  std::string uid;
  std::int32_t replicas = 0;
  std::chrono::seconds hold{0};  ///< 0: not asked for, or the workload is gone or being deleted
  std::map<std::string, owned_pod> pods;
};

struct reservation_entry {
  std::string id;  ///< the pod's uid
  std::string node;
  k8s::object_key pod;
  k8s::resource_list amounts;
  k8s::timestamp since;
  k8s::timestamp expires;
  std::set<std::string> before;  ///< pods of the owner, by uid, that were on the node already
  bool pod_is_there = false;     ///< it still holds its room
};

enum class standing {
  holds,
  claimed,  ///< it holds, but a pod that is assumed on that node has its room: it keeps nothing as long as that is so
  used,
  expired,
  surplus,
};

struct ruling {
  standing what = standing::surplus;
  std::string used_by;  ///< uid, where used
};

/// How many replicas are neither placed nor about to go; 0 where the workload does not ask.
std::size_t missing_replicas(const reservation_owner& owner);

/// One for each entry; `entries` are sorted by age, oldest first. A pod that is only assumed claims a reservation, but
/// ends none: its binding may fail, and then another pod must not have the room.
std::vector<ruling> rule(const reservation_owner& owner, const std::vector<const reservation_entry*>& entries,
                         k8s::timestamp now);

/// What a placed pod holds: cpu, memory, ephemeral storage, extended resources, and "pods": 1.
k8s::resource_list room_of(const k8s::pod& pod);

/// The entry for a pod of this owner that is being deleted or gone.
reservation_entry entry_for(const reservation_owner& owner, const k8s::pod& pod, k8s::timestamp now);

/// When it ends: `hold` after the pod's deletionTimestamp (when it is to be gone), or after now where that has passed.
k8s::timestamp expiry_of(const k8s::pod& pod, std::chrono::seconds hold, k8s::timestamp now);

}  // namespace berth::controller
