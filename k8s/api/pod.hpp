#pragma once

#include "k8s/api/boxed.hpp"
#include "k8s/api/declared_features.hpp"
#include "k8s/api/disk.hpp"
#include "k8s/api/metadata.hpp"
#include "k8s/api/quantity.hpp"
#include "k8s/api/selector.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A Pod, in the fields that a scheduler reads. Everything else is dropped while decoding.
///
/// Split in two by what repeats: the pods of one workload differ in name, uid and state, and agree in the rest. The
/// rest is `pod_spec`, shared between equal pods (see scoring::spec_table), so a placed pod costs a few hundred bytes.
/// Immutable once decoded; shared between strands as shared_ptr<const pod>.
namespace berth::k8s {

enum class taint_effect : std::uint8_t { any, no_schedule, prefer_no_schedule, no_execute, unknown };
enum class toleration_operator : std::uint8_t { equal, exists, unknown };

/// `effect` any tolerates every effect; an empty key with `exists` tolerates every taint. Gt and Lt are behind a gate
/// that is off in v1.37 and so come out `unknown`, which tolerates nothing.
struct toleration {
  std::string key;
  toleration_operator op = toleration_operator::equal;
  std::string value;
  taint_effect effect = taint_effect::any;

  bool operator==(const toleration&) const = default;
};

struct host_port {
  std::string ip;         ///< "" means 0.0.0.0
  std::string protocol;   ///< "" means TCP
  std::int32_t port = 0;  ///< never 0 in a decoded pod: ports without a hostPort are dropped

  bool operator==(const host_port&) const = default;
};

struct container {
  std::string name;
  std::string image;
  resource_list requests;
  std::vector<host_port> host_ports;
  bool sidecar = false;    ///< an init container with restartPolicy Always
  resource_list limits{};  ///< shown in /metrics/resources; no decision reads them

  bool operator==(const container&) const = default;
};

struct pod_affinity_term {
  std::optional<label_selector> selector;
  std::vector<std::string> namespaces;
  std::optional<label_selector> namespace_selector;
  std::string topology_key;
  std::vector<std::string> match_label_keys;
  std::vector<std::string> mismatch_label_keys;

  bool operator==(const pod_affinity_term&) const = default;
};

struct weighted_pod_affinity_term {
  std::int32_t weight = 0;
  pod_affinity_term term;

  bool operator==(const weighted_pod_affinity_term&) const = default;
};

/// v1.PodAffinity and v1.PodAntiAffinity have one shape.
struct pod_affinity {
  std::vector<pod_affinity_term> required;
  std::vector<weighted_pod_affinity_term> preferred;

  bool operator==(const pod_affinity&) const = default;
  bool empty() const noexcept { return required.empty() && preferred.empty(); }
};

struct topology_spread_constraint {
  std::int32_t max_skew = 1;
  std::string topology_key;
  bool do_not_schedule = true;  ///< whenUnsatisfiable
  std::optional<label_selector> selector;
  std::int32_t min_domains = 1;
  bool honor_node_affinity = true;  ///< nodeAffinityPolicy
  bool honor_node_taints = false;   ///< nodeTaintsPolicy
  std::vector<std::string> match_label_keys;

  bool operator==(const topology_spread_constraint&) const = default;
};

enum class volume_kind : std::uint8_t {
  other,        ///< emptyDir, configMap, secret, hostPath, ...: nothing a scheduler looks at
  claim,        ///< persistentVolumeClaim; `reference` is the claim's name
  ephemeral,    ///< a claim to be made from a template; its name is "<pod>-<volume>"
  image,        ///< an OCI image as a volume; `reference` is the image
  inline_disk,  ///< gcePersistentDisk, awsElasticBlockStore, iscsi, rbd, azureDisk, cinder, csi, ...: `source` says
                ///< which
};

struct volume {
  std::string name;
  volume_kind kind = volume_kind::other;
  std::string reference;
  std::optional<disk> source{};

