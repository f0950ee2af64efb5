#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

#include <chrono>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Objects for tests, in one line each: make_pod("web").cpu("500m").label("app", "web").on("n1").
///
/// A builder copies: what it has built does not change when it goes on. Converts to the object and to a shared pointer.
/// A pod is in namespace "default", has one container, and a uid made of its namespace and name; times count from the
/// epoch.
namespace berth::test {

inline k8s::quantity quantity_of(std::string_view text) {
  const auto parsed = k8s::quantity::parse(text);
  if (!parsed) throw std::invalid_argument(std::string(text));
  return *parsed;
}

using amounts = std::initializer_list<std::pair<const char*, const char*>>;

inline k8s::resource_list resources_of(amounts list) {
  k8s::resource_list out;
  for (const auto& [name, amount] : list) out.set(name, quantity_of(amount));
  return out;
}

class make_container {
 public:
  explicit make_container(std::string name, std::string image = "nginx") {
    container_.name = std::move(name);
    container_.image = std::move(image);
  }
  make_container& requests(amounts list) { return container_.requests = resources_of(list), *this; }
  make_container& limits(amounts list) { return container_.limits = resources_of(list), *this; }
  make_container& image(std::string name) { return container_.image = std::move(name), *this; }
  make_container& sidecar() { return container_.sidecar = true, *this; }
  make_container& host_port(std::int32_t port, std::string protocol = "TCP", std::string ip = "") {
    container_.host_ports.push_back({std::move(ip), std::move(protocol), port});
    return *this;
  }
  operator k8s::container() const { return container_; }

 private:
  k8s::container container_;
};

class make_pod {
 public:
  explicit make_pod(std::string name, std::string namespace_ = "default") {
    pod_.key = {std::move(namespace_), std::move(name)};
    pod_.uid = pod_.key.namespace_ + "-" + pod_.key.name;
    pod_.resource_version = "1";
    spec_.namespace_ = pod_.key.namespace_;
    spec_.scheduler_name = "berth";
    spec_.containers.emplace_back(make_container("main"));
  }

  make_pod& uid(std::string value) { return pod_.uid = std::move(value), *this; }
  make_pod& version(std::string value) { return pod_.resource_version = std::move(value), *this; }
  make_pod& scheduler(std::string name) { return spec_.scheduler_name = std::move(name), *this; }
  make_pod& label(std::string key, std::string value) {
    return spec_.labels.set(std::move(key), std::move(value)), *this;
  }
  make_pod& owner(std::string kind, std::string name) {
    spec_.owner = k8s::controller_owner{"apps/v1", std::move(kind), name, "uid-" + name};
    return *this;
  }
  make_pod& priority(std::int32_t value) { return spec_.priority = value, *this; }
  make_pod& never_preempts() { return spec_.may_preempt = false, *this; }

  /// Of the first container.
  make_pod& request(std::string resource, std::string_view amount) {
    spec_.containers.front().requests.set(std::move(resource), quantity_of(amount));
    return *this;
  }
  make_pod& limit(std::string resource, std::string_view amount) {
    spec_.containers.front().limits.set(std::move(resource), quantity_of(amount));
    return *this;
  }
  make_pod& cpu(std::string_view amount) { return request("cpu", amount); }
  make_pod& memory(std::string_view amount) { return request("memory", amount); }
  make_pod& image(std::string name) { return spec_.containers.front().image = std::move(name), *this; }
  make_pod& host_port(std::int32_t port, std::string protocol = "TCP", std::string ip = "") {
    spec_.containers.front().host_ports.push_back({std::move(ip), std::move(protocol), port});
    return *this;
  }
  /// Another container.
  make_pod& with(k8s::container c) { return spec_.containers.push_back(std::move(c)), *this; }
  make_pod& with_init(k8s::container c) { return spec_.init_containers.push_back(std::move(c)), *this; }
  make_pod& without_containers() { return spec_.containers.clear(), *this; }
  make_pod& overhead(amounts list) { return spec_.overhead = resources_of(list), *this; }
  make_pod& pod_level(amounts list) { return spec_.pod_requests = resources_of(list), *this; }
  make_pod& pod_level_limits(amounts list) { return spec_.pod_limits = resources_of(list), *this; }
  make_pod& disk(k8s::disk source) {
    spec_.volumes.push_back(
        {"v" + std::to_string(spec_.volumes.size()), k8s::volume_kind::inline_disk, "", std::move(source)});
    return *this;
  }
  make_pod& volume(k8s::volume_kind kind, std::string reference) {
    spec_.volumes.push_back({"v" + std::to_string(spec_.volumes.size()), kind, std::move(reference)});
    return *this;
  }
  make_pod& resource_claim() { return ++spec_.resource_claims, *this; }

