#include "test/controller/reservations/reservation_cluster.hpp"
#include "test/support/seeds.hpp"

#include <doctest/doctest.h>

#include <algorithm>

/// Reservations for rebuilt pods in random weather: each seed is a full cluster in which pods of workloads
/// are deleted and rebuilt while intruders wait for any room that falls free; with lost, late and repeated watch
/// events, failing writes, restarts, and (in every second one) two berths that decide and write beside each other. What
/// must hold:
///  - a reservation of ours is never more than what the pod of its uid held, and on no other node;
///  - what a berth goes by is never more reservations than replicas are missing, and none that has expired;
///  - annotations that are not ours are never touched;
///  - a workload that keeps its replicas has them all at the end, though its old rooms were the only ones;
///  - when all is calm nothing is reserved that nobody misses, and what was kept for nobody is given to the intruders.
/// BERTH_TEST_SEED=n runs that seed alone and prints its log (test/support/seeds.hpp).

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

struct reservation_simulation final : reservation_cluster {
  using reservation_cluster::reservation_cluster;
  ~reservation_simulation() override { stop_all(); }

  // ---- what must hold -------------------------------------------------------------------------------------------
  static k8s::string_map foreign() {
    return {{"note", "by hand"},
            {"reserve.cpu/by-hand", "100m"},
            {"reserve.cpu/broken", "many"},
            {"berth.dev/reservation.broken", "{"}};
  }
  void node_written(const k8s::node& node) override {
    for (const auto& [key, value] : foreign()) {
      const std::string* there = node.annotations.find(key);
      REQUIRE(there != nullptr);
      CHECK(*there == value);
    }
    for (const scoring::reservation& r : scoring::reservations_of(node).good) check_amount(node.name, r);
  }
  void check_amount(const std::string& node, const scoring::reservation& r) {
    if (!r.record) return;
    const auto there = held.find(r.id);
    REQUIRE(there != held.end());
    CHECK(there->second.first == node);
    CHECK(there->second.second == r.amounts);
    CHECK(r.record->owner_uid != "uid-plain");
  }
  /// What the next decision of this berth would go by.
  void look_at(reserving_berth& b) override {
    if (!b.reconciler.book().synced()) return;
    b.reconciler.catch_up();
    std::map<std::string, std::int64_t> reserved;
    const scoring::cluster& index = b.scheduler.cache().index();
    for (const auto& [name, server_side] : api.nodes) {
      const scoring::node_id number = index.find_node(name);
      if (number == scoring::no_node) continue;
      for (const scoring::reservation& r : scoring::reservations_of(index.node(number)).good) {
        check_amount(name, r);
        if (!r.record) continue;
        ++reserved[r.record->owner_uid];
        const bool still_there = index.find_placed(r.id) != nullptr;
        CHECK((still_there || time.wall() < r.record->expires + 1ms));
      }
    }
    for (const auto& [uid, count] : reserved) {
      const controller::owner_reservations* o = b.reconciler.book().find(uid);
      REQUIRE(o != nullptr);
      // What has just become surplus is kept a second longer.
      const auto leaving = std::count_if(o->entries().begin(), o->entries().end(),
                                         [](const auto& e) { return e.second.effective && e.second.surplus_since; });
      std::int64_t placed = 0;
      b.scheduler.cache().for_each_placed([&](const k8s::pod_ptr& pod, bool assumed) {
        const auto entry = o->entries().find(pod->uid);
        placed += !assumed && pod->spec->owner && pod->spec->owner->uid == uid && !pod->terminating() &&
                  entry == o->entries().end();
      });
      const std::int64_t missed = o->owner().hold.count() > 0 ? o->owner().replicas - placed : 0;
      CHECK(count - leaving <= std::max<std::int64_t>(0, missed));
    }
  }
  static std::int64_t cpu_of(const k8s::pod& pod) {
    return pod.spec->containers.front().requests.find("cpu")->milli_value();
  }
  void bound(const k8s::pod& pod) override {
    k8s::resource_list room = pod.spec->containers.front().requests;
    room.set("pods", quantity_of("1"));
    held[pod.uid] = {pod.node_name, std::move(room)};
    std::int64_t used = 0;
    for (const auto& [key, other] : api.pods)
      if (other.node_name == pod.node_name) used += cpu_of(other);
    if (berths.size() == 1) CHECK(used <= 4000);
  }