  bool operator==(const volume&) const = default;
};

/// What the pods of one workload share. Fields are those of v1.PodSpec and of the metadata.
struct pod_spec {
  std::string namespace_;
  std::string scheduler_name;
  string_map labels;
  std::optional<controller_owner> owner;
  std::int32_t priority = 0;
  bool may_preempt = true;  ///< preemptionPolicy is not Never

  string_map node_selector;
  std::optional<node_affinity> affinity;
  std::optional<pod_affinity> pod_affinity_rules;
  std::optional<pod_affinity> pod_anti_affinity_rules;
  std::vector<toleration> tolerations;
  std::vector<topology_spread_constraint> spread_constraints;

  std::vector<container> init_containers;
  std::vector<container> containers;
  resource_list overhead;
  resource_list pod_requests;             ///< spec.resources.requests: pod-level requests
  resource_list pod_limits;               ///< spec.resources.limits; read as those of containers are
  std::vector<volume> volumes;            ///< `other` ones are dropped
  std::size_t resource_claims = 0;        ///< how many entries spec.resourceClaims has
  declared_features needed_features = 0;  ///< only nodes that declare these can run it

  bool operator==(const pod_spec&) const = default;
};

enum class pod_phase : std::uint8_t { pending, running, succeeded, failed, unknown };

/// The condition PodScheduled as the API server has it, to tell whether a PATCH would change anything.
struct scheduled_condition {
  bool status_true = false;
  std::string reason;
  std::string message;

  bool operator==(const scheduled_condition&) const = default;
};

/// What status says of one container of a placed pod that is resized in place, with upstream's stand-ins for what it
/// leaves out: actual from allocated, both from the spec unless the resize is infeasible. Upstream:
/// component-helpers/resource, containerAllocatedRequests and containerActuatedRequests.
struct container_status_resources {
  std::string name;
  resource_list allocated;  ///< allocatedResources
  resource_list actual;     ///< resources.requests
  bool operator==(const container_status_resources&) const = default;
};

/// The same for the pod as a whole, as kubelets from 1.36 on report it for every pod. It stands for the sums over
/// containers where both lists are given: a list that is absent differs from one that is empty. Kubelets have the
/// pod's overhead in these amounts.
struct pod_status_resources {
  std::optional<resource_list> allocated;  ///< status.allocatedResources
  std::optional<resource_list> actual;     ///< status.resources.requests
  bool operator==(const pod_status_resources&) const = default;
};

struct pod {
  object_key key;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  std::optional<timestamp> created;
  std::optional<timestamp> deleted;  ///< deletionTimestamp: terminating
  std::optional<timestamp> started;  ///< status.startTime

  std::string node_name;
  std::string nominated_node_name;
  pod_phase phase = pod_phase::pending;
  std::vector<std::string> scheduling_gates;
  boxed<scheduled_condition> scheduled;
  /// Only containers whose status differs from the spec's requests; none where `pod_level_status` stands for them.
  std::vector<container_status_resources> status_resources;
  /// Only where there is a status.resources, and only where it can change what the pod holds.
  boxed<pod_status_resources> pod_level_status;
  bool resize_infeasible = false;  ///< condition PodResizePending with reason Infeasible
  bool preempted = false;          ///< condition DisruptionTarget is true, with reason PreemptionByScheduler

  std::shared_ptr<const pod_spec> spec;  ///< never null

  bool terminal() const noexcept { return phase == pod_phase::succeeded || phase == pod_phase::failed; }
  bool terminating() const noexcept { return deleted.has_value(); }
  /// Whether status says anything about resources that the spec does not: then the pod may hold more than it asks for.
  bool reports_resources() const noexcept { return !status_resources.empty() || pod_level_status.has_value(); }
};

using pod_ptr = std::shared_ptr<const pod>;

}  // namespace berth::k8s
