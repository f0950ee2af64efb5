#include "scoring/plugins/volume_bind.hpp"
#include "test/scoring/plugins/upstream_rows.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// Twins of upstream's tests of what becomes of volumes and claims once a node is chosen (volumebinding,
/// binder_test.go), as test/upstream_tables/binder_tables.py writes them.
using namespace berth;
using namespace berth::test;

namespace {

template <class Object>
std::shared_ptr<const Object> object_in(const k8s::value& v) {
  std::shared_ptr<const Object> found;
  for_each_storage_object(json(v), [&](const auto& o) {
    if constexpr (std::is_same_v<std::decay_t<decltype(*o)>, Object>) found = o;
  });
  return found;
}

k8s::claim_ptr claim_in(const k8s::value& v) { return object_in<k8s::persistent_volume_claim>(v); }
k8s::volume_ptr volume_in(const k8s::value& v) { return object_in<k8s::persistent_volume>(v); }

volume_plan plan_in(const k8s::value& row) {
  const k8s::value& given = member(row, "plan");
  volume_plan plan;
  for (const k8s::value& b : items(given, "bindings"))
    plan.bindings.push_back({claim_in(member(b, "claim")), volume_in(member(b, "volume"))});
  for (const k8s::value& claim : items(given, "provisions")) plan.provisions.push_back({claim_in(claim), nullptr});
  return plan;
}

const std::string& key_of(const k8s::persistent_volume& v) { return v.name; }
const std::string& key_of(const k8s::persistent_volume_claim& c) { return c.key.name; }
std::string shown_of(const k8s::persistent_volume& v) { return v.claim ? v.claim->key.name : ""; }
std::string shown_of(const k8s::persistent_volume_claim& c) { return c.selected_node.value_or(""); }

// Of volumes and claims by name: the claim, the selected node.
using shown_objects = std::map<std::string, std::string>;

shown_objects shown_in(const k8s::value& of, const char* kind) {
  shown_objects found;
  if (const auto* all = member(of, kind).as_map())
    for (const auto& [name, what] : *all) found[name] = text(what);
  return found;
}

// Writes what has the version that is there.
struct server {
  struct stored {
    std::string version;
    std::string what;
  };
  std::map<std::string, stored> volumes, claims;

  std::map<std::string, stored>& table_of(const k8s::persistent_volume&) { return volumes; }
  std::map<std::string, stored>& table_of(const k8s::persistent_volume_claim&) { return claims; }

  void put(const k8s::value& object) {
    for_each_storage_object(json(object), [&](const auto& o) {
      if constexpr (requires { table_of(*o); }) table_of(*o)[key_of(*o)] = {o->resource_version, shown_of(*o)};
    });
  }
  template <class Object>
  write_reply write(const Object& o) {
    stored& there = table_of(o)[key_of(o)];
    if (there.version != o.resource_version) return {"conflict", ""};
    there = {std::to_string(std::stoi(there.version) + 1), shown_of(o)};
    return {"", there.version};
  }
  static shown_objects shown(const std::map<std::string, stored>& table) {
    shown_objects all;
    for (const auto& [name, s] : table) all[name] = s.what;
    return all;
  }
};

struct binder {
  explicit binder(const k8s::value& row) : a("VolumeBinding", "", row), bindings(plan_in(row), "node1") {}

  storage& objects() { return a.nodes.storage(); }
  void apply(effects& wanted) {
    for (const effect& e : wanted.take()) {
      if (const auto* assumed = std::get_if<assume_storage>(&e))
        std::visit([&](const auto& o) { objects().assume(o); }, assumed->object);
      if (const auto* restored = std::get_if<restore_storage>(&e))
        std::visit([&](const auto& o) { objects().restore(*o); }, restored->object);
    }
  }
  void assume() {
    effects wanted;
    bindings.assume(wanted);
    apply(wanted);
  }
  void restore() {
    effects wanted;
    bindings.restore(wanted);
    apply(wanted);
  }
  // "" or the error. What is written is seen at once.
  std::string write(server& to) {
    std::vector<write_reply> replies;
    std::vector<storage_write> seen;
    for (const storage_write& w : bindings.writes()) {
      std::visit(
          [&](const auto& o) {
            replies.push_back(to.write(*o));
            auto copy = std::make_shared<std::decay_t<decltype(*o)>>(*o);
            copy->resource_version = replies.back().resource_version;
            seen.emplace_back(std::shared_ptr<const std::decay_t<decltype(*o)>>(std::move(copy)));
          },
          w);
      if (!replies.back().error.empty()) break;
    }
    effects wanted;
    std::string error = bindings.written(replies, wanted);
    apply(wanted);
    if (error.empty())
      for (const storage_write& w : seen) std::visit([&](const auto& o) { objects().set(o); }, w);
    return error;
  }
  volume_bindings::state check() {
    return bindings.check(&a.nodes.node(a.nodes.find_node("node1")), "node1", objects());
  }
  void expect(const k8s::value& want) {
    for (const auto& [name, claim] : shown_in(want, "volumes")) {
      const k8s::persistent_volume* v = objects().volume(name);
      REQUIRE(v != nullptr);
      CHECK_MESSAGE(shown_of(*v) == claim, name);
    }
    for (const auto& [name, node] : shown_in(want, "claims")) {
      const k8s::persistent_volume_claim* c = objects().claim({"testns", name});
      REQUIRE(c != nullptr);
      CHECK_MESSAGE(shown_of(*c) == node, name);
    }
  }
  // As the watches show them.
  void expect_nothing_assumed() {
    objects().volumes.for_each([&](const k8s::volume_ptr& v) { CHECK_FALSE(objects().volumes.is_assumed(v->name)); });
    objects().claims.for_each([&](const k8s::claim_ptr& c) { CHECK_FALSE(objects().claims.is_assumed(c->key)); });
  }

