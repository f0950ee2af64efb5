#include "test/simulation/people.hpp"

#include "test/simulation/room.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace berth::simulation {

using memory_api::json;
using namespace std::chrono_literals;

namespace {

memory_api::object_path path_of_pod(const k8s::object_key& key) { return {"pods", key.namespace_, key.name}; }

json quantity(int millicores) { return json(fmt::format("{}m", millicores)); }

}  // namespace

people::people(timeline& time, api_server& server, const referee& truth, std::uint64_t seed)
    : time_(time), server_(server), truth_(truth), dice_(seed) {}

void people::settle(int nodes) {
  json high;
  high["metadata"]["name"] = "high";
  high["value"] = 1000;
  server_.create("/apis/scheduling.k8s.io/v1/priorityclasses", high);
  for (int i = 0; i < nodes; ++i) create_node(fmt::format("node-{}", i), 4000, i % 2 == 0 ? "a" : "b");
}

void people::create_node(const std::string& name, int millicores, const char* zone) {
  if (server_.objects().get({"nodes", "", name})) return;
  json node;
  node["metadata"]["name"] = name;
  node["metadata"]["labels"]["kubernetes.io/hostname"] = name;
  node["metadata"]["labels"]["zone"] = zone;
  json& amounts = node["status"]["allocatable"];
  amounts["cpu"] = quantity(millicores);
  amounts["memory"] = "8Gi";
  amounts["pods"] = "12";
  server_.create("/api/v1/nodes", node);
}

/// `other` says of which kind: most are plain; some want a zone, tolerate a taint, are important, or fit nowhere.
void people::create_pod(const std::string& name, const operation& o, const char* scheduler) {
  if (server_.objects().get({"pods", "default", name})) return;
  json pod;
  pod["metadata"]["name"] = name;
  json& spec = pod["spec"];
  spec["schedulerName"] = scheduler;
  json container;
  container["name"] = "main";
  container["image"] = "nginx";
  container["resources"]["requests"]["cpu"] = quantity(o.size);
  container["resources"]["requests"]["memory"] = "64Mi";
  spec["containers"] = json::array{container};
  if (o.other == 1 || o.other == 2) spec["nodeSelector"]["zone"] = o.other == 1 ? "a" : "b";
  if (o.other == 3) spec["nodeSelector"]["zone"] = "none";
  if (o.other == 4) spec["tolerations"] = json::array{json::object{{"operator", "Exists"}}};
  if (o.other == 5) spec["priorityClassName"] = "high";
  if (o.other == 6) spec["schedulingGates"] = json::array{json::object{{"name", "later"}}};
  server_.create("/api/v1/namespaces/default/pods", pod);
  if (o.other != 6) return;
  time_.in(dice_.milliseconds(500, 20'000), [this, name] {
    const auto there = server_.objects().get({"pods", "default", name});
    if (!there) return;
    json open = there->value();
    open["spec"].erase("schedulingGates");
    server_.put({"pods", "default", name}, std::move(open));
  });
}

k8s::pod_ptr people::one_of(int number, bool ours, bool bound) const {
  std::vector<k8s::pod_ptr> fitting;
  for (const auto& [uid, pod] : truth_.pods())
    if (pod->node_name.empty() != bound && (pod->spec->scheduler_name == "berth") == ours && !pod->terminating() &&
        !pod->terminal())
      fitting.push_back(pod);
  if (fitting.empty()) return nullptr;
  return fitting[static_cast<std::size_t>(number) % fitting.size()];
}

k8s::pod_ptr people::named(int number) const {
  for (const auto& [uid, pod] : truth_.pods())
    if (pod->key.name == fmt::format("pod-{}", number)) return pod;
  return nullptr;
}

bool people::act_out(const operation& o) {
  switch (o.what) {
    case act::create_pod:
      create_pod(fmt::format("pod-{}", o.number), o);
      return true;
    case act::delete_pod:
      if (const auto pod = o.other == 1 ? named(o.number) : one_of(o.number, o.number % 4 != 0, o.number % 3 != 0))
        delete_pod(*pod);
      return true;
    case act::remake_pod:
      if (const auto pod = o.other == 1 ? named(o.number) : one_of(o.number, true, o.number % 2 == 0)) {
        const std::string name = pod->key.name;
        server_.objects().remove(path_of_pod(pod->key));
        operation anew = o;
        anew.other = 0;
        time_.in(dice_.milliseconds(0, 400), [this, name, anew] { create_pod(name, anew); });
      }
      return true;
    case act::finish_pod:
      if (const auto pod = one_of(o.number, true, true)) finish_pod(*pod);
      return true;
    case act::add_node:
      create_node(fmt::format("node-{}", o.number % 12), o.size, o.number % 2 == 0 ? "a" : "b");
      return true;
    case act::remove_node:
      remove_node(o.number);
      return true;
    case act::change_node:
      change_node(o.number, o.other);
      return true;
    case act::foreign_pod: {
      const std::string name = fmt::format("foreign-{}-{}", o.number, ++made_);
      create_pod(name, o, "other");
      const int which = o.number;
      time_.in(dice_.milliseconds(1, 300), [this, name, which] { bind_by_other({"default", name}, which); });
      return true;
    }
    case act::taken_by_other:
      if (const auto pod = one_of(o.number, true, false)) bind_by_other(pod->key, o.number);
      return true;
    default:
      return false;
  }
}

