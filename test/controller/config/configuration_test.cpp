#include "controller/config/configuration.hpp"

#include <doctest/doctest.h>

#include <string>

/// After upstream's apis/config/v1 (defaults), apis/config/validation and scheme.
using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using scoring::extension_point;

namespace {

const std::string head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

scheduler_configuration parsed(const std::string& rest) { return parse_configuration(head + rest, "f.yaml"); }

// What is said of a configuration, by its reader or by the plugins: all but the name of the file.
std::string refused(const std::string& text) {
  try {
    make_profiles(parse_configuration(text, "f.yaml"), scoring::default_registry());
  } catch (const scoring::configuration_error& e) {
    const std::string line = e.what();
    return line.starts_with("f.yaml: ") ? line.substr(8) : line;
  }
  return "accepted";
}

std::string refused_rest(const std::string& rest) { return refused(head + rest); }

}  // namespace

TEST_CASE("configuration: an empty one has upstream's defaults, but for qps, percentage and the lease's name") {
  const scheduler_configuration c = parsed("");
  CHECK(c.file == "f.yaml");
  CHECK(c.leader_election.leader_elect);
  CHECK(c.leader_election.lease_duration == 15s);
  CHECK(c.leader_election.renew_deadline == 10s);
  CHECK(c.leader_election.retry_period == 2s);
  CHECK(c.leader_election.resource_name == "berth");
  CHECK(c.leader_election.resource_namespace == "kube-system");
  CHECK(c.client_connection.kubeconfig.empty());
  CHECK_FALSE(c.client_connection.qps);
  CHECK(c.client_connection.burst == 100);
  CHECK(c.pod_initial_backoff == 1s);
  CHECK(c.pod_max_backoff == 10s);
  REQUIRE(c.profiles.size() == 1);
  CHECK(c.profiles[0].scheduler_name == "default-scheduler");
  CHECK_FALSE(c.profiles[0].percentage_of_nodes_to_score);
}

TEST_CASE("configuration: without a file there is one profile of that name and no election") {
  const scheduler_configuration c = default_configuration("berth");
  CHECK(c.file.empty());
  CHECK_FALSE(c.leader_election.leader_elect);
  REQUIRE(c.profiles.size() == 1);
  CHECK(c.profiles[0].scheduler_name == "berth");
  CHECK(make_profiles(c, scoring::default_registry()).size() == 1);
}

TEST_CASE("configuration: every field is read") {
  const scheduler_configuration c = parsed(R"(
parallelism: 4
enableProfiling: true
enableContentionProfiling: false
delayCacheUntilActive: true
percentageOfNodesToScore: 30
podInitialBackoffSeconds: 2
podMaxBackoffSeconds: 20
extenders: []
clientConnection: {kubeconfig: /k, qps: 12.5, burst: 30, contentType: application/json, acceptContentTypes: b}
leaderElection:
  leaderElect: false
  leaseDuration: 1m30s
  renewDeadline: 1m
  retryPeriod: 500ms
  resourceLock: leases
  resourceName: mine
  resourceNamespace: here
profiles:
- schedulerName: one
  percentageOfNodesToScore: 70
- schedulerName: two
  plugins:
    multiPoint: {enabled: [{name: MaxPodCount}], disabled: [{name: ImageLocality}]}
    score: {enabled: [{name: TaintToleration, weight: 7}], disabled: [{name: "*"}]}
    placementScore: {}
  pluginConfig:
  - name: MaxPodCount
    args: {limit: 6}
)");
  CHECK(c.pod_initial_backoff == 2s);
  CHECK(c.pod_max_backoff == 20s);
  CHECK(c.client_connection.kubeconfig == "/k");
  CHECK(c.client_connection.qps == 12.5);
  CHECK(c.client_connection.burst == 30);
  CHECK(c.client_connection.content_type == "application/json");
  CHECK(c.client_connection.accept_content_types == "b");
  CHECK_FALSE(c.leader_election.leader_elect);
  CHECK(c.leader_election.lease_duration == 90s);
  CHECK(c.leader_election.renew_deadline == 60s);
  CHECK(c.leader_election.retry_period == 500ms);
  CHECK(c.leader_election.resource_name == "mine");
  CHECK(c.leader_election.resource_namespace == "here");
  REQUIRE(c.profiles.size() == 2);
  CHECK(c.profiles[0].percentage_of_nodes_to_score == 70);
  const scoring::profile_config& two = c.profiles[1];
  CHECK(two.path == "profiles[1]");
  CHECK(two.percentage_of_nodes_to_score == 30);
  REQUIRE(two.multi_point.enabled.size() == 1);
  CHECK(two.multi_point.enabled[0].name == "MaxPodCount");
  CHECK(two.multi_point.enabled[0].path == "profiles[1].plugins.multiPoint.enabled[0]");
  const scoring::plugin_set& score = two.points[static_cast<std::size_t>(extension_point::score)];
  CHECK(score.enabled[0].weight == 7);
  CHECK(score.disabled[0].name == "*");
  REQUIRE(two.arguments.size() == 1);
  CHECK(two.arguments[0].path == "profiles[1].pluginConfig[0].args");
  CHECK(*two.arguments[0].args.find("limit")->as_int() == 6);
}

