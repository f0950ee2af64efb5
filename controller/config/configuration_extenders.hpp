#pragma once

#include "k8s/config/kubeconfig.hpp"
#include "scoring/arguments.hpp"
#include "scoring/engine/profile_config.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// `extenders:` of a KubeSchedulerConfiguration, as plain data: read strictly, defaults filled in, checked as
/// kube-scheduler does, in one line that names the path. Beyond it, what could never work is refused here and not at
/// the first pod: a urlPrefix that is no URL, base64 that is none, a certificate without its key.
/// Upstream: kube-scheduler/config/v1, Extender; pkg/scheduler/apis/config/validation; pkg/scheduler/extender.go.
namespace berth::controller {

struct extender_configuration {
  std::string url_prefix;  ///< as it is in the file: the extender's name in messages
  std::string filter_verb, preempt_verb, prioritize_verb, bind_verb;  ///< "": not asked
  std::int64_t weight = 0;
  std::chrono::milliseconds http_timeout{5'000};
  bool node_cache_capable = false;  ///< is sent names of nodes, not whole ones
  bool ignorable = false;
  std::vector<std::string> managed_resources;     ///< empty: every pod is of interest
  std::vector<std::string> ignored_by_scheduler;  ///< of those
  k8s::connection_settings where;
};

/// Takes the field from the document. Those that are not ignorable come first, as they are called.
std::vector<extender_configuration> read_extenders(scoring::arguments& document);

/// What the extenders manage in the scheduler's stead takes the place of NodeResourcesFit's ignoredResources in every
/// profile. Nothing happens where that is nothing. Upstream: buildExtenders.
void ignore_managed_resources(const std::vector<extender_configuration>& extenders,
                              std::vector<scoring::profile_config>& profiles);

}  // namespace berth::controller
