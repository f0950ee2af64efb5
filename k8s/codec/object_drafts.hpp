#pragma once

#include "k8s/api/disruption_budget.hpp"
#include "k8s/api/lease.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/selecting_object.hpp"
#include "k8s/api/status.hpp"
#include "k8s/api/workload.hpp"
#include "k8s/codec/json_shape.hpp"
#include "k8s/codec/list_splitter.hpp"

#include <optional>
#include <string>
#include <vector>

/// Objects while they are decoded, each with the kind that its text claims ("" in the items of a typed list). Private
/// to k8s/codec; pods are in pod_draft.hpp.
namespace berth::k8s {

struct node_draft {
  std::string kind;
  node object;
  std::optional<resource_list> capacity;
  std::optional<resource_list> allocatable;
  std::vector<std::string> declared_features;
  std::vector<container_image> images;
};
extern const json_shape node_shape;

struct namespace_draft {
  std::string kind;
  namespace_object object;
};
extern const json_shape namespace_shape;

/// With the defaults that an API server sets. Upstream: apis/core/v1/defaults.go, SetDefaults_NodeStatus and
/// SetDefaults_Namespace.
node finished(node_draft&& draft);
namespace_object finished(namespace_draft&& draft);

struct workload_draft {
  std::string kind;
  workload object;
};
extern const json_shape workload_shape;

struct disruption_budget_draft {
  std::string kind;
  disruption_budget object;
};
extern const json_shape disruption_budget_shape;
struct selecting_draft {
  std::string kind;
  selecting_object object;
};
extern const json_shape label_selecting_shape;
extern const json_shape workload_selecting_shape;

/// `object.selects` is given its key and version when the draft is finished.
template <class Selecting>
struct selecting_workload_draft {
  std::string kind;
  selecting_workload<Selecting> object;
};
extern const json_shape replication_controller_shape;  ///< of selecting_workload_draft<label_selecting>
extern const json_shape whole_workload_shape;          ///< of selecting_workload_draft<workload_selecting>

struct lease_draft {
  std::string kind;
  lease object;
};
extern const json_shape lease_shape;

struct status_cause_draft {
  std::string reason;
  std::string field;
  std::string message;
};
struct status_draft {
  std::string kind;
  api_status object;
  std::vector<status_cause_draft> causes;
};
extern const json_shape status_shape;
/// The causes, joined into the status.
api_status finished(status_draft&& draft);

/// A list without its items, or what came instead of a list.
struct list_draft {
  list_head head;
  std::vector<std::string> items;  ///< stays empty: the splitter has them
  status_draft status;
};
extern const json_shape list_shape;

/// What every object has.
struct identity_draft {
  std::string kind;
  std::string api_version;
  object_key key;
  std::string resource_version;
  string_map annotations;
};
extern const json_shape identity_shape;

}  // namespace berth::k8s
