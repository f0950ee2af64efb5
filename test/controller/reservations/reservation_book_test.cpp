#include "controller/reservations/reservation_book.hpp"
#include "k8s/text/value_reader.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

/// A book beside one node and one ReplicaSet "web", with hands to turn the clock and to carry out what it writes.
struct beside {
  explicit beside(std::int32_t replicas = 2) {
    web.key = {"default", "web"};
    web.uid = "uid-web";
    web.replicas = replicas;
    web.annotations.set(opt_in_annotation, "10m");
  }
  void listed() {
    book.workload_seen(workload_kind::replica_set, web);
    for (const auto kind :
         {workload_kind::replica_set, workload_kind::stateful_set, workload_kind::replication_controller})
      book.listed(kind, {"uid-web"});
    book.node_seen(std::make_shared<const k8s::node>(node));
    book.cluster_listed();
    catch_up();
  }
  k8s::timestamp wall() const {
    return k8s::timestamp(1'700'000'000s) + std::chrono::duration_cast<std::chrono::microseconds>(now - instant{});
  }
  void place(const make_pod& pod, bool assumed = false) {
    const k8s::pod_ptr p = pod;
    pods[p->uid] = p;
    book.placed(p, assumed);
    catch_up();
  }
  void gone(const make_pod& pod) {
    const k8s::pod_ptr p = pod;
    pods.erase(p->uid);
    book.left(p, false, wall());
    catch_up();
  }
  void catch_up() {
    const auto news = book.catch_up(now, wall(), [this](const auto& with) {
      for (const auto& [uid, pod] : pods) with(pod, false);
    });
    for (const auto& [name, overlay] : news.nodes) overlays[name] = overlay;
  }
  void pass(duration d) {
    now += d;
    catch_up();
  }
  /// Carries out what is to be written, and shows it. Returns how many patches there were.
  std::size_t write() {
    const auto patches = book.take_writes("uid-web", now);
    for (const auto& p : patches) {
      const k8s::value body = *k8s::read_value(p.body, "patch");
      for (const auto& [key, value] : *body.find("metadata")->find("annotations")->as_map())
        value.is_null() ? node.annotations.erase(key) : node.annotations.set(key, *value.as_string());
    }
    see();
    return patches.size();
  }
  void see() {
    book.node_seen(std::make_shared<const k8s::node>(node));
    catch_up();
  }
  /// What a decision sees of the node.
  std::vector<std::string> reserved() const {
    k8s::node shown = node;
    if (const auto o = overlays.find(node.name); o != overlays.end()) o->second.lay_over(shown.annotations);
    std::vector<std::string> out;
    for (const scoring::reservation& r : scoring::reservations_of(shown).good) out.push_back(r.id);
    return out;
  }
  std::vector<std::string> written() const {
    std::vector<std::string> out;
    for (const scoring::reservation& r : scoring::reservations_of(node).good) out.push_back(r.id);
    return out;
  }
  using ids = std::vector<std::string>;

  static make_pod replica(const std::string& name, const std::string& on = "n1") {
    return make_pod(name).owner("ReplicaSet", "web").cpu("1").on(on);
  }

  reservation_book book;
  k8s::workload web;
  k8s::node node = make_node("n1");
  std::map<std::string, k8s::pod_ptr> pods;
  std::map<std::string, annotation_overlay> overlays;
  instant now{1h};
};

using ids = beside::ids;

}  // namespace

TEST_CASE("reservation book: a pod that is gone leaves its room reserved at once, and in writing under its uid") {
  beside b;
  b.listed();
  b.place(beside::replica("a"));
  b.place(beside::replica("b"));
  b.gone(beside::replica("a"));
  CHECK(b.reserved() == ids{"default-a"});
  CHECK(b.written().empty());
  CHECK(b.write() == 1);
  CHECK(b.written() == ids{"default-a"});
  CHECK(*b.node.annotations.find("reserve.cpu/default-a") == "1");
  CHECK(*b.node.annotations.find("reserve.pods/default-a") == "1");
  CHECK(b.overlays.at("n1").empty());  // confirmed
  CHECK(b.write() == 0);
}

