#pragma once

#include "controller/reservations/reservation_opt_in.hpp"
#include "test/controller/reservations/reservation_world.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

/// A cluster on a clock that is turned by hand: nodes, pods, the controller of ReplicaSets, kubelets that let deleted
/// pods go after a while, and one or two berths that come and go; in random weather. What happens in it, and what must
/// hold, is for who derives from it.
namespace berth::test {

/// What one berth is told of one kind: in order, late, sometimes twice, with holes that a later list mends.
struct feed {
  struct news {
    controller::instant at;
    std::function<void()> tell;
  };
  std::deque<news> coming;
  controller::instant relist_at = controller::never;
  std::function<void()> relist;
};

struct replica_set {
  std::string name;
  k8s::workload object;
  bool exists = true;
};

struct berth_at_work {
  std::unique_ptr<reserving_berth> process;
  std::array<feed, 3> feeds;  ///< pods, nodes, workloads
  controller::instant starts_at = controller::never;
};

struct reservation_cluster {
  explicit reservation_cluster(unsigned seed_) : seed(seed_), random(seed_), berths(1 + seed_ % 2) {
    api.plan = [this](const request& r) { return weather(r); };
    api.latency = [this](const request&) { return std::chrono::milliseconds(upto(40)); };
    api.pod_changed = [this](k8s::pod_ptr pod) { pod_news(std::move(pod), false); };
    api.node_changed = [this](k8s::node_ptr node) {
      node_written(*node);
      for (berth_at_work& b : berths) tell(b, 1, [&b, node] { b.process->nodes().applied(node); });
    };
    api.pod_bound = [this](const k8s::pod& pod) { bound(pod); };
  }
  /// Who derives from this calls stop_all in the end.
  virtual ~reservation_cluster() = default;
  virtual void node_written(const k8s::node& node) = 0;
  virtual void bound(const k8s::pod& pod) = 0;
  /// After every third moment.
  virtual void look_at(reserving_berth& b) = 0;

