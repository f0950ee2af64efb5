#include "test/controller/queue/queue_fixture.hpp"
#include "test/fuzz/fuzz.hpp"

#include <map>
#include <string>

/// The queue under any history of pods and events: each pod is there once, none is lost.
namespace berth::fuzz {

namespace {

using namespace std::chrono_literals;
using namespace controller;

class history {
 public:
  explicit history(std::string_view bytes) : says_(bytes) {}

  void run() {
    for (int step = 0; !says_.over() && step < 2000; ++step) {
      f_.now += std::chrono::milliseconds(says_.upto(8) * 250);
      act(says_.upto(8));
      f_.q.tick(f_.now);
      promise(f_.q.next_tick() > f_.now, "what was due was done");
      promise(held() + flying_.size() - gone_ == alive_.size(), "each pod is there once");
      promise(f_.q.in_flight() == flying_.size(), "pods under way are counted");
      promise(f_.q.recorded_events() <= scheduling_queue::most_recorded, "events kept are capped");
    }
    // Left alone, every pod that nothing gates comes out again.
    for (auto& [uid, e] : flying_) alive_.contains(uid) ? f_.q.failed(std::move(e), f_.now) : f_.q.done(uid);
    f_.now += 10min;
    std::size_t out = 0;
    while (f_.q.pop(f_.now)) ++out;
    promise(out + f_.q.size(queue_name::gated) == alive_.size(), "no pod is lost");
  }

 private:
  std::size_t held() const {
    return f_.q.size(queue_name::active) + f_.q.size(queue_name::backoff) + f_.q.size(queue_name::unschedulable) +
           f_.q.size(queue_name::gated);
  }

  void act(unsigned what) {
    const std::string uid = "default-p" + std::to_string(says_.upto(8));
    const auto there = alive_.find(uid);
    const auto flying = flying_.find(uid);
    switch (what) {
      case 0:
        return there == alive_.end() && flying == flying_.end() ? add(uid) : void();
      case 1:
        return there != alive_.end() ? update(there->second) : void();
      case 2:
        if (there == alive_.end()) return;
        f_.q.remove(uid);
        alive_.erase(there);
        gone_ += flying != flying_.end() ? 1U : 0U;
        return;
      case 3:
        if (auto e = f_.q.pop(f_.now)) {
          promise(e->pod.pod->scheduling_gates.empty(), "what is gated is not tried");
          const std::string popped = e->pod.pod->uid;
          promise(flying_.emplace(popped, std::move(*e)).second, "nothing is tried twice at once");
        }
        return;
      case 4:
        return flying != flying_.end() ? end(flying) : void();
      case 5:
        return f_.q.happened(f_.pod_deleted(), f_.now);
      case 6:
        return f_.q.happened(node_added(test::make_node("n")), f_.now);
      default:
        return there != alive_.end() ? f_.q.activate(uid, f_.now) : void();
    }
  }

  void add(const std::string& uid) {
    test::make_pod p(uid.substr(8));
    p.priority(static_cast<std::int32_t>(says_.upto(3)));
    if (says_.one_in(4)) p.gate("g");
    f_.q.add(f_.info(alive_[uid] = p), f_.now);
  }

  void update(k8s::pod_ptr& pod) {
    k8s::pod next = *pod;
    next.resource_version += "+";
    if (says_.one_in(2)) next.scheduling_gates.clear();
    const k8s::pod_ptr before = std::exchange(pod, std::make_shared<const k8s::pod>(next));
    f_.q.update(before, f_.info(pod), f_.now);
  }

  void end(std::map<std::string, queue_entry>::iterator flying) {
    auto taken = flying_.extract(flying);
    const auto there = alive_.find(taken.key());
    if (there == alive_.end()) return --gone_, f_.q.done(taken.key());
    queue_entry& e = taken.mapped();
    e.pod.pod = there->second;
    switch (says_.upto(4)) {
      case 0:
        return f_.q.failed(std::move(e), f_.now);
      case 1:
        return f_.q.give_back(std::move(e), f_.now);
      case 2:
        return f_.q.refused(std::move(e), {"Fit"}, f_.now);
      default:
        return f_.q.refused(std::move(e), {"Affinity", "Tolerations"}, f_.now);
    }
  }

  choices says_;
  test::queue_fixture f_;
  std::map<std::string, k8s::pod_ptr> alive_;  ///< by uid: all that the queue should have
  std::map<std::string, queue_entry> flying_;
  std::size_t gone_ = 0;  ///< of those that fly
};

}  // namespace

void queue(std::string_view bytes) { history(bytes).run(); }

}  // namespace berth::fuzz
