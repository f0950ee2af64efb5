#include "test/support/memory_api/protobuf_schema.hpp"

#include <sstream>
#include <stdexcept>

namespace berth::memory_api {

namespace {

/// Message: number name type, ... Types: s text, B bytes, i number, p pointed number, b flag, t time, q quantity, x
/// int-or-string,
/// - skipped, else the name of a message; * repeated, # a map of text to it.
constexpr const char* schema = R"(
Namespace: 1 metadata ObjectMeta, 2 spec NamespaceSpec, 3 status -
ConfigMap: 1 metadata ObjectMeta, 2 data s#, 3 binaryData B#, 4 immutable b
Secret: 1 metadata ObjectMeta, 2 data B#, 3 type s, 4 stringData s#, 5 immutable b
ServiceAccount: 1 metadata ObjectMeta
Service: 1 metadata ObjectMeta, 2 spec ServiceSpec, 3 status -
Deployment: 1 metadata ObjectMeta, 2 spec DeploymentSpec, 3 status -
PriorityClass: 1 metadata ObjectMeta, 2 value i, 3 globalDefault b, 4 description s, 5 preemptionPolicy s
PodDisruptionBudget: 1 metadata ObjectMeta, 2 spec PodDisruptionBudgetSpec, 3 status -
ResourceQuota: 1 metadata ObjectMeta, 2 spec ResourceQuotaSpec, 3 status -
Eviction: 1 metadata ObjectMeta, 2 deleteOptions DeleteOptions
DeleteOptions: 1 gracePeriodSeconds p, 2 preconditions Preconditions, 3 orphanDependents b, 4 propagationPolicy s, 5 dryRun s*
ObjectMeta: 1 name s, 2 generateName s, 3 namespace s, 4 selfLink -, 5 uid s, 6 resourceVersion s, 7 generation i, 8 creationTimestamp t, 9 deletionTimestamp t, 10 deletionGracePeriodSeconds i, 11 labels s#, 12 annotations s#, 13 ownerReferences OwnerReference*, 14 finalizers s*, 17 managedFields -
OwnerReference: 1 kind s, 3 name s, 4 uid s, 5 apiVersion s, 6 controller b, 7 blockOwnerDeletion b
NamespaceSpec: 1 finalizers s*
ServiceSpec: 1 ports ServicePort*, 2 selector s#, 3 clusterIP s, 4 type s, 5 externalIPs s*, 7 sessionAffinity s, 8 loadBalancerIP s, 10 externalName s, 11 externalTrafficPolicy s, 12 healthCheckNodePort i, 13 publishNotReadyAddresses b, 17 ipFamilyPolicy s, 18 clusterIPs s*, 19 ipFamilies s*, 22 internalTrafficPolicy s
ServicePort: 1 name s, 2 protocol s, 3 port i, 4 targetPort x, 5 nodePort i, 6 appProtocol s
DeploymentSpec: 1 replicas p, 2 selector LabelSelector, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy, 5 minReadySeconds i, 6 revisionHistoryLimit p, 7 paused b, 9 progressDeadlineSeconds p
DeploymentStrategy: 1 type s, 2 rollingUpdate RollingUpdateDeployment
RollingUpdateDeployment: 1 maxUnavailable x, 2 maxSurge x
PodDisruptionBudgetSpec: 1 minAvailable x, 2 selector LabelSelector, 3 maxUnavailable x, 4 unhealthyPodEvictionPolicy s
ResourceQuotaSpec: 1 hard q#, 2 scopes s*
Preconditions: 1 uid s, 2 resourceVersion s
LabelSelector: 1 matchLabels s#, 2 matchExpressions LabelSelectorRequirement*
LabelSelectorRequirement: 1 key s, 2 operator s, 3 values s*
PodTemplateSpec: 1 metadata ObjectMeta, 2 spec PodSpec
PodSpec: 2 containers Container*, 3 restartPolicy s, 4 terminationGracePeriodSeconds p, 5 activeDeadlineSeconds p, 6 dnsPolicy s, 7 nodeSelector s#, 8 serviceAccountName s, 9 serviceAccount s, 10 nodeName s, 11 hostNetwork b, 12 hostPID b, 13 hostIPC b, 14 securityContext PodSecurityContext, 16 hostname s, 17 subdomain s, 19 schedulerName s, 24 priorityClassName s, 25 priority p
PodSecurityContext:
Container: 1 name s, 2 image s, 3 command s*, 4 args s*, 5 workingDir s, 6 ports ContainerPort*, 7 env EnvVar*, 8 resources ResourceRequirements, 13 terminationMessagePath s, 14 imagePullPolicy s, 16 stdin b, 17 stdinOnce b, 18 tty b, 20 terminationMessagePolicy s
ContainerPort: 1 name s, 2 hostPort i, 3 containerPort i, 4 protocol s, 5 hostIP s
EnvVar: 1 name s, 2 value s
ResourceRequirements: 1 limits q#, 2 requests q#
)";

wire_field parse_field(const std::string& name, std::string type) {
  wire_field field;
  field.name = name;
  field.repeated = type.back() == '*';
  field.map = type.back() == '#';
  if (field.repeated || field.map) type.pop_back();
  const std::map<std::string, wire_kind> kinds{
      {"s", wire_kind::text},           {"B", wire_kind::bytes},         {"i", wire_kind::number},
      {"p", wire_kind::pointed_number}, {"b", wire_kind::flag},          {"t", wire_kind::time},
      {"q", wire_kind::quantity},       {"x", wire_kind::int_or_string}, {"-", wire_kind::skipped},
  };
  const auto found = kinds.find(type);
  field.kind = found != kinds.end() ? found->second : wire_kind::message;
  if (field.kind == wire_kind::message) field.message = type;
  return field;
}

std::map<std::string, wire_message, std::less<>> parse_schema() {
  std::map<std::string, wire_message, std::less<>> messages;
  std::istringstream lines(schema);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string message, name, type;
    if (!(words >> message)) continue;
    message.pop_back();
    auto& fields = messages[message];
    for (unsigned number = 0; words >> number >> name >> type;) {
      if (type.back() == ',') type.pop_back();
      if (!fields.emplace(number, parse_field(name, type)).second)
        throw std::logic_error("protobuf schema: " + message + " has a field twice");
    }
  }
  return messages;
}

}  // namespace

const wire_message* find_wire_message(std::string_view name) {
  static const auto messages = parse_schema();
  const auto found = messages.find(name);
  return found == messages.end() ? nullptr : &found->second;
}

}  // namespace berth::memory_api