  make_pod& needs_features(k8s::declared_features features) { return spec_.needed_features = features, *this; }
  make_pod& node_selector(std::string key, std::string value) {
    return spec_.node_selector.set(std::move(key), std::move(value)), *this;
  }
  /// Required: one term with this expression, beside those there are (any of them will do).
  make_pod& needs_node_with(std::string key, k8s::selector_operator op, std::vector<std::string> values = {}) {
    if (!affinity().required) affinity().required.emplace();
    affinity().required->terms.push_back({{{std::move(key), op, std::move(values)}}, {}});
    return *this;
  }
  /// Required: one term that matches nodes by name.
  make_pod& needs_node(std::vector<std::string> names) {
    if (!affinity().required) affinity().required.emplace();
    affinity().required->terms.push_back({{}, {{"metadata.name", k8s::selector_operator::in, std::move(names)}}});
    return *this;
  }
  make_pod& prefers_node_with(std::int32_t weight, std::string key, std::vector<std::string> values) {
    affinity().preferred.push_back({weight, {{{std::move(key), k8s::selector_operator::in, std::move(values)}}, {}}});
    return *this;
  }
  make_pod& tolerates(k8s::toleration t) { return spec_.tolerations.push_back(std::move(t)), *this; }
  make_pod& tolerates_all() { return tolerates({"", k8s::toleration_operator::exists, "", k8s::taint_effect::any}); }

  make_pod& needs_pod_with(std::string key, std::string value, std::string topology_key) {
    if (!spec_.pod_affinity_rules) spec_.pod_affinity_rules.emplace();
    spec_.pod_affinity_rules->required.push_back(term(std::move(key), std::move(value), std::move(topology_key)));
    return *this;
  }
  make_pod& avoids_pod_with(std::string key, std::string value, std::string topology_key) {
    if (!spec_.pod_anti_affinity_rules) spec_.pod_anti_affinity_rules.emplace();
    spec_.pod_anti_affinity_rules->required.push_back(term(std::move(key), std::move(value), std::move(topology_key)));
    return *this;
  }
  make_pod& prefers_pod_with(std::int32_t weight, std::string key, std::string value, std::string topology_key) {
    if (!spec_.pod_affinity_rules) spec_.pod_affinity_rules.emplace();
    spec_.pod_affinity_rules->preferred.push_back(
        {weight, term(std::move(key), std::move(value), std::move(topology_key))});
    return *this;
  }
  make_pod& spread(k8s::topology_spread_constraint c) {
    return spec_.spread_constraints.push_back(std::move(c)), *this;
  }

  make_pod& gate(std::string name) { return pod_.scheduling_gates.push_back(std::move(name)), *this; }
  make_pod& on(std::string node) { return pod_.node_name = std::move(node), *this; }
  make_pod& nominated_to(std::string node) { return pod_.nominated_node_name = std::move(node), *this; }
  make_pod& phase(k8s::pod_phase value) { return pod_.phase = value, *this; }
  make_pod& created(std::int64_t seconds) { return pod_.created = at(seconds), *this; }
  make_pod& started(std::int64_t seconds) { return pod_.started = at(seconds), *this; }
  make_pod& terminating(std::int64_t seconds = 0) { return pod_.deleted = at(seconds), *this; }
  make_pod& condition(std::string reason, std::string message) {
    pod_.scheduled = k8s::scheduled_condition{false, std::move(reason), std::move(message)};
    return *this;
  }
  /// What status says of a container that is resized in place.
  make_pod& resized(std::string container, amounts allocated, amounts actual) {
    pod_.status_resources.push_back({std::move(container), resources_of(allocated), resources_of(actual)});
    return *this;
  }
  /// What status says of the pod as a whole.
  make_pod& resized_as_a_whole(amounts allocated, amounts actual) {
    pod_.pod_level_status = {resources_of(allocated), resources_of(actual)};
    return *this;
  }
  make_pod& preempted() { return pod_.preempted = true, *this; }
  make_pod& resize_infeasible() { return pod_.resize_infeasible = true, *this; }

