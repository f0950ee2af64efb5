#include "test/controller/cluster/cache_fixture.hpp"
#include "test/fuzz/fuzz.hpp"

#include <map>
#include <string>
#include <vector>

/// The cluster under any history of watch events, lost ones among them, and of decisions: after a list of everything it
/// is what a new one would be.
namespace berth::fuzz {

namespace {

using test::make_node;
using test::make_pod;

constexpr unsigned most = 6;  // of pods and of nodes

class history {
 public:
  explicit history(std::string_view bytes) : says_(bytes) {}

  void run() {
    for (int step = 0; !says_.over() && step < 2000; ++step) {
      act(says_.upto(10));
      promise(f_.cache.pod_count() <= most && f_.cache.node_count() <= most, "no more than there are");
      promise(f_.cache.index().placed_count() <= f_.cache.pod_count() + f_.cache.assumed_count(),
              "a pod is placed once");
      f_.ear.take();
    }
    list(f_);
    for (unsigned i = 0; i < made_; ++i) f_.cache.forget("u" + std::to_string(i));
    test::cache_fixture fresh;
    list(fresh);
    promise(f_.cache.pod_count() == fresh.cache.pod_count(), "as many pods as a new cache has");
    promise(f_.cache.node_count() == fresh.cache.node_count(), "as many nodes");
    promise(f_.cache.assumed_count() == 0, "nothing is assumed");
    promise(f_.cache.index().placed_count() == fresh.cache.index().placed_count(), "as many pods have nodes");
    for (const auto& [name, node] : nodes_) promise(f_.cpu_on(name) == fresh.cpu_on(name), "a node holds as much");
  }

 private:
  void list(test::cache_fixture& f) const {
    std::vector<k8s::pod_ptr> pods;
    for (const auto& [name, p] : pods_) pods.push_back(p);
    std::vector<k8s::node_ptr> nodes;
    for (const auto& [name, n] : nodes_) nodes.push_back(n);
    f.pods.replaced(pods);
    f.nodes.replaced(nodes);
  }

  void act(unsigned what) {
    const std::string pod = "p" + std::to_string(says_.upto(most));
    const std::string node = "n" + std::to_string(says_.upto(most));
    const bool is_lost = says_.one_in(4);  // the event
    const auto there = pods_.find(pod);
    switch (what) {
      case 0:
      case 1:
        change_pod(pod, node);
        return is_lost ? void() : f_.pods.applied(pods_.at(pod));
      case 2:
        if (there == pods_.end()) return;
        if (!is_lost) f_.pods.removed(there->second);
        pods_.erase(there);
        return;
      case 3:
        return change_node(node, is_lost);
      case 4:
        return says_.one_in(4) ? list(f_) : void();
      case 5:
      case 6:
        return there != pods_.end() ? decide(*there->second, node) : void();
      case 7:
        if (there != pods_.end()) f_.cache.forget(there->second->uid);
        return;
      case 8:
        if (there == pods_.end() || !f_.cache.is_assumed(there->second->uid)) return;
        return f_.cache.binding_acknowledged(there->second->uid, now_);
      default:
        now_ += std::chrono::seconds(says_.upto(256));
        f_.cache.to_verify(now_, std::chrono::minutes(1));
    }
  }

  /// A pod that comes, gets its node, ends, or changes in some other way.
  void change_pod(const std::string& name, const std::string& node) {
    const auto there = pods_.find(name);
    make_pod p(name);
    p.uid(there != pods_.end() && !says_.one_in(8) ? there->second->uid : "u" + std::to_string(made_++));
    p.version(std::to_string(++version_)).cpu(says_.one_in(2) ? "500m" : "1");
    if (says_.one_in(6)) p.scheduler("other");
    if (says_.one_in(6)) p.nominated_to(node);
    if (says_.one_in(6)) p.terminating(1);
    k8s::pod built = p;
    const bool same = there != pods_.end() && there->second->uid == built.uid;
    if (same && !there->second->node_name.empty())
      built.node_name = there->second->node_name;  // is written once
    else if (says_.one_in(3))
      built.node_name = node;
    if (same) built.spec = there->second->spec;
    if ((same && there->second->terminal()) || says_.one_in(8)) built.phase = k8s::pod_phase::succeeded;
    pods_[name] = std::make_shared<const k8s::pod>(built);
  }

  void change_node(const std::string& name, bool is_lost) {
    const auto there = nodes_.find(name);
    if (there != nodes_.end() && says_.one_in(2)) {
      if (!is_lost) f_.nodes.removed(there->second);
      nodes_.erase(there);
      return;
    }
    make_node n(name);
    n.version(std::to_string(++version_)).cpu(says_.one_in(2) ? "4" : "2");
    nodes_[name] = n;
    if (!is_lost) f_.nodes.applied(nodes_[name]);
  }

  void decide(const k8s::pod& pod, const std::string& node) {
    const scoring::pod_info* waiting = f_.cache.find_waiting(pod.key, pod.uid);
    if (waiting == nullptr || f_.cache.is_assumed(pod.uid)) return;
    const scoring::pod_info info = *waiting;
    if (says_.one_in(4)) return f_.cache.nominate(info, node);
    f_.cache.assume(info, node);
    promise(f_.cache.index().node_name_of(pod.uid) == node, "an assumed pod is on its node");
  }

  choices says_;
  test::cache_fixture f_;
  std::map<std::string, k8s::pod_ptr> pods_;  ///< as the server has them
  std::map<std::string, k8s::node_ptr> nodes_;
  unsigned made_ = 0;
  unsigned version_ = 0;
  controller::instant now_{std::chrono::hours(100)};
};

}  // namespace

void cluster_cache(std::string_view bytes) { history(bytes).run(); }

}  // namespace berth::fuzz