TEST_CASE("configuration: JSON is as good as YAML, and comments and empty documents around it do no harm") {
  CHECK(
      parse_configuration(R"({"apiVersion":"kubescheduler.config.k8s.io/v1","kind":"KubeSchedulerConfiguration"})", "f")
          .profiles.size() == 1);
  CHECK(parse_configuration("# mine\n---\n" + head, "f").profiles.size() == 1);
}

TEST_CASE("configuration: other versions and kinds are refused, with the right one") {
  CHECK(refused("") == "apiVersion: is required: kubescheduler.config.k8s.io/v1");
  CHECK(refused("apiVersion: kubescheduler.config.k8s.io/v1beta3\nkind: KubeSchedulerConfiguration\n") ==
        "apiVersion: kubescheduler.config.k8s.io/v1beta3 is no longer a version of this file; write "
        "kubescheduler.config.k8s.io/v1");
  CHECK(refused("apiVersion: v1\nkind: ConfigMap\ndata: {config.yaml: \"\"}\n") ==
        "kind: is a ConfigMap, not what is in it: the configuration is one of the texts under its `data`");
  CHECK(refused("apiVersion: v1\nkind: Policy\n") == "apiVersion: \"v1\" is not kubescheduler.config.k8s.io/v1");
  CHECK(refused("apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeletConfiguration\n") ==
        "kind: \"KubeletConfiguration\" is not KubeSchedulerConfiguration");
  CHECK(refused("[]") == "document: expected a map, found a list");
}

TEST_CASE("configuration: the file is named first, also where it is no YAML and where a plugin complains") {
  const auto line = [](const std::string& text) -> std::string {
    try {
      make_profiles(parse_configuration(text, "dir/s.yaml"), scoring::default_registry());
    } catch (const scoring::configuration_error& e) {
      return e.what();
    }
    return "accepted";
  };
  CHECK(line(head + "podMaxBackoffSeconds: x\n") ==
        "dir/s.yaml: podMaxBackoffSeconds: expected an integer, found a string");
  CHECK(line("a: b: c").starts_with("dir/s.yaml:1:"));
  CHECK(line(head + "kind: KubeSchedulerConfiguration\n").starts_with("dir/s.yaml:3:"));
  CHECK(line(head + "profiles: [{plugins: {filter: {enabled: [{name: Nope}]}}}]\n")
            .starts_with("dir/s.yaml: profiles[0]"));
}

