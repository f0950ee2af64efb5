#include "controller/offline/rehearsal.hpp"

#include "controller/bind/effects.hpp"
#include "controller/bind/placement.hpp"
#include "controller/offline/waiting_pods.hpp"

#include <chrono>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>

namespace berth::controller {

namespace {

struct journey {
  const waiting_pod& of;
  rehearsed_pod so_far;
  std::optional<placement> placed;
  bool binding = false;
};

// A refusal by Reserve or Permit is one node's, and worded so.
std::string as_of_one_node(const scoring::status& why) {
  return is_rejection(why.what) ? scoring::diagnosis::after_choice(why).message() : why.message();
}

void refused(journey& j, std::string why) {
  j.so_far.node.clear();
  j.so_far.refusal = std::move(why);
}

std::chrono::milliseconds delay_of(const scoring::effect& what) {
  if (const auto* allow = std::get_if<scoring::allow_pod>(&what)) return allow->after;
  if (const auto* reject = std::get_if<scoring::reject_pod>(&what)) return reject->after;
  return {};
}

// Every pod so far, over the cluster of the file, and what plugins asked to happen after a while.
class stage final : public placement_desk, private scoring::fault_listener {
 public:
  stage(std::vector<scoring::profile>& profiles, std::uint64_t seed) : random_(seed), profiles_(profiles) {
    for (scoring::profile& p : profiles_) p.report_faults_to(this);
  }
  ~stage() override {
    end_all();
    for (scoring::profile& p : profiles_) p.report_faults_to(nullptr);
  }

  scoring::live_cluster& nodes() noexcept { return nodes_; }
  void enter(const waiting_pod& pod);
  void run_late_orders() {
    for (const auto& [after, what] : std::exchange(later_, {})) perform(what);
  }
  rehearsal finish();

 private:
  // placement_desk
  const scoring::cluster& index() const override { return nodes_; }
  scoring::pod_info assume(const scoring::pod_info& pod, const std::string& node) override {
    auto placed = std::make_shared<k8s::pod>(*pod.pod);
    placed->node_name = node;
    scoring::pod_info info{std::move(placed), pod.requests};
    nodes_.place(info, node);
    nodes_.nominations().remove(info.pod->uid);
    return info;
  }
  bool forget(const std::string& uid) override {
    const bool there = !nodes_.node_name_of(uid).empty();
    nodes_.remove(uid);
    return there;
  }
  void acknowledged(const std::string&) override {}
  std::optional<std::string> perform(scoring::effects& wanted) override {
    for (scoring::effect& what : wanted.take()) {
      if (const std::chrono::milliseconds after = delay_of(what); after.count() > 0)
        later_.emplace(after, std::move(what));
      else
        perform(what);
    }
    return std::nullopt;
  }
  // fault_listener
  void plugin_threw(const scoring::plugin_fault& fault) override {
    if (faults_.size() < most_faults) faults_.push_back(fault.pod.key.text() + ": " + fault.message);
  }

  static constexpr std::size_t most_faults = 100;

  void perform(const scoring::effect& what);
  // While all are there: what Unreserve asks for may be about any of them.
  void end_all() {
    for (journey& j : journeys_) j.placed.reset();
  }
  void take_place(journey& j);
  void bind(journey& j);
  journey* waiting(const std::string& uid);

  std::mt19937_64 random_;
  std::vector<scoring::profile>& profiles_;
  scoring::live_cluster nodes_;
  std::vector<std::string> faults_;
  std::multimap<std::chrono::milliseconds, scoring::effect> later_;
  std::list<journey> journeys_;
};

void stage::enter(const waiting_pod& pod) {
  journey& j = journeys_.emplace_back(journey{pod, {}, {}});
  pod_judgement& judged = j.so_far.judged;
  judged.pod = pod.pod.pod->key.text();
  judged.profile = pod.pod.spec().scheduler_name;
  judged.held_back = held_back(pod, nodes_);
  if (!judged.held_back.empty()) return;
  judged.why = pod.profile->explain(pod.pod, nodes_);
  scoring::cycle_state cycle;
  const scoring::decision decision = pod.profile->schedule(pod.pod, nodes_, cycle, random_);
  perform(cycle.out());
  const auto* chosen = std::get_if<scoring::placement>(&decision);
  if (const auto* why = std::get_if<scoring::diagnosis>(&decision); why != nullptr && why->nominated)
    nodes_.nominations().set(pod.pod, *why->nominated);
  if (chosen == nullptr) return;
  j.so_far.node = chosen->node;
  j.placed.emplace(*this, *pod.profile, pod.pod, chosen->node, std::move(cycle));
  take_place(j);
}

void stage::take_place(journey& j) {
  if (!j.placed->reserved().is_ok()) return refused(j, as_of_one_node(j.placed->reserved()));
  const scoring::status permitted = j.placed->permit([&](const placement::waits& waits) {
    for (const scoring::profile::permit_wait& one : waits) j.so_far.waits_for.push_back(one.plugin);
  });
  if (permitted.what == scoring::code::wait) return;
  if (permitted.is_ok())
    j.binding = true;
  else
    refused(j, as_of_one_node(permitted));
}

journey* stage::waiting(const std::string& uid) {
  for (journey& j : journeys_)
    if (j.of.pod.pod->uid == uid && !j.so_far.waits_for.empty()) return &j;
  return nullptr;
}

// Permit's answers to those that wait. Log lines and bindings are nothing here.
void stage::perform(const scoring::effect& what) {
  perform_on(nodes_.storage(), what);
  if (const auto* allow = std::get_if<scoring::allow_pod>(&what)) {
    journey* j = waiting(allow->uid);
    if (j != nullptr) j->binding = std::erase(j->so_far.waits_for, allow->plugin) > 0 && j->so_far.waits_for.empty();
  } else if (const auto* reject = std::get_if<scoring::reject_pod>(&what)) {
    journey* j = waiting(reject->uid);
    if (j == nullptr) return;
    j->so_far.waits_for.clear();
    j->placed->take_back();
    refused(*j, as_of_one_node({scoring::code::unschedulable, {reject->message}, reject->plugin}));
  }
}

void stage::bind(journey& j) {
  const scoring::status ready = j.placed->pre_bind().what;
  // Whom it waits for is not there: what is assumed is taken for done.
  const bool done = ready.is_ok() || ready.what == scoring::code::wait;
  j.placed->settle(done ? binding_verdict::bound : binding_verdict::refused);
  if (done)
    j.placed->post_bind();
  else
    refused(j, ready.message());
}

rehearsal stage::finish() {
  rehearsal out;
  for (journey& j : journeys_) {
    if (j.binding) bind(j);
    out.pods.push_back(std::move(j.so_far));
  }
  end_all();
  out.faults = std::move(faults_);
  return out;
}

}  // namespace

rehearsal rehearse_pods(const k8s::cluster_objects& objects, std::vector<scoring::profile>& profiles,
                        bool any_scheduler_name, std::uint64_t seed) {
  stage all(profiles, seed);
  std::vector<waiting_pod> waiting = load_cluster(objects, profiles, any_scheduler_name, all.nodes());
  sort_as_queued(waiting);
  for (const waiting_pod& w : waiting) all.enter(w);
  all.run_late_orders();
  return all.finish();
}

}  // namespace berth::controller
