#pragma once

#include "k8s/api/pod.hpp"
#include "k8s/codec/json_shape.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// A pod while it is decoded: what JSON has in another form than `pod`, and what defaults are made from. Private to
/// k8s/codec.
namespace berth::k8s {

struct owner_reference_draft {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
  bool controller = false;
};

struct port_draft {
  std::int32_t container_port = 0;
  std::int32_t host_port = 0;
  std::string host_ip;
  std::string protocol;
};

struct mount_draft {
  std::vector<std::string> bind_options;
};

struct container_draft {
  std::string name;
  std::string image;
  resource_list requests;
  resource_list limits;
  std::vector<port_draft> ports;
  std::vector<std::string> restart_actions;  ///< of restartPolicyRules
  std::vector<mount_draft> mounts;
  bool sidecar = false;
};

struct condition_draft {
  std::string type;
  std::string status;
  std::string reason;
  std::string message;
};

struct container_status_draft {
  std::string name;
  std::optional<resource_list> allocated;
  std::optional<resource_list> actual;
};

struct pod_draft {
  std::string kind;
  pod object;
  pod_spec spec;
  std::vector<owner_reference_draft> owners;
  std::optional<std::string> mirror;  ///< annotation kubernetes.io/config.mirror: the pod is a static one's mirror
  std::vector<container_draft> containers;
  std::vector<container_draft> init_containers;
  std::vector<container_draft> ephemeral_containers;
  bool host_network = false;
  bool host_users = true;
  std::vector<condition_draft> conditions;
  std::vector<container_status_draft> statuses;
  std::vector<container_status_draft> init_statuses;
  std::optional<pod_status_resources> pod_level_status;  ///< status.resources is there
  std::optional<resource_list> status_allocated;
};

extern const json_shape pod_shape;

/// What the API server's defaulting does to pods, as far as it is seen here. Upstream: apis/core/v1/defaults.go and
/// api/pod/util.go, DefaultPodLevelResources.
void apply_defaults(pod_draft& draft);

/// What the containers ask for together. Upstream: component-helpers/resource, AggregateContainerRequests.
resource_list requests_of_containers(const pod_draft& draft);

/// What status says of resources, put into the draft's pod where it can change what the pod holds. Call after
/// apply_defaults and once `resize_infeasible` is known.
void assemble_status_resources(pod_draft& draft);

/// The draft's parts put where `pod` has them. Call after apply_defaults.
pod_ptr assemble(pod_draft&& draft);

}  // namespace berth::k8s
