#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "controller/runtime/wakeup.hpp"
#include "k8s/client.hpp"
#include "k8s/text/value_reader.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// An API server of a few hundred lines behind k8s::client, for tests of the process: pods, bindings by
/// compare-and-set, events, conditions. What becomes of each request is for the test to say; what changes reaches the
/// cache as the watches would bring it, late or never.
///
/// Not a Kubernetes server (that is support/memory_api_server.hpp): it has no lists or watches of its own.
namespace berth::test {

/// What goes wrong with a request.
enum class fault {
  none,
  unreachable,       ///< not carried out, and known to be
  lost,              ///< not carried out, and not known
  lost_after,        ///< carried out, the answer lost
  lost_before_late,  ///< time-out; carried out a little later
  error_500,         ///< not carried out
  error_500_after,   ///< carried out all the same
  not_found,         ///< from something in between
  throttled,
  unauthorized,
  forbidden,
  denied,  ///< by an admission webhook
};

struct request {
  std::string method;
  std::string path;
  std::string body;
};

class fake_client final : public k8s::client {
 public:
  explicit fake_client(controller::alarm_clock& time) : clock_(time) {}

  // ---- the script -----------------------------------------------------------------------------------------------
  std::function<fault(const request&)> plan = [](const request&) { return fault::none; };
  std::function<controller::duration(const request&)> latency = [](const request&) {
    return controller::milliseconds(5);
  };
  bool down = false;           ///< every request is refused
  bool has_events_api = true;  ///< events.k8s.io/v1
  /// Told of every pod that changed; the test passes it on to the cache, or not.
  std::function<void(k8s::pod_ptr now)> pod_changed = [](k8s::pod_ptr) {};
  std::function<void(k8s::pod_ptr last)> pod_removed = [](k8s::pod_ptr) {};
  /// A DELETE only marks the pod, as where a kubelet ends it later.
  bool deletes_gracefully = false;
  std::function<void(const k8s::pod&)> pod_bound = [](const k8s::pod&) {};
  /// Answers requests about other objects than pods, nodes and events.
  std::function<std::optional<k8s::result<std::string>>(const request&)> others = [](const request&) {
    return std::nullopt;
  };

  // ---- the state ------------------------------------------------------------------------------------------------
  std::map<k8s::object_key, k8s::pod> pods;
  /// A PATCH of annotations reaches these; tests that only bind pods have none.
  std::map<std::string, k8s::node> nodes;
  std::function<void(k8s::node_ptr now)> node_changed = [](k8s::node_ptr) {};
  std::vector<request> requests;
  struct event {
    std::string pod, reason, note, controller;
    std::int64_t count = 1;
    int writes = 0;
  };
  std::map<std::string, event> events;  ///< by path

  void create_pod(k8s::pod pod) {
    pod.resource_version = next_version();
    const auto [there, added] = pods.insert_or_assign(pod.key, std::move(pod));
    pod_changed(std::make_shared<const k8s::pod>(there->second));
  }
  void change_pod(const k8s::object_key& key, const std::function<void(k8s::pod&)>& how) {
    k8s::pod& pod = pods.at(key);
    how(pod);
    pod.resource_version = next_version();
    pod_changed(std::make_shared<const k8s::pod>(pod));
  }
  void change_node(const std::string& name, const std::function<void(k8s::node&)>& how) {
    k8s::node& node = nodes.at(name);
    how(node);
    node.resource_version = next_version();
    node_changed(std::make_shared<const k8s::node>(node));
  }
  std::size_t count(std::string_view method, std::string_view path_end) const {
    std::size_t n = 0;
    for (const request& r : requests) n += r.method == method && std::string_view(r.path).ends_with(path_end);
    return n;
  }

  // ---- k8s::client ----------------------------------------------------------------------------------------------
  k8s::task<k8s::result<std::string>> get(std::string path, k8s::request_options) override {
    return serve({"GET", std::move(path), ""});
  }
  k8s::task<k8s::result<std::string>> create(std::string path, std::string body, k8s::request_options) override {
    return serve({"POST", std::move(path), std::move(body)});
  }
  k8s::task<k8s::result<std::string>> replace(std::string path, std::string body, k8s::request_options) override {
    return serve({"PUT", std::move(path), std::move(body)});
  }
  k8s::task<k8s::result<std::string>> patch(std::string path, k8s::patch_type, std::string body,
                                            k8s::request_options) override {
    return serve({"PATCH", std::move(path), std::move(body)});
  }
  k8s::task<k8s::result<std::string>> remove(std::string path, std::string body, k8s::request_options) override {
    return serve({"DELETE", std::move(path), std::move(body)});
  }
  k8s::task<k8s::result<k8s::list_head>> list(std::string, item_handler, k8s::stream_options) override {
    throw std::logic_error("fake_client has no lists");
  }
  k8s::task<k8s::result<void>> watch(std::string, event_handler, k8s::stream_options) override {
    throw std::logic_error("fake_client has no watches");
  }
  std::string server() const override { return "http://fake"; }

