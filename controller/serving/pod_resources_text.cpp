#include "controller/serving/pod_resources_text.hpp"

#include "k8s/api/pod_resources.hpp"

#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>

namespace berth::controller {

namespace {

struct family {
  std::string_view name;
  std::string_view help;
};
constexpr family limit{
    "kube_pod_resource_limit",
    "Resources limit for workloads on the cluster, broken down by pod. This shows the resource usage the scheduler and "
    "kubelet expect per pod for resources along with the unit for the resource if any."};
constexpr family request{
    "kube_pod_resource_request",
    "Resources requested by workloads on the cluster, broken down by pod. This shows the resource usage the scheduler "
    "and kubelet expect per pod for resources along with the unit for the resource if any."};

std::string_view unit_of(std::string_view resource) {
  if (resource == "cpu") return "cores";
  if (resource == "memory" || resource == "storage" || resource == "ephemeral-storage") return "bytes";
  if (resource.starts_with("hugepages-")) return "bytes";
  return resource.starts_with("attachable-volumes-") ? "integer" : "";
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
}

void append_label(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += ',';
  out.append(name).append("=\"");
  append_escaped(out, value);
  out += '"';
}

// As Go writes one: the fewest digits that give it back, 1.5 and 1e+06.
void append_number(std::string& out, double number) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number, std::chars_format::general).ptr;
  out.append(std::begin(digits), end);
}

// What all lines of a pod have: labels before the resource, and between it and its unit.
struct pod_labels {
  std::string before;
  std::string between;
};

pod_labels labels_of(const k8s::pod& pod) {
  pod_labels out;
  append_label(out.before, "namespace", pod.key.namespace_);
  append_label(out.before, "node", pod.node_name);
  append_label(out.before, "pod", pod.key.name);
  // An API server gives each pod a number, 0 where no class does.
  append_label(out.before, "priority", std::to_string(pod.spec->priority));
  append_label(out.between, "scheduler", pod.spec->scheduler_name);
  return out;
}

void append_lines(std::string& out, const family& of, const pod_labels& labels, const k8s::resource_list& amounts) {
  for (const auto& [resource, amount] : amounts) {
    if (amount.is_zero()) continue;
    if (out.empty()) {
      out.append("# HELP ").append(of.name).append(" [STABLE] ").append(of.help).append("\n# TYPE ");
      out.append(of.name).append(" gauge\n");
    }
    out.append(of.name).append("{").append(labels.before).append(",resource=\"");
    append_escaped(out, resource);
    out.append("\",").append(labels.between).append(",unit=\"").append(unit_of(resource)).append("\"} ");
    append_number(out, amount.as_double());
    out += '\n';
  }
}

}  // namespace

void pod_resources_text::add(const k8s::pod& pod) {
  if (pod.terminal()) return;
  const pod_labels labels = labels_of(pod);
  append_lines(limits_, limit, labels, k8s::limits_of(*pod.spec));
  append_lines(requests_, request, labels, k8s::requests_of(*pod.spec));
}

std::string pod_resources_text::take() {
  limits_ += requests_;
  requests_.clear();
  return std::exchange(limits_, {});
}

}  // namespace berth::controller
