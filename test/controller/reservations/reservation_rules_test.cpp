#include "controller/reservations/reservation_rules.hpp"
#include "controller/reservations/reservation_opt_in.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

constexpr k8s::timestamp at(int seconds) { return k8s::timestamp(std::chrono::seconds(1000 + seconds)); }

reservation_owner web(std::int32_t replicas) {
  reservation_owner o;
  o.kind = "ReplicaSet";
  o.key = {"default", "web"};
  o.uid = "uid-web";
  o.replicas = replicas;
  o.hold = 600s;
  return o;
}
void place(reservation_owner& o, const make_pod& pod, bool assumed = false) {
  const k8s::pod_ptr p = pod;
  o.pods[p->uid] = {p, assumed, false, false};
}
/// What "web-<name>" held on the node, reserved since then.
reservation_entry freed(const std::string& name, const std::string& node, int since, int hold = 600) {
  reservation_entry e;
  e.id = "default-" + name;
  e.node = node;
  e.amounts = resources_of({{"cpu", "1"}, {"pods", "1"}});
  e.since = at(since);
  e.expires = at(since + hold);
  return e;
}
make_pod replica(const std::string& name, const std::string& node) {
  return make_pod(name).owner("ReplicaSet", "web").cpu("1").on(node);
}

std::string letters(const reservation_owner& o, const std::vector<reservation_entry>& entries, k8s::timestamp now) {
  std::vector<const reservation_entry*> all;
  for (const reservation_entry& e : entries) all.push_back(&e);
  std::string out;
  for (const ruling& r : rule(o, all, now)) out += "hcues"[static_cast<std::size_t>(r.what)];
  return out;
}

}  // namespace

TEST_CASE("opt-in: a Go duration of at most a day; 0s is no; what is malformed is told and reserves nothing") {
  const auto of = [](const char* text) { return opt_in_of({{opt_in_annotation, text}}); };
  CHECK(opt_in_of({}) == opt_in{});
  CHECK(of("10m") == opt_in{600s, ""});
  CHECK(of("1h30m") == opt_in{5400s, ""});
  CHECK(of("24h") == opt_in{86400s, ""});
  CHECK(of("1500ms") == opt_in{2s, ""});
  CHECK(of("0s") == opt_in{});
  CHECK(of("0") == opt_in{});
  CHECK(of("soon").problem ==
        "berth.dev/reserve-on-recreate: \"soon\" is not a duration like 10m or 1h30m; nothing is reserved");
  CHECK(of("-1m").problem == "berth.dev/reserve-on-recreate: \"-1m\" is negative; nothing is reserved");
  CHECK(of("24h1s").problem == "berth.dev/reserve-on-recreate: \"24h1s\" is longer than 24h; nothing is reserved");
  CHECK(of("").hold == 0s);
  CHECK(of("10").hold == 0s);
}

TEST_CASE("reservation rules: a replica is missing, so the room of its predecessor is kept until it expires") {
  reservation_owner o = web(1);
  CHECK(letters(o, {freed("a", "n1", 0)}, at(1)) == "h");
  CHECK(letters(o, {freed("a", "n1", 0)}, at(599)) == "h");
  CHECK(letters(o, {freed("a", "n1", 0)}, at(600)) == "e");
  reservation_entry there = freed("a", "n1", 0);
  there.pod_is_there = true;  // it keeps nothing yet
  CHECK(letters(o, {there}, at(900)) == "h");
}

TEST_CASE("reservation rules: the replacement on that node uses it up; one that was there before does not") {
  reservation_owner o = web(3);
  place(o, replica("b", "n1"));
  reservation_entry e = freed("a", "n1", 0);
  CHECK(letters(o, {e}, at(1)) == "u");
  e.before.insert("default-b");
  CHECK(letters(o, {e}, at(1)) == "h");
  // One pod uses one of two: the one of its size, else the older.
  place(o, replica("c", "n1"));
  reservation_entry big = freed("x", "n1", -5);
  big.before.insert("default-b");
  big.amounts = resources_of({{"cpu", "2"}, {"pods", "1"}});
  CHECK(letters(o, {big, e}, at(1)) == "hu");
  e.amounts = big.amounts;
  CHECK(letters(o, {big, e}, at(1)) == "uh");
}