 private:
  using answer = k8s::result<std::string>;

  static k8s::error no(k8s::errc code, int status, std::string why) {
    return {.code = code, .detail = std::move(why), .http_status = status};
  }
  std::string next_version() { return std::to_string(++version_); }

  k8s::task<answer> serve(request r) {
    requests.push_back(r);
    const controller::duration takes = latency(r);
    co_await clock_.sleep_for(takes);
    const fault f = down ? fault::unreachable : plan(r);
    switch (f) {
      case fault::none:
        co_return carry_out(r);
      case fault::unreachable:
        co_return no(k8s::errc::unreachable, 0, "connection refused");
      case fault::lost:
        co_return no(k8s::errc::connection_lost, 0, "connection lost");
      case fault::error_500:
        co_return no(k8s::errc::server_error, 500, "InternalError");
      case fault::not_found:
        co_return no(k8s::errc::not_found, 404, "404 page not found");
      case fault::throttled:
        co_return no(k8s::errc::too_many_requests, 429, "TooManyRequests");
      case fault::unauthorized:
        co_return no(k8s::errc::unauthorized, 401, "Unauthorized");
      case fault::forbidden:
        co_return no(k8s::errc::forbidden, 403, "forbidden");
      case fault::denied:
        co_return no(k8s::errc::forbidden, 403, "admission webhook \"w\" denied the request: no");
      case fault::lost_after:
        carry_out(r);
        co_return no(k8s::errc::timed_out, 0, "timed out");
      case fault::error_500_after:
        carry_out(r);
        co_return no(k8s::errc::server_error, 504, "Timeout");
      case fault::lost_before_late:
        late_.push_back(r);
        co_return no(k8s::errc::timed_out, 0, "timed out");
    }
    co_return no(k8s::errc::bad_request, 400, "no such fault");
  }

 public:
  /// Carries out what was left for later; the test calls it within the second in which a cut-off request may still
  /// happen.
  void land_late_requests() {
    for (const request& r : std::exchange(late_, {})) carry_out(r);
  }

 private:
  answer carry_out(const request& r) {
    const std::vector<std::string> parts = split(r.path);
    if (std::optional<answer> said = others(r)) return std::move(*said);
    if (r.path == "/livez") return std::string("ok");
    if (r.path == "/apis/events.k8s.io/v1")
      return has_events_api ? answer(std::string("{}")) : no(k8s::errc::not_found, 404, "no such group");
    if (parts.size() >= 2 && parts[parts.size() - 1] == "events") return write_event(r);
    if (parts.size() >= 3 && parts[parts.size() - 2] == "events") return write_event(r);
    if (parts.size() == 4 && parts[2] == "nodes" && r.method == "PATCH") return patch_node(parts[3], r.body);
    if (parts.size() < 6 || parts[4] != "pods") return no(k8s::errc::not_found, 404, "no such path: " + r.path);
    const auto there = pods.find({parts[3], parts[5]});
    if (there == pods.end()) return no(k8s::errc::not_found, 404, "pods \"" + parts[5] + "\" not found");
    if (r.method == "GET") return json_of(there->second);
    const k8s::value body = *k8s::read_value(r.body, "request");
    if (parts.back() == "binding") return bind(there->second, body);
    if (parts.back() == "status") return patch_status(there->second, body);
    if (r.method == "DELETE" && parts.size() == 6) return remove(there->second, body);
    return no(k8s::errc::bad_request, 405, "method not allowed");
  }

  answer bind(k8s::pod& pod, const k8s::value& body) {
    if (text(body, {"metadata", "uid"}) != pod.uid)
      return no(k8s::errc::conflict, 409, "the UID in the precondition does not match");
    if (!pod.node_name.empty())
      return no(k8s::errc::conflict, 409, "pod is already assigned to node \"" + pod.node_name + "\"");
    if (pod.terminating()) return no(k8s::errc::conflict, 409, "pod is being deleted, cannot be assigned to a host");
    const std::string node = text(body, {"target", "name"});
    change_pod(pod.key, [&](k8s::pod& p) {
      p.node_name = node;
      p.scheduled = k8s::scheduled_condition{true, "", ""};
      p.nominated_node_name.clear();
    });
    pod_bound(pod);
    return std::string("{}");
  }

  answer remove(k8s::pod& pod, const k8s::value& body) {
    if (text(body, {"preconditions", "uid"}) != pod.uid)
      return no(k8s::errc::conflict, 409, "the UID in the precondition does not match");
    if (deletes_gracefully) {
      change_pod(pod.key, [](k8s::pod& p) { p.deleted = k8s::timestamp{}; });
      return std::string("{}");
    }
    const auto last = std::make_shared<const k8s::pod>(pod);
    pods.erase(last->key);
    pod_removed(last);
    return std::string("{}");
  }

