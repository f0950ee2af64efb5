#include "controller/offline/rehearsal.hpp"

#include "controller/offline/waiting_pods.hpp"

#include <chrono>
#include <list>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <variant>

namespace berth::controller {

namespace {

struct journey {
  const waiting_pod& what;
  rehearsed_pod so_far;
  scoring::cycle_state cycle;
  bool binding = false;
};

void give_back(journey& j, scoring::live_cluster& nodes, const scoring::status& why) {
  nodes.remove(j.what.pod.pod->uid);
  j.so_far.node.clear();
  j.so_far.refusal = is_rejection(why.what) ? scoring::diagnosis::after_choice(why).message() : why.message();
}

void unreserve(journey& j, scoring::live_cluster& nodes, const scoring::status& why) {
  j.what.profile->unreserve(j.what.pod, nodes, j.cycle, j.so_far.node);
  give_back(j, nodes, why);
}

// What follows the choice of a node, in the order of a running scheduler: see controller/schedule/scheduler.cpp.
void take_place(journey& j, scoring::live_cluster& nodes) {
  scoring::profile& plugins = *j.what.profile;
  const std::string& node = j.so_far.node;
  nodes.place(j.what.pod, node);
  scoring::status s = plugins.reserve(j.what.pod, nodes, j.cycle, node);
  if (!s.is_ok()) return give_back(j, nodes, s);
  std::vector<scoring::profile::permit_wait> waits;
  s = plugins.permit(j.what.pod, nodes, j.cycle, node, waits);
  if (s.what == scoring::code::wait)
    for (const scoring::profile::permit_wait& one : waits) j.so_far.waits_for.push_back(one.plugin);
  else if (!s.is_ok())
    unreserve(j, nodes, s);
  else
    j.binding = true;
}

// Every pod so far, and what plugins asked to happen after a while.
struct rehearsal {
  std::list<journey> journeys;
  std::multimap<std::chrono::milliseconds, scoring::effect> later;
};

journey* waiting(rehearsal& all, const std::string& uid) {
  for (journey& j : all.journeys)
    if (j.what.pod.pod->uid == uid && !j.so_far.waits_for.empty()) return &j;
  return nullptr;
}

// Permit's answers to those that wait. Log lines and bindings are nothing here.
void perform(rehearsal& all, scoring::live_cluster& nodes, const scoring::effect& what) {
  if (const auto* allow = std::get_if<scoring::allow_pod>(&what)) {
    journey* j = waiting(all, allow->uid);
    if (j != nullptr) j->binding = std::erase(j->so_far.waits_for, allow->plugin) > 0 && j->so_far.waits_for.empty();
  } else if (const auto* reject = std::get_if<scoring::reject_pod>(&what)) {
    journey* j = waiting(all, reject->uid);
    if (j == nullptr) return;
    j->so_far.waits_for.clear();
    unreserve(*j, nodes, {scoring::code::unschedulable, {reject->message}, reject->plugin});
  }
}

std::chrono::milliseconds delay_of(const scoring::effect& what) {
  if (const auto* allow = std::get_if<scoring::allow_pod>(&what)) return allow->after;
  if (const auto* reject = std::get_if<scoring::reject_pod>(&what)) return reject->after;
  return {};
}

void perform_all(rehearsal& all, scoring::live_cluster& nodes, journey& of) {
  for (scoring::effect& what : of.cycle.out().take()) {
    const std::chrono::milliseconds after = delay_of(what);
    if (after.count() > 0)
      all.later.emplace(after, std::move(what));
    else
      perform(all, nodes, what);
  }
}

void bind(journey& j, scoring::live_cluster& nodes) {
  scoring::profile& plugins = *j.what.profile;
  const scoring::status s = plugins.pre_bind(j.what.pod, nodes, j.cycle, j.so_far.node);
  if (!s.is_ok()) return unreserve(j, nodes, s);
  plugins.post_bind(j.what.pod, nodes, j.cycle, j.so_far.node);
}

void decide(journey& j, scoring::live_cluster& nodes, std::mt19937_64& random) {
  pod_judgement& judged = j.so_far.judged;
  judged.pod = j.what.pod.pod->key.text();
  judged.profile = j.what.pod.spec().scheduler_name;
  judged.held_back = held_back(j.what);
  if (!judged.held_back.empty()) return;
  judged.why = j.what.profile->explain(j.what.pod, nodes);
  const scoring::decision decision = j.what.profile->schedule(j.what.pod, nodes, j.cycle, random);
  if (const auto* chosen = std::get_if<scoring::placement>(&decision)) {
    j.so_far.node = chosen->node;
    take_place(j, nodes);
  }
}

}  // namespace

std::vector<rehearsed_pod> rehearse_pods(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                                         bool any_scheduler_name, std::uint64_t seed) {
  scoring::live_cluster nodes;
  std::vector<waiting_pod> waiting = load_cluster(objects, profiles, any_scheduler_name, nodes);
  sort_as_queued(waiting);
  std::mt19937_64 random(seed);
  rehearsal all;
  for (const waiting_pod& w : waiting) {
    journey& j = all.journeys.emplace_back(journey{w, {}, {}});
    decide(j, nodes, random);
    perform_all(all, nodes, j);
  }
  for (const auto& [after, what] : all.later) perform(all, nodes, what);
  std::vector<rehearsed_pod> out;
  for (journey& j : all.journeys) {
    if (j.binding) bind(j, nodes);
    out.push_back(std::move(j.so_far));
  }
  return out;
}

}  // namespace berth::controller
