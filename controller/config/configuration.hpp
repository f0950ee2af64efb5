#pragma once

#include "controller/config/configuration_extenders.hpp"
#include "k8s/encoded.hpp"
#include "k8s/text/value.hpp"
#include "scoring/engine/profile.hpp"
#include "scoring/engine/profile_config.hpp"
#include "scoring/registry.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// KubeSchedulerConfiguration, kubescheduler.config.k8s.io/v1, as plain data: read strictly, defaults filled in,
/// checked.
///
/// What kube-scheduler refuses is refused, in one line that names file and field: "berth.yaml:
/// profiles[0].plugins.filter. enabled[1].name: ...". Every failure is a scoring::configuration_error. Defaults differ
/// from upstream's in three places, on purpose: without qps there is no client limit, without percentageOfNodesToScore
/// all nodes are looked at, and the lease is called "berth". Upstream: kube-scheduler/config/v1, and
/// kubernetes/pkg/scheduler/apis/config/{v1,validation}.
namespace berth::controller {

struct leader_election_configuration {
  bool leader_elect = true;
  std::chrono::nanoseconds lease_duration = std::chrono::seconds{15};
  std::chrono::nanoseconds renew_deadline = std::chrono::seconds{10};
  std::chrono::nanoseconds retry_period = std::chrono::seconds{2};
  std::string resource_name = "berth";
  std::string resource_namespace = "kube-system";
};

struct client_connection_configuration {
  std::string kubeconfig;
  std::optional<double> qps;  ///< requests per second; absent, or below 0 in the file: no limit
  std::int32_t burst = 100;
  std::string content_type{k8s::protobuf_content_type};
  std::string accept_content_types;  ///< what is accepted, where that is not content_type: content_types.hpp
};

struct scheduler_configuration {
  std::string file;  ///< "" where there is none
  leader_election_configuration leader_election;
  client_connection_configuration client_connection;
  std::chrono::seconds pod_initial_backoff{1};
  std::chrono::seconds pod_max_backoff{10};
  /// At least one, names unique. Theirs is percentageOfNodesToScore, also where it was given for all of them.
  std::vector<scoring::profile_config> profiles;
  std::vector<extender_configuration> extenders;  ///< in the order in which they are called
};

/// One profile with the default plugins, no leader election.
scheduler_configuration default_configuration(std::string scheduler_name);

/// `file` is for the messages.
scheduler_configuration read_configuration(const k8s::value& document, std::string file);
/// JSON or YAML.
scheduler_configuration parse_configuration(std::string_view text, std::string file);
/// Reads the file, which may have up to 4 MiB.
scheduler_configuration load_configuration(const std::string& path);

/// The profiles, at work. Refuses what only the plugins know to be wrong: names that no plugin has, their arguments
/// (also of plugins that no profile enables), different QueueSort plugins.
std::vector<scoring::profile> make_profiles(const scheduler_configuration& configuration,
                                            const scoring::registry& plugins);

}  // namespace berth::controller