void people::bind_by_other(const k8s::object_key& key, int number) {
  const auto pods = truth_.pods();
  const auto wanted = std::ranges::find_if(pods, [&](const auto& p) { return p.second->key == key; });
  if (wanted == pods.end() || !wanted->second->node_name.empty() || !wanted->second->scheduling_gates.empty()) return;
  std::vector<std::string> suitable;
  for (const auto& [name, node] : truth_.nodes()) {
    held all;
    all.add(*wanted->second);
    for (const auto& [uid, pod] : pods)
      if (pod->node_name == name && !pod->terminal()) all.add(*pod);
    if (may_run_on(*wanted->second, *node) && all.fits_in(*node)) suitable.push_back(name);
  }
  if (suitable.empty()) return;
  json binding;
  binding["metadata"]["name"] = key.name;
  binding["target"]["kind"] = "Node";
  binding["target"]["name"] = suitable[static_cast<std::size_t>(number) % suitable.size()];
  server_.handle(
      {"POST", "/api/v1/namespaces/default/pods/" + key.name + "/binding", "", "application/json", binding.text()});
}

// ---- deletion, and what kubelets do -----------------------------------------------------------------------------

/// A pod that runs is given time to end; one without a node is gone at once.
void people::delete_pod(const k8s::pod& pod) {
  const auto path = path_of_pod(pod.key);
  if (pod.node_name.empty()) return server_.objects().remove(path);
  json ending = server_.objects().get(path)->value();
  ending["metadata"]["deletionTimestamp"] = server_.world().time();
  ending["metadata"]["deletionGracePeriodSeconds"] = 30;
  server_.put(path, std::move(ending));
}

void people::finish_pod(const k8s::pod& pod) {
  json done = server_.objects().get(path_of_pod(pod.key))->value();
  done["status"]["phase"] = "Succeeded";
  server_.put(path_of_pod(pod.key), std::move(done));
}

void people::remove_pod(const memory_api::object_path& path, const std::string& uid) {
  const auto there = server_.objects().get(path);
  if (there && there->value()["metadata"]["uid"].string() == uid) server_.objects().remove(path);
}

void people::start_pod(const memory_api::object_path& path, const std::string& uid) {
  const auto there = server_.objects().get(path);
  if (!there || there->value()["metadata"]["uid"].string() != uid) return;
  if (there->value()["status"]["phase"].string() != "Pending") return;
  json running = there->value();
  running["status"]["phase"] = "Running";
  running["status"]["startTime"] = server_.world().time();
  server_.put(path, std::move(running));
}

void people::look_after(const memory_api::object_path& path, const json& pod) {
  if (pod["spec"]["nodeName"].empty()) return;
  const std::string uid(pod["metadata"]["uid"].string());
  if (!truth_.nodes().contains(std::string(pod["spec"]["nodeName"].string()))) {
    time_.in(dice_.milliseconds(3'000, 6'000), [this, path, uid] { remove_pod(path, uid); });
  } else if (!pod["metadata"]["deletionTimestamp"].empty()) {
    time_.in(dice_.milliseconds(200, 3'000), [this, path, uid] { remove_pod(path, uid); });
  } else if (pod["status"]["phase"].string() == "Pending") {
    time_.in(dice_.milliseconds(50, 2'000), [this, path, uid] { start_pod(path, uid); });
  }
}

void people::changed(const memory_api::change& what) {
  if (what.path.storage == "pods" && what.after != nullptr) look_after(what.path, what.after->value());
}

void people::restored() {
  for (const auto& object : server_.objects().list("pods")) {
    const json& metadata = object->value()["metadata"];
    look_after({"pods", std::string(metadata["namespace"].string()), std::string(metadata["name"].string())},
               object->value());
  }
}

// ---- nodes ------------------------------------------------------------------------------------------------------

void people::remove_node(int number) {
  const auto nodes = truth_.nodes();
  if (nodes.size() < 2) return;
  const std::string name = std::next(nodes.begin(), number % static_cast<int>(nodes.size()))->first;
  server_.objects().remove({"nodes", "", name});
  for (const auto& [uid, pod] : truth_.pods())
    if (pod->node_name == name)
      time_.in(dice_.milliseconds(3'000, 6'000),
               [this, path = path_of_pod(pod->key), gone = uid] { remove_pod(path, gone); });
}

void people::change_node(int number, int how) {
  const auto nodes = truth_.nodes();
  if (nodes.empty()) return;
  const std::string name = std::next(nodes.begin(), number % static_cast<int>(nodes.size()))->first;
  json node = server_.objects().get({"nodes", "", name})->value();
  if (how == 0) {
    node["spec"]["unschedulable"] = !node["spec"]["unschedulable"].boolean();
  } else if (how == 1) {
    const bool tainted = !node["spec"]["taints"].empty();
    node["spec"]["taints"] =
        tainted ? json::array{} : json::array{json::object{{"key", "kept"}, {"effect", "NoSchedule"}}};
  } else if (how == 2) {
    node["status"]["allocatable"]["cpu"] = quantity(500 * dice_.between(2, 8));
  } else {
    node["metadata"]["annotations"]["beat"] = std::to_string(dice_.below(1000));
  }
  server_.put({"nodes", "", name}, std::move(node));
}

}  // namespace berth::simulation