  // ---- a life ---------------------------------------------------------------------------------------------------
  void step() {
    switch (upto(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        delete_one();
        break;
      case 5:
        api.create_pod(make_pod("intruder" + std::to_string(++made)).cpu(one_in(2) ? "500m" : "1"));
        break;
      case 6:
        restart(berths[static_cast<std::size_t>(upto(static_cast<int>(berths.size())))]);
        break;
      case 7: {
        replica_set& rs = set_named("scaled");
        rs.object.replicas = upto(4);
        workload_news(rs);
        break;
      }
      case 8:
        if (one_in(6) && set_named("leaving").exists) {
          set_named("leaving").exists = false;
          workload_news(set_named("leaving"));
        }
        break;
      case 9:  // a heartbeat that changes something
        api.change_node("n" + std::to_string(upto(3)),
                        [&](k8s::node& n) { n.labels.set("x", std::to_string(upto(9))); });
        break;
      case 10:
        if (one_in(4)) {  // opts out, or in again
          replica_set& rs = set_named("wavering");
          if (rs.object.annotations.empty())
            rs.object.annotations.set(controller::opt_in_annotation, "1h");
          else
            rs.object.annotations = {};
          workload_news(rs);
        }
        break;
      default:
        break;
    }
    pass(std::chrono::milliseconds(upto(700)));
  }
  void delete_one() {
    std::vector<k8s::object_key> placed;
    for (const auto& [key, pod] : api.pods)
      if (!pod.node_name.empty() && !pod.terminating()) placed.push_back(key);
    if (placed.empty()) return;
    const k8s::object_key key = placed[static_cast<std::size_t>(upto(static_cast<int>(placed.size())))];
    remove(key, one_in(2));
  }

  void live() {
    for (int i = 0; i < 3; ++i) {
      k8s::node n = make_node("n" + std::to_string(i));
      for (const auto& [key, value] : foreign()) n.annotations.set(key, value);
      n.allocatable.set("cpu", quantity_of("4100m"));  // what is reserved by hand beside four pods
      api.nodes.emplace(n.name, n);
    }
    add_set("kept", 4, "1h");
    add_set("brief", 1, "2s");
    add_set("scaled", 2, "1h");
    add_set("leaving", 1, "1h");
    add_set("wavering", 1, "1h");
    add_set("plain", 1, nullptr);
    for (berth_at_work& b : berths) start(b);
    stormy = false;
    pass(2s);
    for (int i = 0; i < 6; ++i)
      api.create_pod(make_pod("intruder" + std::to_string(++made)).cpu(i % 3 == 0 ? "500m" : "1"));
    pass(3s);
    CHECK(missing(set_named("kept")) == 0);
    stormy = true;
    for (int i = 0; i < 50; ++i) step();
    stormy = false;
    for (berth_at_work& b : berths)
      if (b.process)
        for (feed& f : b.feeds) f.relist_at = time.now() + 500ms;
    pass(90s);  // longer than the longest backoff
  }

  std::string state() const {
    std::string text;
    for (const auto& [name, node] : api.nodes) {
      text += name + ":";
      for (const auto& [key, pod] : api.pods)
        if (pod.node_name == name) text += " " + key.name + (pod.terminating() ? "(going)" : "");
      for (const scoring::reservation& r : scoring::reservations_of(node).good)
        text += " [" + r.id + (r.record ? " " + r.record->owner_uid : "") + "]";
      text += "; ";
    }
    text += "waiting:";
    for (const auto& [key, pod] : api.pods)
      if (pod.node_name.empty()) text += " " + key.name;
    return text;
  }

  void judge() {
    const std::string at_the_end = state();
    CAPTURE(at_the_end);
    for (const replica_set& rs : sets) {
      CAPTURE(rs.name);
      if (rs.name == "kept" && !excused.contains(rs.name)) CHECK(missing(rs) <= may_be_without(rs));
      if (rs.name == "kept") kept_whole = !excused.contains(rs.name);
      CHECK(written(rs) <= std::max<std::int64_t>(0, missing(rs)));
      if (!rs.exists || rs.object.annotations.empty() || rs.name == "brief") CHECK(written(rs) == 0);
    }
    for (const auto& [name, node] : api.nodes)
      for (const scoring::reservation& r : scoring::reservations_of(node).good)
        if (r.record) CHECK(time.wall() < r.record->expires);
    check_nothing_idle();
  }
  /// How many pods of the set may be without room at the end. Two berths that schedule beside each other may give one room
  /// to two pods, as any two schedulers may: no API server counts. On that node nobody then gets what is reserved, until a
  /// pod of it goes. One berth alone never does this (see bound).
  std::int64_t may_be_without(const replica_set& rs) const {
    std::int64_t pods = 0;
    for (const auto& [name, node] : api.nodes) {
      std::int64_t used = 0, reserved = 0;
      for (const auto& [key, pod] : api.pods)
        if (pod.node_name == name) used += cpu_of(pod);
      for (const scoring::reservation& r : scoring::reservations_of(node).good) {
        if (!r.record) continue;
        used += r.amounts.find("cpu")->milli_value();
        reserved += r.record->owner_uid == rs.object.uid;
      }
      if (used > 4000) pods += std::max<std::int64_t>((used - 4000 + 999) / 1000, reserved);
    }
    return pods;
  }
  /// No pod waits that would fit beside what is placed and reserved.
  void check_nothing_idle() {
    std::int64_t smallest = 1 << 30;
    for (const auto& [key, pod] : api.pods)
      if (pod.node_name.empty()) smallest = std::min(smallest, cpu_of(pod));
    for (const auto& [name, node] : api.nodes) {
      std::int64_t used = 0;
      for (const auto& [key, pod] : api.pods)
        if (pod.node_name == name) used += cpu_of(pod);
      for (const scoring::reservation& r : scoring::reservations_of(node).good)
        used += r.amounts.find("cpu")->milli_value();
      CAPTURE(name);
      CHECK(used + smallest > 4100);
    }
  }

  std::map<std::string, std::pair<std::string, k8s::resource_list>> held;  ///< by pod uid: node, room
  bool kept_whole = false;
};

}  // namespace

TEST_CASE("reservations: in random lives rebuilt pods keep their rooms and nobody else loses any" *
          doctest::test_suite("random")) {
  const auto lives = seeds({.quick = 40, .all = 1000});
  unsigned whole = 0;
  for (const unsigned seed : lives) {
    CAPTURE(seed);
    reservation_simulation s(seed);
    s.live();
    s.judge();
    whole += s.kept_whole;
    if (only_seed() != 0)
      for (const berth_at_work& b : s.berths)
        for (const std::string& line : b.process->lines) MESSAGE(line);
  }
  // Most lives must put the promise to the test.
  if (only_seed() == 0) CHECK(whole * 3 > lives.size());
}
