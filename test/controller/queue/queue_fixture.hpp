#pragma once

#include "controller/queue/scheduling_queue.hpp"
#include "test/support/objects.hpp"

#include <array>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A queue with rules of the tests' own, at a time that they turn.
namespace berth::test {

/// Orders by priority, then time; gates pods that have gates; "cures" says which event labels help against which
/// plugin.
struct test_policy final : controller::queue_policy {
  scoring::status pre_enqueue(const scoring::pod_info& pod) const override {
    if (broken_gate) return {scoring::code::error, {"running PreEnqueue plugin \"Gate\": boom"}, "Gate"};
    if (pod.pod->scheduling_gates.empty()) return scoring::status::ok();
    scoring::status s = scoring::status::unresolvable("waiting for scheduling gates");
    s.plugin = "SchedulingGates";
    return s;
  }
  bool before(const scoring::queued_pod& a, const scoring::queued_pod& b) const override {
    if (lies != nullptr) return ((*lies)() & 1) != 0;
    const auto pa = a.pod->spec().priority, pb = b.pod->spec().priority;
    return pa != pb ? pa > pb : a.queued_at < b.queued_at;
  }
  bool queueing_hint(const scoring::pod_info& pod, const std::vector<std::string>& by,
                     const scoring::cluster_event& e) const override {
    ++asked;
    for (const std::string& plugin : by) {
      if (plugin == "SchedulingGates" && (e.actions & scoring::action_gates_eliminated) != 0) return true;
      if (plugin == "Fit" && std::string_view(e.label) == "AssignedPodDelete") return true;
      if (plugin == "Affinity" && e.resource == scoring::event_resource::node && pod.pod != nullptr) return true;
      if (plugin == "Tolerations" && (e.actions & scoring::action_update_tolerations) != 0) return true;
    }
    return false;
  }
  mutable int asked = 0;
  bool broken_gate = false;
  std::mt19937* lies = nullptr;  ///< QueueSort answers at random
};

struct queue_fixture : controller::queue_listener {
  void pod_queued(const controller::queue_entry&, controller::queue_name name, const char* event) override {
    constexpr std::array names{"active", "backoff", "unschedulable", "gated"};
    ++incoming[std::string(names[static_cast<std::size_t>(name)]) + "/" + event];
  }
  void pre_enqueue_failed(const controller::queue_entry& pod, const scoring::status& why) override {
    failures.push_back(pod.pod.pod->key.name + ": " + why.message());
  }

  test_policy rules;
  std::map<std::string, int> incoming;
  std::vector<std::string> failures;
  controller::scheduling_queue q{{}, rules, *this};
  controller::instant now{std::chrono::hours(100)};  // a whole second

  static scoring::pod_info info(k8s::pod_ptr pod) { return {std::move(pod), nullptr}; }
  void add(const make_pod& pod) { q.add(info(pod), now); }
  std::string pop_name() {
    auto e = q.pop(now);
    if (!e) return "";
    last = std::move(*e);
    return last.pod.pod->key.name;
  }
  void refuse(std::vector<std::string> by) { q.refused(std::move(last), std::move(by), now); }
  void fail() { q.failed(std::move(last), now); }
  controller::cluster_change pod_deleted() { return controller::assigned_pod_deleted(make_pod("other").on("n1")); }
  controller::queue_entry last;
};

}  // namespace berth::test