  /// A merge patch of metadata.annotations.
  answer patch_node(const std::string& name, const std::string& text_of_patch) {
    const auto there = nodes.find(name);
    if (there == nodes.end()) return no(k8s::errc::not_found, 404, "nodes \"" + name + "\" not found");
    const k8s::value body = *k8s::read_value(text_of_patch, "request");
    if (text(body, {"metadata", "uid"}) != there->second.uid)
      return no(k8s::errc::conflict, 409, "the UID in the precondition does not match");
    k8s::string_map after = there->second.annotations;
    for (const auto& [key, value] : *body.find("metadata")->find("annotations")->as_map())
      value.is_null() ? after.erase(key) : after.set(key, *value.as_string());
    if (after != there->second.annotations) change_node(name, [&](k8s::node& n) { n.annotations = after; });
    return std::string("{}");
  }

  answer patch_status(k8s::pod& pod, const k8s::value& body) {
    if (text(body, {"metadata", "uid"}) != pod.uid)
      return no(k8s::errc::conflict, 409, "the UID in the precondition does not match");
    if (const std::string version = text(body, {"metadata", "resourceVersion"});
        !version.empty() && version != pod.resource_version)
      return no(k8s::errc::conflict, 409, "the object has been modified");
    const k8s::value* status = body.find("status");
    const k8s::value* conditions = status == nullptr ? nullptr : status->find("conditions");
    if (status != nullptr && status->find("nominatedNodeName") != nullptr) {
      const std::string node = text(*status, {"nominatedNodeName"});
      if (pod.nominated_node_name != node) change_pod(pod.key, [&](k8s::pod& p) { p.nominated_node_name = node; });
    }
    if (conditions != nullptr && !conditions->as_list()->empty()) {
      const k8s::value& c = conditions->as_list()->front();
      if (text(c, {"type"}) == "DisruptionTarget") {
        const bool preempted = text(c, {"reason"}) == "PreemptionByScheduler";
        change_pod(pod.key, [&](k8s::pod& p) { p.preempted = preempted; });
        return json_of(pod);
      }
      const k8s::scheduled_condition next{text(c, {"status"}) == "True", text(c, {"reason"}), text(c, {"message"})};
      if (pod.scheduled != next) change_pod(pod.key, [&](k8s::pod& p) { p.scheduled = next; });
    }
    return json_of(pod);
  }

  answer write_event(const request& r) {
    const bool core = r.path.starts_with("/api/v1/");
    if (core == has_events_api) return no(k8s::errc::not_found, 404, "the wrong API: " + r.path);
    const k8s::value body = *k8s::read_value(r.body, "event");
    const std::string path = r.method == "POST" ? r.path + "/" + text(body, {"metadata", "name"}) : r.path;
    if (r.method == "PATCH" && !events.contains(path)) return no(k8s::errc::not_found, 404, "no such event");
    if (r.method == "POST" && events.contains(path)) return no(k8s::errc::already_exists, 409, "there already");
    event& e = events[path];
    ++e.writes;
    if (r.method == "POST") {
      e.pod = text(body, {core ? "involvedObject" : "regarding", "name"});
      e.reason = text(body, {"reason"});
      e.note = text(body, {core ? "message" : "note"});
      e.controller = text(body, {core ? "reportingComponent" : "reportingController"});
    }
    const k8s::value* series = body.find("series");
    const k8s::value* n = core ? body.find("count") : series == nullptr ? nullptr : series->find("count");
    if (n != nullptr && n->as_int() != nullptr) e.count = *n->as_int();
    return std::string("{}");
  }

  static std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> out;
    for (std::size_t at = 1; at <= path.size();) {
      const std::size_t end = std::min(path.find_first_of("/?", at), path.size());
      out.push_back(path.substr(at, end - at));
      at = end + 1;
    }
    return out;
  }
  static std::string text(const k8s::value& from, std::initializer_list<const char*> path) {
    const k8s::value* at = &from;
    for (const char* name : path)
      if ((at = at->find(name)) == nullptr) return "";
    return at->as_string() == nullptr ? "" : *at->as_string();
  }
  static std::string json_of(const k8s::pod& p) {
    return R"({"kind":"Pod","apiVersion":"v1","metadata":{"namespace":")" + p.key.namespace_ + R"(","name":")" +
           p.key.name + R"(","uid":")" + p.uid + R"(","resourceVersion":")" + p.resource_version + "\"" +
           (p.terminating() ? R"(,"deletionTimestamp":"2026-01-01T00:00:00Z")" : "") +
           R"(},"spec":{"schedulerName":"berth","nodeName":")" + p.node_name +
           R"(","containers":[{"name":"main"}]},"status":{"phase":"Pending"}})";
  }

  controller::alarm_clock& clock_;
  std::vector<request> late_;
  std::uint64_t version_ = 100;
};

}  // namespace berth::test