  k8s::pod build() const {
    k8s::pod built = pod_;
    built.spec = std::make_shared<const k8s::pod_spec>(spec_);
    return built;
  }
  k8s::pod_spec spec() const { return spec_; }
  operator k8s::pod() const { return build(); }
  operator k8s::pod_ptr() const { return std::make_shared<const k8s::pod>(build()); }

 private:
  static k8s::timestamp at(std::int64_t seconds) { return k8s::timestamp(std::chrono::seconds(seconds)); }
  static k8s::pod_affinity_term term(std::string key, std::string value, std::string topology_key) {
    k8s::pod_affinity_term t;
    t.selector.emplace();
    t.selector->match_labels.set(std::move(key), std::move(value));
    t.topology_key = std::move(topology_key);
    return t;
  }
  k8s::node_affinity& affinity() {
    if (!spec_.affinity) spec_.affinity.emplace();
    return *spec_.affinity;
  }

  k8s::pod pod_;
  k8s::pod_spec spec_;
};

/// A node that has 4 cores, 32 GiB and room for 110 pods, and its name for a hostname label.
class make_node {
 public:
  explicit make_node(std::string name) {
    node_.uid = "node-" + name;
    node_.resource_version = "1";
    node_.labels.set("kubernetes.io/hostname", name);
    node_.name = std::move(name);
    node_.allocatable = resources_of({{"cpu", "4"}, {"memory", "32Gi"}, {"pods", "110"}});
  }

  make_node& version(std::string value) { return node_.resource_version = std::move(value), *this; }
  make_node& label(std::string key, std::string value) {
    return node_.labels.set(std::move(key), std::move(value)), *this;
  }
  make_node& annotation(std::string key, std::string value) {
    return node_.annotations.set(std::move(key), std::move(value)), *this;
  }
  make_node& zone(std::string name) { return label("topology.kubernetes.io/zone", std::move(name)); }
  make_node& allocatable(std::string resource, std::string_view amount) {
    return node_.allocatable.set(std::move(resource), quantity_of(amount)), *this;
  }
  make_node& cpu(std::string_view amount) { return allocatable("cpu", amount); }
  make_node& memory(std::string_view amount) { return allocatable("memory", amount); }
  make_node& pods(std::string_view amount) { return allocatable("pods", amount); }
  make_node& empty() { return node_.allocatable = {}, *this; }
  make_node& declares(k8s::declared_features features) { return node_.declared_features = features, *this; }
  make_node& unschedulable() { return node_.unschedulable = true, *this; }
  make_node& taint(std::string key, std::string value = "", k8s::taint_effect effect = k8s::taint_effect::no_schedule) {
    node_.taints.push_back({std::move(key), std::move(value), effect});
    return *this;
  }
  make_node& image(std::vector<std::string> names, std::int64_t bytes) {
    node_.images.push_back({std::move(names), bytes});
    return *this;
  }

  k8s::node build() const { return node_; }
  operator k8s::node() const { return node_; }
  operator k8s::node_ptr() const { return std::make_shared<const k8s::node>(node_); }

 private:
  k8s::node node_;
};

inline k8s::namespace_ptr make_namespace(std::string name, k8s::string_map labels = {}) {
  k8s::namespace_object ns;
  ns.uid = "namespace-" + name;
  ns.name = std::move(name);
  ns.resource_version = "1";
  ns.labels = std::move(labels);
  return std::make_shared<const k8s::namespace_object>(std::move(ns));
}

}  // namespace berth::test