  asked a;
  volume_bindings bindings;
};

void check_progress(binder& b, const k8s::value& want) {
  const volume_bindings::state s = b.check();
  CHECK((s.what == volume_bindings::progress::failed) == truth(member(want, "fails")));
  CHECK((s.what == volume_bindings::progress::done) == truth(member(want, "bound")));
}

server server_in(const k8s::value& row) {
  server s;
  for (const k8s::value& object : items(row, "server")) s.put(object);
  return s;
}

void assumed(const k8s::value& row) {
  binder b(row);
  const k8s::value& want = member(row, "want");
  CHECK(all_bound(*b.a.pod.pod, b.objects()) == truth(member(want, "all_bound")));
  b.assume();
  b.expect(want);
  b.restore();  // TestRevertAssumedPodVolumes does so with the volume and the claim of one of these rows
  b.expect_nothing_assumed();
}

void written(const k8s::value& row) {
  binder b(row);
  server s = server_in(row);
  const k8s::value& want = member(row, "want");
  b.assume();
  CHECK(b.write(s).empty() != truth(member(want, "fails")));
  b.expect(want);
  CHECK(server::shown(s.volumes) == shown_in(member(want, "server"), "volumes"));
  CHECK(server::shown(s.claims) == shown_in(member(want, "server"), "claims"));
}

void waited_for(const k8s::value& row) {
  binder b(row);
  b.assume();
  check_progress(b, member(row, "want"));
}

void written_and_waited_for(const k8s::value& row) {
  binder b(row);
  server s = server_in(row);
  b.assume();
  if (const std::string error = b.write(s); !error.empty()) {
    CHECK(truth(member(member(row, "want"), "fails")));
    return;
  }
  for (const k8s::value& object : items(row, "then"))
    for_each_storage_object(json(object), [&](const auto& o) { b.objects().set(o); });
  for (const k8s::value& name : items(row, "gone"))
    b.objects().remove(k8s::persistent_volume_claim(*b.objects().claim({"testns", text(name)})));
  check_progress(b, member(row, "want"));
}

// Every row of a table; `count` as in docs/parity.md.
void each(const std::string& table, std::size_t count, void (*check)(const k8s::value& row)) {
  for (const k8s::value& row : rows("volumebinding", {table}, count)) {
    CAPTURE(table);
    CAPTURE(text(member(row, "name")));
    check(row);
  }
}

}  // namespace

TEST_CASE("upstream's tables: what VolumeBinding assumes, and takes back") { each("TestAssumePodVolumes", 5, assumed); }

TEST_CASE("upstream's tables: what VolumeBinding writes, and what counts where the API server refuses some of it") {
  each("TestBindAPIUpdate", 8, written);
}

TEST_CASE("upstream's tables: what VolumeBinding waits for") {
  each("TestCheckBindings", 17, waited_for);
  each("TestCheckBindingsWithCSIMigration", 6, waited_for);
}

TEST_CASE("upstream's tables: volumes and claims that are written, and what others do with them then") {
  each("TestBindPodVolumes", 10, written_and_waited_for);
}

// Upstream's TestFindAssumeVolumes: of two volumes of one size, the one that was taken stays the pod's.
TEST_CASE("upstream's tables: a pod whose volume is assumed finds the same volume again") {
  const auto volume = [](const std::string& name, const std::string& node) {
    return R"({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": ")" + name +
           R"(", "resourceVersion": "1"}, "spec": {"capacity": {"storage": "5G"}, "storageClassName": "waitClass",
           "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "nodeKey",
           "operator": "In", "values": [")" +
           node + R"("]}]}]}}}, "status": {"phase": "Available"}})";
  };
  const std::string row =
      R"({"pod": {"metadata": {"name": "p", "namespace": "testns", "uid": "p"}, "spec": {"volumes": [{"name": "v",
      "persistentVolumeClaim": {"claimName": "unbound-pvc"}}]}}, "nodes": [{"metadata": {"name": "node1",
      "labels": {"nodeKey": "node1"}}}], "objects": [{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
      "metadata": {"name": "waitClass"}, "volumeBindingMode": "WaitForFirstConsumer",
      "provisioner": "kubernetes.io/no-provisioner"}, {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": {"name": "unbound-pvc", "namespace": "testns", "uid": "pvc-uid", "resourceVersion": "1"},
      "spec": {"storageClassName": "waitClass", "resources": {"requests": {"storage": "1G"}}}}, )" +
      volume("pv-node2", "node2") + ", " + volume("pv-node1a", "node1") + ", " + volume("pv-node1b", "node1") + "]}";
  binder b(k8s::read_value(row, "row").value());
  const k8s::node& node = b.a.nodes.node(b.a.nodes.find_node("node1"));
  const auto found = [&] {
    volume_needs needs;
    REQUIRE(needs.resolve(*b.a.pod.pod, b.objects()).is_ok());
    volume_plan plan;
    REQUIRE(needs.judge(node, b.objects(), plan).is_ok());
    REQUIRE(plan.bindings.size() == 1);
    return plan;
  };
  const std::string chosen = found().bindings[0].volume->name;
  b.bindings = volume_bindings(found(), "node1");
  b.assume();
  REQUIRE(b.objects().volumes.is_assumed(chosen));
  CHECK(found().bindings[0].volume->name == chosen);
  CHECK(found().bindings[0].volume->claim->key.name == "unbound-pvc");
}