  int upto(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
  bool one_in(int n) { return upto(n) == 0; }

  // ---- the weather ----------------------------------------------------------------------------------------------
  fault weather(const request& r) {
    if (!stormy || !one_in(5)) return fault::none;
    constexpr std::array any{fault::unreachable, fault::lost,       fault::error_500,
                             fault::throttled,   fault::lost_after, fault::error_500_after};
    const fault f = any[static_cast<std::size_t>(upto(static_cast<int>(any.size())))];
    return r.method == "GET" && f == fault::not_found ? fault::lost : f;
  }
  void tell(berth_at_work& b, std::size_t kind, std::function<void()> what) {
    feed& f = b.feeds[kind];
    if (!b.process) return;
    if (stormy && one_in(25)) {
      f.relist_at = std::min(f.relist_at, time.now() + std::chrono::milliseconds(200 + upto(500)));
      return;
    }
    controller::instant at = time.now() + std::chrono::milliseconds(stormy ? upto(150) : 10);
    if (!f.coming.empty()) at = std::max(at, f.coming.back().at);
    f.coming.push_back({at, what});
    if (stormy && one_in(25)) f.coming.push_back({at, what});
  }
  void pod_news(k8s::pod_ptr pod, bool gone) {
    for (berth_at_work& b : berths)
      tell(b, 0, [&b, pod, gone] { gone ? b.process->pods().removed(pod) : b.process->pods().applied(pod); });
  }
  void workload_news(const replica_set& rs) {
    const auto w = std::make_shared<const k8s::workload>(rs.object);
    const bool gone = !rs.exists;
    for (berth_at_work& b : berths)
      tell(b, 2, [&b, w, gone] { gone ? b.process->workloads().removed(w) : b.process->workloads().applied(w); });
  }

  // ---- berths come and go ---------------------------------------------------------------------------------------
  void start(berth_at_work& b) {
    b.starts_at = controller::never;
    b.process = std::make_unique<reserving_berth>(io, time, api, seed + static_cast<unsigned>(++made));
    b.process->lead();
    b.feeds[0].relist = [this, &b] {
      std::vector<k8s::pod_ptr> all;
      for (const auto& [key, pod] : api.pods) all.push_back(std::make_shared<const k8s::pod>(pod));
      b.process->pods().replaced(std::move(all));
    };
    b.feeds[1].relist = [this, &b] {
      std::vector<k8s::node_ptr> all;
      for (const auto& [name, node] : api.nodes) all.push_back(std::make_shared<const k8s::node>(node));
      b.process->nodes().replaced(std::move(all));
    };
    b.feeds[2].relist = [this, &b] {
      std::vector<k8s::workload_ptr> all;
      for (const replica_set& rs : sets)
        if (rs.exists) all.push_back(std::make_shared<const k8s::workload>(rs.object));
      b.process->workloads().replaced(std::move(all));
    };
    for (feed& f : b.feeds) f.relist_at = time.now() + std::chrono::milliseconds(upto(100));
    b.process->namespaces().replaced({});
    b.process->workloads(controller::workload_kind::stateful_set).replaced({});
    b.process->workloads(controller::workload_kind::replication_controller).replaced({});
  }
  void stop(berth_at_work& b) {
    if (!b.process) return;
    b.process->stop();
    time.run();
    b.process.reset();
    for (feed& f : b.feeds) f = {};
  }
  void stop_all() {
    for (berth_at_work& b : berths) stop(b);
  }
  void restart(berth_at_work& b) {
    if (!b.process) return;
    // What nobody has written down yet dies with the berth that knew it.
    for (const replica_set& rs : sets)
      if (missing(rs) > written_and_wanted(rs, *b.process)) excused.insert(rs.name);
    stop(b);
    b.starts_at = time.now() + std::chrono::milliseconds(upto(800));
  }
  void deliver() {
    for (berth_at_work& b : berths) {
      if (b.starts_at <= time.now()) start(b);
      if (!b.process) continue;
      for (feed& f : b.feeds) {
        while (!f.coming.empty() && f.coming.front().at <= time.now()) {
          const auto tell_it = std::move(f.coming.front().tell);
          f.coming.pop_front();
          tell_it();
        }
        if (f.relist_at <= time.now()) {
          f.relist_at = controller::never;
          f.coming.clear();
          f.relist();
        }
      }
    }
  }
  void pass(controller::duration d) {
    for (const controller::instant until = time.now() + d; time.now() < until;) {
      time.advance(std::chrono::milliseconds(stormy ? 50 : 250));
      live_workloads();
      deliver();
      time.run();
      if (++moments % 3 != 0) continue;  // looking costs more than living
      for (const berth_at_work& b : berths)
        if (b.process) look_at(*b.process);
    }
  }

  // ---- the cluster ----------------------------------------------------------------------------------------------
  make_pod replica_of(const replica_set& rs) {
    return make_pod(rs.name + "-" + std::to_string(++made)).owner("ReplicaSet", rs.name).cpu("1");
  }
  void add_set(std::string name, int replicas, const char* hold) {
    replica_set rs;
    rs.object.key = {"default", name};
    rs.object.uid = "uid-" + name;
    rs.object.replicas = replicas;
    if (hold != nullptr) rs.object.annotations.set(controller::opt_in_annotation, hold);
    rs.name = std::move(name);
    sets.push_back(std::move(rs));
  }
  replica_set& set_named(const std::string& name) {
    for (replica_set& rs : sets)
      if (rs.name == name) return rs;
    throw std::logic_error(name);
  }
  static bool of(const k8s::pod& pod, const replica_set& rs) {
    return pod.spec->owner && pod.spec->owner->uid == rs.object.uid;
  }
  /// The controller of ReplicaSets, and the kubelets: pods being deleted go after a while.
  void live_workloads() {
    for (replica_set& rs : sets) {
      std::vector<k8s::object_key> alive;
      for (const auto& [key, pod] : api.pods)
        if (of(pod, rs) && !pod.terminating()) alive.push_back(key);
      const std::size_t wanted = rs.exists ? static_cast<std::size_t>(rs.object.replicas) : 0;
      for (std::size_t i = alive.size(); i < wanted; ++i) api.create_pod(replica_of(rs));
      for (std::size_t i = alive.size(); i > wanted; --i) remove(alive[i - 1], true);
    }
    std::vector<k8s::object_key> gone;
    for (const auto& [key, when] : going)
      if (when <= time.now()) gone.push_back(key);
    for (const k8s::object_key& key : gone) {
      going.erase(key);
      remove(key, false);
    }
  }
  /// A pod that goes while no berth is there to have seen it, and whose reservation is not written, is lost to all.
  void excuse_if_nobody_knew(const k8s::pod& pod) {
    const auto node = api.nodes.find(pod.node_name);
    if (node == api.nodes.end() || node->second.annotations.contains(scoring::record_key(pod.uid))) return;
    for (const berth_at_work& b : berths)
      if (b.process && b.process->scheduler.cache().index().find_placed(pod.uid) != nullptr) return;
    for (const replica_set& rs : sets)
      if (of(pod, rs)) excused.insert(rs.name);
  }
  void remove(const k8s::object_key& key, bool gracefully) {
    const auto there = api.pods.find(key);
    if (there == api.pods.end()) return;
    if (gracefully && !there->second.node_name.empty()) {
      if (there->second.terminating()) return;
      const k8s::timestamp until = time.wall() + std::chrono::seconds(1);
      api.change_pod(key, [&](k8s::pod& p) { p.deleted = until; });
      going[key] = time.now() + std::chrono::milliseconds(upto(1200));
      return;
    }
    going.erase(key);
    excuse_if_nobody_knew(there->second);
    const auto last = std::make_shared<const k8s::pod>(there->second);
    api.pods.erase(there);
    pod_news(last, true);
  }

  std::int64_t missing(const replica_set& rs) const {
    std::int64_t there = 0;
    for (const auto& [key, pod] : api.pods) there += of(pod, rs) && !pod.terminating() && !pod.node_name.empty();
    return rs.exists ? rs.object.replicas - there : 0;
  }
  /// Of those on the server, the ones that this berth does not know to have ended.
  std::int64_t written_and_wanted(const replica_set& rs, const reserving_berth& b) const {
    const controller::owner_reservations* o = b.reconciler.book().find(rs.object.uid);
    if (o == nullptr) return 0;
    return std::count_if(o->entries().begin(), o->entries().end(), [&](const auto& e) {
      const auto node = api.nodes.find(e.second.node);
      return e.second.to_write && node != api.nodes.end() &&
             node->second.annotations.contains(scoring::record_key(e.first));
    });
  }
  std::int64_t written(const replica_set& rs) const {
    std::int64_t n = 0;
    for (const auto& [name, node] : api.nodes)
      for (const scoring::reservation& r : scoring::reservations_of(node).good)
        n += r.record && r.record->owner_uid == rs.object.uid;
    return n;
  }

  unsigned seed;
  std::mt19937 random;
  boost::asio::io_context io;
  fake_time time{io};
  fake_client api{time};
  std::vector<replica_set> sets;
  std::vector<berth_at_work> berths;
  std::map<k8s::object_key, controller::instant> going;
  std::set<std::string> excused;  ///< sets that lost what nobody had written down
  bool stormy = true;
  int made = 0;
  unsigned moments = 0;
};

}  // namespace berth::test