TEST_CASE("configuration: unknown fields are refused wherever they stand") {
  CHECK(refused_rest("healthzBindAddress: x\n") == "healthzBindAddress: unknown field");
  CHECK(refused_rest("leaderElection: {leaderElected: true}\n") == "leaderElection.leaderElected: unknown field");
  CHECK(refused_rest("clientConnection: {qbs: 1}\n") == "clientConnection.qbs: unknown field");
  CHECK(refused_rest("profiles: [{schedulername: a}]\n") == "profiles[0].schedulername: unknown field");
  CHECK(refused_rest("profiles: [{plugins: {prefilter: {}}}]\n") == "profiles[0].plugins.prefilter: unknown field");
  CHECK(refused_rest("profiles: [{plugins: {filter: {enable: []}}}]\n") ==
        "profiles[0].plugins.filter.enable: unknown field");
  CHECK(refused_rest("profiles: [{plugins: {filter: {enabled: [{name: NodeName, wait: 1}]}}}]\n") ==
        "profiles[0].plugins.filter.enabled[0].wait: unknown field");
  CHECK(refused_rest("profiles: [{pluginConfig: [{name: NodeName, arg: {}}]}]\n") ==
        "profiles[0].pluginConfig[0].arg: unknown field");
  CHECK(refused_rest("profiles: [{pluginConfig: [{name: NodeName, args: {a: 1}}]}]\n") ==
        "profiles[0].pluginConfig[0].args.a: unknown field");
}

TEST_CASE("configuration: line breaks in the file's keys, names and values break no line of what is said") {
  CHECK(refused_rest("\"a\\nb\": 1\n") == "a?b: unknown field");
  CHECK(refused_rest("profiles: [{\"a\\r\\nb\": 1}]\n") == "profiles[0].a??b: unknown field");
  CHECK(refused_rest("profiles: [{plugins: {filter: {enabled: [{name: \"x\\ny\"}]}}}]\n") ==
        "profiles[0].plugins.filter.enabled[0].name: plugin \"x?y\" does not exist");
  CHECK(refused("apiVersion: kubescheduler.config.k8s.io/v1\nkind: \"a\\nb\"\n").find('\n') == std::string::npos);
  const std::string fit = "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: ";
  CHECK(refused_rest(fit + "{\"a\\nb\": 1}}]}]\n").find("a?b") != std::string::npos);
  CHECK(refused_rest(fit + "{scoringStrategy: {type: \"a\\nb\"}}}]}]\n").find("a?b") != std::string::npos);
}

TEST_CASE("configuration: wrong types are refused with what was found") {
  CHECK(refused_rest("profiles: {}\n") == "profiles: expected a list, found a map");
  CHECK(refused_rest("profiles: [one]\n") == "profiles[0]: expected a map, found a string");
  CHECK(refused_rest("leaderElection: yes please\n") == "leaderElection: expected a map, found a string");
  CHECK(refused_rest("leaderElection: {leaderElect: \"true\"}\n") ==
        "leaderElection.leaderElect: expected true or false, found a string");
  CHECK(refused_rest("leaderElection: {leaseDuration: 15}\n") ==
        "leaderElection.leaseDuration: expected a string, found an integer");
  CHECK(refused_rest("leaderElection: {leaseDuration: 15 s}\n") ==
        "leaderElection.leaseDuration: \"15 s\" is not a duration such as 15s or 1m30s");
  CHECK(refused_rest("profiles: [{schedulerName: 7}]\n") ==
        "profiles[0].schedulerName: expected a string, found an integer");
  CHECK(refused_rest("clientConnection: {qps: fast}\n") == "clientConnection.qps: expected a number, found a string");
}

TEST_CASE("configuration: values are checked as upstream checks them") {
  CHECK(refused_rest("parallelism: 0\n") == "parallelism: 0 is not in the valid range [1, 2147483647]");
  CHECK(refused_rest("percentageOfNodesToScore: 101\n") ==
        "percentageOfNodesToScore: 101 is not in the valid range [0, 100]");
  CHECK(refused_rest("profiles: [{percentageOfNodesToScore: -1}]\n") ==
        "profiles[0].percentageOfNodesToScore: -1 is not in the valid range [0, 100]");
  CHECK(refused_rest("podInitialBackoffSeconds: 0\n")
            .starts_with("podInitialBackoffSeconds: 0 is not in the valid range [1,"));
  CHECK(refused_rest("podMaxBackoffSeconds: 0\n") ==
        "podMaxBackoffSeconds: must be greater than or equal to podInitialBackoffSeconds");
  CHECK(refused_rest("clientConnection: {burst: -1}\n") ==
        "clientConnection.burst: -1 is not in the valid range [0, 2147483647]");
  CHECK(refused_rest("leaderElection: {leaseDuration: 10s}\n") ==
        "leaderElection.leaseDuration: must be greater than renewDeadline");
  CHECK(refused_rest("leaderElection: {retryPeriod: -2s}\n") ==
        "leaderElection.retryPeriod: must be greater than zero");
  CHECK(refused_rest("leaderElection: {resourceLock: endpoints}\n") ==
        "leaderElection.resourceLock: must be \"leases\"");
  CHECK(refused_rest("leaderElection: {leaderElect: false, leaseDuration: 1s, resourceLock: endpoints}\n") ==
        "accepted");
}