TEST_CASE("reservation book: it is written already while the pod is going") {
  beside b;
  b.listed();
  b.place(beside::replica("a"));
  b.place(beside::replica("a").terminating(1'700'003'630));
  CHECK(b.write() == 1);
  CHECK(b.written() == ids{"default-a"});
  const auto r = scoring::reservations_of(b.node).good.front();
  CHECK(r.record->expires == k8s::timestamp(1'700'003'630s + 600s));
  b.gone(beside::replica("a").terminating(1'700'003'630));
  CHECK(b.write() == 0);
  CHECK(b.reserved() == ids{"default-a"});
}

TEST_CASE("reservation book: the replacement ends it, at once where it is only assumed, in writing when confirmed") {
  beside b;
  b.listed();
  b.place(beside::replica("a"));
  b.place(beside::replica("b"));
  b.gone(beside::replica("a"));
  b.write();
  b.place(beside::replica("c"), true);
  CHECK(b.reserved().empty());
  CHECK(b.write() == 0);
  b.book.left(beside::replica("c"), true, b.wall());  // its binding failed
  b.catch_up();
  CHECK(b.reserved() == ids{"default-a"});
  b.place(beside::replica("c"));
  CHECK(b.reserved().empty());
  CHECK(b.write() == 1);
  CHECK(b.written().empty());
}

TEST_CASE("reservation book: what has ended does not come back by an old watch event") {
  beside b(3);
  b.listed();
  b.place(beside::replica("a"));
  b.gone(beside::replica("a"));
  b.write();
  const k8s::node old = b.node;
  b.place(beside::replica("c"));
  b.write();
  b.node = old;
  b.see();
  CHECK(b.reserved().empty());
  b.pass(write_again_after);
  CHECK(b.write() == 1);
  CHECK(b.written().empty());
}

TEST_CASE("reservation book: it ends when its time is over") {
  beside b;
  b.listed();
  b.place(beside::replica("a"));
  b.gone(beside::replica("a"));
  b.write();
  CHECK(b.book.next_due() <= b.now + 601s);
  b.pass(599s);
  CHECK(b.reserved() == ids{"default-a"});
  b.pass(2s);
  CHECK(b.reserved().empty());
  CHECK(b.write() == 1);
  CHECK(b.written().empty());
  b.pass(remember_ended_for);
  CHECK(b.book.find("uid-web")->entries().empty());
}

TEST_CASE("reservation book: scaled down, it keeps nothing a second later, and for good") {
  beside b;
  b.listed();
  b.place(beside::replica("a"));
  b.place(beside::replica("b"));
  b.gone(beside::replica("a"));
  b.write();
  b.web.replicas = 1;
  b.book.workload_seen(workload_kind::replica_set, b.web);
  b.catch_up();
  CHECK(b.reserved() == ids{"default-a"});  // one watch may be behind another
  CHECK(b.write() == 0);
  b.pass(settle_after);
  CHECK(b.reserved().empty());
  CHECK(b.write() == 1);
  CHECK(b.written().empty());
  b.web.replicas = 2;
  b.book.workload_seen(workload_kind::replica_set, b.web);
  b.catch_up();
  CHECK(b.reserved().empty());
}

TEST_CASE("reservation book: it ends with its workload, and when that says no") {
  for (const bool deleted : {true, false}) {
    beside b;
    b.listed();
    b.place(beside::replica("a"));
    b.gone(beside::replica("a"));
    b.write();
    if (deleted) {
      b.book.workload_gone("uid-web");
    } else {
      b.web.annotations.set(opt_in_annotation, "0s");
      b.book.workload_seen(workload_kind::replica_set, b.web);
    }
    b.catch_up();
    b.pass(settle_after);
    CHECK(b.reserved().empty());
    CHECK(b.write() == 1);
    CHECK(b.written().empty());
    b.pass(remember_ended_for);
    CHECK(b.book.owner_count() == 0);
  }
}

TEST_CASE("reservation book: after a restart the annotations say all, and those of others are left alone") {
  beside before;
  before.listed();
  before.place(beside::replica("a").created(1'699'999'000));
  before.place(beside::replica("b").created(1'699'999'000));
  before.gone(beside::replica("a"));
  before.write();

  beside b;
  b.node = before.node;
  b.node.annotations.set("reserve.cpu/by-hand", "1");
  b.now = before.now + 5s;
  b.pods["default-b"] = beside::replica("b").created(1'699'999'000);
  b.listed();
  CHECK(b.reserved() == ids{"by-hand", "default-a"});
  CHECK(b.write() == 0);
  b.place(beside::replica("c").created(1'700'003'605));
  CHECK(b.reserved() == ids{"by-hand"});
  CHECK(b.write() == 1);
  CHECK(b.written() == ids{"by-hand"});
}

TEST_CASE("reservation book: after a restart a pod as young as the reservation is not taken for the one that used it") {
  beside before;
  before.listed();
  before.place(beside::replica("a").created(1'700'003'599));
  before.place(beside::replica("b").created(1'700'003'599));
  before.gone(beside::replica("a"));
  before.write();

  for (const bool rebuilt : {false, true}) {
    beside b;
    b.node = before.node;
    b.now = before.now + 1s;
    b.pods["default-b"] = beside::replica("b").created(1'700'003'599);
    if (rebuilt) b.pods["default-c"] = beside::replica("c").created(1'700'003'600);
    b.listed();
    b.pass(settle_after);
    CHECK(b.reserved() == (rebuilt ? ids{} : ids{"default-a"}));
  }
}

TEST_CASE("reservation book: a workload that is gone when berth comes back leaves nothing reserved") {
  beside before;
  before.listed();
  before.place(beside::replica("a"));
  before.gone(beside::replica("a"));
  before.write();
  beside b;
  b.node = before.node;
  b.web.uid = "another";
  b.listed();
  b.pass(settle_after);
  CHECK(b.reserved().empty());
  CHECK(b.write() == 1);
  CHECK(b.written().empty());
}

TEST_CASE("reservation book: one that somebody takes away by hand has ended") {
  beside b;
  b.listed();
  b.place(beside::replica("a"));
  b.gone(beside::replica("a"));
  b.write();
  b.node.annotations = {};
  b.see();
  CHECK(b.reserved() == ids{"default-a"});  // it may be an old state
  b.pass(settle_after);
  CHECK(b.reserved().empty());
  CHECK(b.write() == 0);
}

TEST_CASE("reservation book: two books beside each other come to write the same") {
  beside one, other;
  other.now = one.now + 3s;  // clocks differ
  for (beside* b : {&one, &other}) {
    b->listed();
    b->place(beside::replica("a"));
    b->gone(beside::replica("a"));
  }
  for (int turn = 0; turn < 4; ++turn)
    for (beside* b : {&one, &other}) {
      b->pass(write_again_after);
      b->write();
      (b == &one ? other : one).node = b->node;
      (b == &one ? other : one).see();
    }
  CHECK(one.written() == ids{"default-a"});
  CHECK(one.write() + other.write() == 0);
  one.pass(write_again_after);
  other.pass(write_again_after);
  CHECK(one.write() + other.write() == 0);
}

TEST_CASE("reservation book: a write that failed is made again; one that succeeded waits for the watch") {
  beside b;
  b.listed();
  b.place(beside::replica("a"));
  b.gone(beside::replica("a"));
  CHECK(b.book.take_writes("uid-web", b.now).size() == 1);
  CHECK(b.book.take_writes("uid-web", b.now).empty());
  b.book.not_written("uid-web", "n1");
  CHECK(b.book.take_writes("uid-web", b.now).size() == 1);
  b.pass(write_again_after);
  CHECK(b.book.take_writes("uid-web", b.now).size() == 1);
}

TEST_CASE("reservation book: a node whose annotations are full keeps nothing, and says so once") {
  beside b;
  b.node.annotations.set("big", std::string(most_annotation_bytes, 'x'));
  b.listed();
  b.place(beside::replica("a"));
  b.gone(beside::replica("a"));
  const auto patches = b.book.take_writes("uid-web", b.now);
  REQUIRE(patches.size() == 1);
  CHECK(patches.front().body.empty());
  CHECK(patches.front().gave_up.front() == "default-a");
  b.catch_up();
  CHECK(b.reserved().empty());
  CHECK(b.book.take_writes("uid-web", b.now + write_again_after).empty());
}

TEST_CASE("reservation book: pods of others, and of workloads that do not ask, leave nothing behind") {
  beside b;
  b.web.annotations = {};
  b.listed();
  b.place(beside::replica("a"));
  b.gone(beside::replica("a"));
  b.place(make_pod("alone").on("n1"));
  b.gone(make_pod("alone").on("n1"));
  CHECK(b.reserved().empty());
  CHECK(b.book.owner_count() == 0);
}

TEST_CASE("reservation book: a pod that goes before the workloads are known is judged when they are") {
  beside b;
  b.place(beside::replica("a"));
  b.gone(beside::replica("a"));
  b.listed();
  CHECK(b.reserved() == ids{"default-a"});
}

TEST_CASE("reservation book: what is wrong with the annotation is news once") {
  beside b;
  b.web.annotations.set(opt_in_annotation, "soon");
  CHECK(!b.book.workload_seen(workload_kind::replica_set, b.web).empty());
  CHECK(b.book.workload_seen(workload_kind::replica_set, b.web).empty());
  b.web.annotations.set(opt_in_annotation, "-1s");
  CHECK(!b.book.workload_seen(workload_kind::replica_set, b.web).empty());
}

TEST_CASE("reservation book: the room of a pod that goes because it is one too many is nobody's at once") {
  beside b;
  b.listed();
  b.place(beside::replica("a"));
  b.place(beside::replica("b"));
  b.web.replicas = 1;
  b.book.workload_seen(workload_kind::replica_set, b.web);
  b.catch_up();
  b.place(beside::replica("a").terminating(1'700'003'630));
  CHECK(b.write() == 0);
  b.gone(beside::replica("a").terminating(1'700'003'630));
  CHECK(b.reserved().empty());
  b.web.replicas = 2;  // too late
  b.book.workload_seen(workload_kind::replica_set, b.web);
  b.catch_up();
  CHECK(b.reserved().empty());
}