TEST_CASE("reservation rules: a pod that has used one up does not use another") {
  reservation_owner o = web(2);
  place(o, replica("b", "n1"));
  o.pods.at("default-b").used_one = true;
  CHECK(letters(o, {freed("a", "n1", 0)}, at(1)) == "h");
}

TEST_CASE("reservation rules: of more reservations than replicas are missing, the newest hold") {
  reservation_owner o = web(3);
  const std::vector<reservation_entry> three{freed("a", "n1", 0), freed("b", "n2", 1), freed("c", "n3", 2)};
  CHECK(letters(o, three, at(3)) == "hhh");
  place(o, replica("d", "n9"));  // a replacement found another node
  CHECK(letters(o, three, at(3)) == "shh");
  o.replicas = 2;  // scaled down
  CHECK(letters(o, three, at(3)) == "ssh");
  o.replicas = 0;
  CHECK(letters(o, three, at(3)) == "sss");
  o.replicas = 3;
  o.hold = 0s;  // the annotation was taken away, or the workload is gone
  CHECK(letters(o, three, at(3)) == "sss");
}

TEST_CASE("reservation rules: pods being deleted do not count as replicas, nor those whose room is reserved already") {
  reservation_owner o = web(1);
  place(o, replica("b", "n9").terminating());
  CHECK(letters(o, {freed("a", "n1", 0)}, at(1)) == "h");
  place(o, replica("b", "n9"));
  CHECK(letters(o, {freed("a", "n1", 0)}, at(1)) == "s");
  o.pods.at("default-b").leaving = true;
  CHECK(letters(o, {freed("a", "n1", 0)}, at(1)) == "h");
}

TEST_CASE("reservation rules: a pod that is only assumed claims its reservation, and ends none") {
  reservation_owner o = web(1);
  place(o, replica("b", "n1"), true);
  CHECK(letters(o, {freed("a", "n1", 0)}, at(1)) == "c");
  CHECK(letters(o, {freed("a", "n2", 0)}, at(1)) == "h");
  o.replicas = 0;
  CHECK(letters(o, {freed("a", "n1", 0)}, at(1)) == "s");
}

TEST_CASE("reservation rules: of too many, the one that is claimed holds before the newest") {
  reservation_owner o = web(2);
  place(o, replica("b", "n9"));
  place(o, replica("c", "n1"), true);
  CHECK(letters(o, {freed("a", "n1", 0), freed("d", "n2", 1)}, at(2)) == "cs");
}

TEST_CASE("reservation rules: what a pod held is all that it asked for, its sidecars and extended resources among it") {
  const k8s::pod pod =
      make_pod("a").cpu("500m").memory("1Gi").request("nvidia.com/gpu", "2").request("ephemeral-storage", "1Gi");
  CHECK(
      room_of(pod) ==
      resources_of(
          {{"cpu", "500m"}, {"memory", "1Gi"}, {"nvidia.com/gpu", "2"}, {"ephemeral-storage", "1Gi"}, {"pods", "1"}}));
  CHECK(room_of(make_pod("b")) == resources_of({{"pods", "1"}}));
}

TEST_CASE("reservation rules: it ends a hold after the pod is to be gone, or after now where that has passed") {
  const k8s::pod going = make_pod("a").terminating(1030);
  CHECK(expiry_of(going, 600s, at(0)) == at(630));
  CHECK(expiry_of(going, 600s, at(100)) == at(700));
  CHECK(expiry_of(make_pod("b"), 600s, at(100)) == at(700));
}