TEST_CASE("configuration: 0 and \"\" mean the default where upstream takes them so") {
  const scheduler_configuration c = parsed(
      "clientConnection: {qps: 0, burst: 0}\nleaderElection: {leaseDuration: 0s, resourceName: \"\"}\nprofiles: []\n");
  CHECK_FALSE(c.client_connection.qps);
  CHECK(c.client_connection.burst == 100);
  CHECK(c.leader_election.lease_duration == 15s);
  CHECK(c.leader_election.resource_name == "berth");
  CHECK(c.profiles.size() == 1);
  CHECK_FALSE(parsed("clientConnection: {qps: -1}\n").client_connection.qps);
}

TEST_CASE("configuration: profiles have names of their own and one queue order") {
  CHECK(refused_rest("profiles: [{schedulerName: a}, {}]\n") == "profiles[1].schedulerName: is required");
  CHECK(refused_rest("profiles: [{schedulerName: \"\"}]\n") == "profiles[0].schedulerName: is required");
  CHECK(refused_rest("profiles: [{schedulerName: a}, {schedulerName: a}]\n") ==
        "profiles[1].schedulerName: duplicate \"a\"");
  CHECK(refused_rest("profiles: [{schedulerName: a}, {schedulerName: b, plugins: {queueSort: {enabled: [{name: "
                     "PrioritySort}]}}}]\n") == "profiles[1].plugins.queueSort: must be the same for all profiles");
  CHECK(refused_rest("profiles: [{plugins: {queueSort: {enabled: [{name: PrioritySort}, {name: B}]}}}]\n") ==
        "profiles[0].plugins.queueSort.enabled: only one queue sort plugin can be enabled");
  CHECK(refused_rest("profiles: [{schedulerName: a}, {schedulerName: b}]\n") == "accepted");
}

TEST_CASE("configuration: plugins must exist, where they are enabled and where they have arguments") {
  CHECK(refused_rest("profiles: [{plugins: {score: {enabled: [{name: EBSLimits}]}}}]\n") ==
        "profiles[0].plugins.score.enabled[0].name: plugin EBSLimits was removed; NodeVolumeLimits does its work");
  CHECK(refused_rest("profiles: [{plugins: {filter: {enabled: [{name: NodeName}, {name: NodeLabelFiltre}]}}}]\n") ==
        "profiles[0].plugins.filter.enabled[1].name: plugin \"NodeLabelFiltre\" does not exist");
  CHECK(refused_rest("profiles: [{plugins: {multiPoint: {enabled: [{name: Coscheduling}]}}}]\n") ==
        "profiles[0].plugins.multiPoint.enabled[0].name: plugin \"Coscheduling\" does not exist");
  CHECK(refused_rest("profiles: [{plugins: {filter: {disabled: [{name: Coscheduling}]}}}]\n") ==
        "profiles[0].plugins.filter.disabled[0].name: plugin \"Coscheduling\" does not exist");
  CHECK(refused_rest("profiles: [{plugins: {multiPoint: {disabled: [{name: Typo}]}}}]\n") ==
        "profiles[0].plugins.multiPoint.disabled[0].name: plugin \"Typo\" does not exist");
  CHECK(refused_rest("profiles: [{plugins: {score: {disabled: [{name: '*'}, {name: EBSLimits}]}}}]\n") == "accepted");
  CHECK(refused_rest("profiles: [{plugins: {placementScore: {enabled: [{name: Typo}]}}}]\n") ==
        "profiles[0].plugins.placementScore.enabled[0].name: plugin \"Typo\" does not exist");
  CHECK(refused_rest("profiles: [{plugins: {filter: {enabled: [{}]}}}]\n") ==
        "profiles[0].plugins.filter.enabled[0].name: is required");
  CHECK(refused_rest("profiles: [{pluginConfig: [{name: NodeResourceFit}]}]\n") ==
        "profiles[0].pluginConfig[0].name: plugin \"NodeResourceFit\" does not exist");
  CHECK(refused_rest("profiles: [{pluginConfig: [{name: NodeName}, {name: NodeName}]}]\n") ==
        "profiles[0].pluginConfig[1].name: duplicate \"NodeName\"");
  CHECK(refused_rest("profiles: [{pluginConfig: [{args: {}}]}]\n") == "profiles[0].pluginConfig[0].name: is required");
}

