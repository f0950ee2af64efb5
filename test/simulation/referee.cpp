#include "test/simulation/referee.hpp"

#include "k8s/codec/decode.hpp"
#include "test/simulation/room.hpp"

#include <algorithm>
#include <utility>

namespace berth::simulation {

using memory_api::json;
namespace {

bool is_binding(const memory_api::request& r) { return r.method == "POST" && r.target.ends_with("/binding"); }

// Of a pod that waits, but for the words: tried again after five minutes it may be told of nodes that came meanwhile.
bool says_the_same(const k8s::pod& a, const k8s::pod& b) {
  return a.node_name.empty() && b.node_name.empty() && a.nominated_node_name == b.nominated_node_name &&
         a.deleted == b.deleted && a.phase == b.phase && a.scheduling_gates == b.scheduling_gates && a.scheduled &&
         b.scheduled && a.scheduled->status_true == b.scheduled->status_true &&
         a.scheduled->reason == b.scheduled->reason;
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  for (std::size_t at = 1; at < path.size();) {
    const std::size_t end = std::min(path.find_first_of("/?", at), path.size());
    parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

/// Who is to be found out by how often it is asked: not what goes to one collection for many pods.
std::string counted_as(const memory_api::request& r) {
  if (r.method == "POST" && r.target.ends_with("/events")) return "";
  const bool watch = r.target.find("watch=true") != std::string::npos;
  return r.method + " " + r.target.substr(0, r.target.find('?')) + (watch ? " watch" : "");
}

}  // namespace

k8s::object_key pod_of_binding(const memory_api::request& r) {
  const std::vector<std::string> parts = parts_of(r.target);
  return parts.size() < 6 ? k8s::object_key{} : k8s::object_key{parts[3], parts[5]};
}

referee::referee(timeline& time, const api_server& server, trace& told, bool may_say_twice)
    : time_(time), server_(server), told_(told), may_say_twice_(may_say_twice) {
  take_stock();
}

void referee::violated(std::string property, std::string what) {
  told_.note("*** {}: {}", property, what);
  violations_.push_back({std::move(property), std::move(what)});
}

// ---- the truth --------------------------------------------------------------------------------------------------

void referee::take_stock() {
  pods_.clear();
  nodes_.clear();
  for (const auto& object : server_.objects().list("pods"))
    if (auto pod = k8s::decode_pod(object->text())) pods_[(*pod)->uid] = *pod;
  for (const auto& object : server_.objects().list("nodes"))
    if (auto node = k8s::decode_node(object->text())) nodes_[(*node)->name] = *node;
}

void referee::restored() {
  restored_at_ = last_change_ = time_.now();
  events_.clear();
  take_stock();
}

void referee::changed(const memory_api::change& what) {
  if (what.path.storage == "pods") return pod_changed(what);
  if (what.path.storage == "events" && what.before == nullptr) return event_made(what.after->value());
  if (what.path.storage != "nodes") return;
  last_change_ = time_.now();
  if (what.after == nullptr)
    nodes_.erase(what.path.name);
  else if (auto node = k8s::decode_node(what.after->text()))
    nodes_[what.path.name] = *node;
}

void referee::pod_changed(const memory_api::change& what) {
  const std::string uid((what.after ? what.after : what.before)->value()["metadata"]["uid"].string());
  if (what.after == nullptr) {
    last_change_ = time_.now();
    pods_.erase(uid);
    return;
  }
  const auto pod = k8s::decode_pod(what.after->text());
  if (!pod) return violated("model", "a pod cannot be read: " + pod.error().detail);
  k8s::pod_ptr& there = pods_[uid];
  if (!there || !says_the_same(*there, **pod)) last_change_ = time_.now();
  if (there && !there->node_name.empty() && there->node_name != (*pod)->node_name)
    violated("P1", "pod " + what.path.name + " moved from " + there->node_name + " to " + (*pod)->node_name);
  there = *pod;
}

void referee::event_made(const json& event) {
  const std::string uid(event["involvedObject"]["uid"].string());
  const std::string reason(event["reason"].string());
  const std::size_t times = ++events_[{uid, reason}];
  if (reason != "Scheduled") return;
  const bool history_is_one = restored_at_ == instant{};
  if (times > 1 && history_is_one && !may_say_twice_)
    violated("P7", "a second event says that a pod was bound: " + event.text());
  const auto pod = pods_.find(uid);
  if (pod == pods_.end() || !history_is_one) return;
  if (!event["message"].string().ends_with(" to " + pod->second->node_name))
    violated("P7", "an event says what is not so: " + event.text());
}

std::size_t referee::events_about(const std::string& uid, const std::string& reason) const {
  const auto there = events_.find({uid, reason});
  return there == events_.end() ? 0 : there->second;
}

// ---- what processes do ------------------------------------------------------------------------------------------

void referee::sent(process_books& by, const memory_api::request& r, bool again) {
  if (const std::string as = counted_as(r); !as.empty() && !by.requests.count(as))
    violated("P8", "replica " + std::to_string(by.replica) + " asks too often: " + as);
  if (r.method == "GET") return;
  check_lease(by, r);
  if (!is_binding(r)) return;
  if (!again) return binding_sent(by, r);
  const k8s::object_key key = pod_of_binding(r);
  for (auto& [uid, b] : by.bindings)
    if (const auto pod = pods_.find(uid); pod != pods_.end() && pod->second->key == key) ++b.on_the_way;
}

void referee::check_lease(const process_books& by, const memory_api::request& r) {
  if (by.identity.empty() || r.target.find("/leases") != std::string::npos) return;
  // A copy from before may name another, who led then.
  if (restored_lately()) return;
  const auto lease = server_.objects().get({"leases", "kube-system", "berth"});
  const std::string holder(lease ? lease->value()["spec"]["holderIdentity"].string() : std::string_view());
  if (holder != by.identity)
    violated("P5", by.identity + " writes while the lease is held by \"" + holder + "\": " + r.method + " " + r.target);
}

void referee::binding_sent(process_books& by, const memory_api::request& r) {
  const k8s::object_key key = pod_of_binding(r);
  const auto body = json::parse(r.body);
  const std::string node(body ? (*body)["target"]["name"].string() : std::string_view());
  const std::string asked_uid(body ? (*body)["metadata"]["uid"].string() : std::string_view());
  const std::string who = "replica " + std::to_string(by.replica) + " binds " + key.name + " to " + node;

  k8s::pod_ptr pod;
  if (const auto* known = by.known.pod(key))
    for (const k8s::pod_ptr& state : known->possible(time_.now()))
      if (state && state->node_name.empty() && (asked_uid.empty() || state->uid == asked_uid) && !pod) pod = state;
  // One that is gone takes no harm, as long as it is named by its uid: an answer of 404 is not trusted for long.
  if (!pod && !asked_uid.empty() && !pods_.contains(asked_uid)) return;
  if (!pod) return violated("P1", who + ", which it was not shown as a pod without a node");
  process_books::binding& mine = by.bindings[pod->uid];
  mine.node = node;
  mine.refused = false;
  ++mine.on_the_way;
  mine.at = time_.now();
  if (pod->spec->scheduler_name != "berth") violated("P3", who + ", a pod of " + pod->spec->scheduler_name);
  if (!pod->scheduling_gates.empty()) violated("P3", who + ", which is gated");

  const auto* shown_node = by.known.node(node);
  if (shown_node == nullptr) return violated("P3", who + ", a node that it was never shown");
  const auto states = shown_node->possible(time_.now());
  const auto suits = [&](const k8s::node_ptr& n) { return n && may_run_on(*pod, *n); };
  if (std::ranges::none_of(states, [](const k8s::node_ptr& n) { return n != nullptr; }))
    return violated("P3", who + ", a node that is gone");
  if (std::ranges::none_of(states, suits)) violated("P3", who + ", where it may not run");
  judge_room(by, *pod, node);
}

/// What is truly on the node, as far as the process had part in it or was shown it, and the pod: does it fit?
void referee::judge_room(const process_books& by, const k8s::pod& pod, const std::string& node) {
  held all;
  all.add(pod);
  for (const auto& [uid, other] : pods_) {
    if (uid == pod.uid || other->terminal()) continue;
    const auto mine = by.bindings.find(uid);
    const bool bound_by_it = mine != by.bindings.end() && mine->second.node == node && !mine->second.refused &&
                             mine->second.at >= restored_at_;
    const bool there = other->node_name == node;
    const bool comes = other->node_name.empty() && bound_by_it && mine->second.on_the_way > 0;
    if (comes || (there && (bound_by_it || by.known.knew_on_node(*other, node)))) all.add(*other);
  }
  bool fits = false;
  for (const k8s::node_ptr& n : by.known.node(node)->possible(time_.now())) fits = fits || (n && all.fits_in(*n));
  if (const auto now = nodes_.find(node); now != nodes_.end()) fits = fits || all.fits_in(*now->second);
  if (!fits)
    violated("P2", "replica " + std::to_string(by.replica) + " binds " + pod.key.name + " to " + node +
                       ", where there is no room: " + std::to_string(all.cpu) + "m of CPU, " +
                       std::to_string(all.pods) + " pods with it");
}

void referee::landed(process_books& by, const memory_api::request& r, const memory_api::answer* answer) {
  if (!is_binding(r)) return;
  const k8s::object_key key = pod_of_binding(r);
  bool known = false;
  for (auto& [uid, b] : by.bindings) {
    const auto pod = pods_.find(uid);
    if (pod == pods_.end() || pod->second->key != key) continue;
    if (b.on_the_way > 0) --b.on_the_way;
    // Another replica may bind the pod to that node then. 408 leaves open what became of it.
    b.refused = answer == nullptr || (answer->status >= 400 && answer->status < 500 && answer->status != 408);
    known = known || pod->second->node_name == b.node;
  }
  if (answer == nullptr || answer->status != 201) return;
  ++bindings_;
  if (!known) violated("P1", "a binding of replica " + std::to_string(by.replica) + " took another pod: " + key.name);
}

}  // namespace berth::simulation