// kubernetes-sigs/scheduler-plugins#168, kubernetes/kubernetes#103478, #66874 and #121630,
// giantswarm/k8scloudconfig#780.
TEST_CASE("configuration: files of public reports are refused by the field that is wrong, or taken") {
  CHECK(refused_rest("profiles: [{plugins: {unreserve: {enabled: [{name: DefaultBinder}]}}}]\n")
            .starts_with("profiles[0].plugins.unreserve: "));
  CHECK(refused_rest("profiles: [{pluginConfig: [{args: {resources: [{name: hugepages, weight: 1}], name: "
                     "NodeResourcesFit}}]}]\n") == "profiles[0].pluginConfig[0].name: is required");
  CHECK(
      refused("apiVersion: componentconfig/v1alpha1\nkind: KubeSchedulerConfiguration\n").starts_with("apiVersion: "));
  CHECK(refused_rest("algorithmSource: {provider: DefaultProvider}\n").starts_with("algorithmSource: "));
  CHECK(refused_rest("failureDomains: kubernetes.io/hostname\n").starts_with("failureDomains: "));
  CHECK(refused_rest("hardPodAffinitySymmetricWeight: 1\n").starts_with("hardPodAffinitySymmetricWeight: "));
  CHECK(refused_rest("profiles: [{plugins: {score: {disabled: [{name: '*'}]}}}]\n") == "accepted");
}

TEST_CASE("configuration: arguments are checked also of a plugin that is not enabled") {
  CHECK(refused_rest("profiles: [{pluginConfig: [{name: MaxPodCount, args: {limit: -6}}]}]\n") ==
        "profiles[0].pluginConfig[0].args.limit: -6 is less than 0");
  CHECK(refused_rest("profiles: [{pluginConfig: [{name: InterPodAffinity, args: {hardPodAffinityWeight: 200}}]}]\n") ==
        "profiles[0].pluginConfig[0].args.hardPodAffinityWeight: 200 is not in the valid range [0, 100]");
}

TEST_CASE("configuration: arguments may say their type, and then it must be right") {
  const auto typed = [](const std::string& type) {
    return refused_rest("profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {" + type + "}}]}]\n");
  };
  CHECK(typed("apiVersion: kubescheduler.config.k8s.io/v1, kind: NodeResourcesFitArgs") == "accepted");
  CHECK(typed("kind: NodeAffinityArgs") ==
        "profiles[0].pluginConfig[0].args.kind: \"NodeAffinityArgs\" is not NodeResourcesFitArgs");
  CHECK(typed("apiVersion: kubescheduler.config.k8s.io/v1beta2, kind: NodeResourcesFitArgs") ==
        "profiles[0].pluginConfig[0].args.apiVersion: kubescheduler.config.k8s.io/v1beta2 is no longer a version of "
        "these; "
        "write kubescheduler.config.k8s.io/v1");
}

TEST_CASE("configuration: a file that cannot be read is named, and why") {
  CHECK_THROWS_WITH_AS(load_configuration("/nonexistent/s.yaml"), "/nonexistent/s.yaml: no such file",
                       scoring::configuration_error);
  CHECK_THROWS_WITH_AS(load_configuration("/"), "/: cannot be read: Is a directory", scoring::configuration_error);
}
