#include "k8s/codec/cluster_file.hpp"
#include "test/controller/world.hpp"
#include "test/support/seeds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

/// Pods with claims, in the process as a whole: volumes are assumed, written, waited for, and given back.

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

using volume = k8s::persistent_volume;
using claim = k8s::persistent_volume_claim;

k8s::storage_class_ptr make_class(std::string name, std::string provisioner) {
  k8s::storage_class c;
  c.uid = name + "-uid";
  c.name = std::move(name);
  c.resource_version = "1";
  c.provisioner = std::move(provisioner);
  c.waits_for_first_consumer = true;
  return std::make_shared<const k8s::storage_class>(std::move(c));
}

controller::scheduler_configuration configuration(const std::string& bind_timeout = "600") {
  return controller::parse_configuration(
      "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: [{schedulerName: berth, "
      "pluginConfig: [{name: VolumeBinding, args: {bindTimeoutSeconds: " +
          bind_timeout + "}}]}]\n",
      "configuration");
}

/// The server's volumes and claims, and the controllers that act on them.
struct volume_world {
  explicit volume_world(const std::string& bind_timeout = "600", std::size_t lanes = 32)
      : w(settings_with(lanes), scoring::default_registry(), configuration(bind_timeout)) {
    w.api.others = [this](const request& r) { return serve(r); };
  }

  void list(int nodes) {
    std::vector<k8s::node_ptr> all;
    for (int i = 0; i < nodes; ++i) all.push_back(make_node("n" + std::to_string(i)));
    w.list(std::move(all));
    add_classes();
  }
  void add_classes() {
    w.scheduler.cache().storage().store_of<k8s::storage_class>().applied(
        make_class("local", "kubernetes.io/no-provisioner"));
    w.scheduler.cache().storage().store_of<k8s::storage_class>().applied(make_class("made", "csi.example.com"));
  }
  void add_volume(const std::string& name, const std::string& node, std::int64_t gib = 1) {
    volume v;
    v.name = name;
    v.uid = name + "-uid";
    v.capacity = k8s::quantity::from_value(gib << 30);
    v.access_modes = {"ReadWriteOnce"};
    v.class_name = "local";
    v.available = true;
    v.nodes = k8s::node_selector{{{{{"kubernetes.io/hostname", k8s::selector_operator::in, {node}}}, {}}}};
    put(std::move(v));
  }
  void add_claim(const std::string& name, const std::string& cls, std::int64_t gib = 1) {
    claim c;
    c.key = {"default", name};
    c.uid = name + "-uid";
    c.access_modes = {"ReadWriteOnce"};
    c.class_name = cls;
    c.request = k8s::quantity::from_value(gib << 30);
    put(std::move(c));
  }
  void create_pod(const std::string& name, const std::vector<std::string>& mounted, std::int32_t priority = 0) {
    make_pod p = make_pod(name).priority(priority);
    p.cpu("1m").scheduler("berth");
    for (const std::string& c : mounted) p.volume(k8s::volume_kind::claim, c);
    w.create(p);
  }

  void put(volume v) {
    v.resource_version = std::to_string(++version);
    volumes.insert_or_assign(v.name, v);
    if (watching) w.scheduler.cache().storage().store_of<volume>().applied(std::make_shared<const volume>(v));
  }
  void put(claim c) {
    c.resource_version = std::to_string(++version);
    claims.insert_or_assign(c.key.name, c);
    if (watching) w.scheduler.cache().storage().store_of<claim>().applied(std::make_shared<const claim>(c));
  }
  void catch_up() {
    watching = true;
    std::vector<std::shared_ptr<const volume>> all_volumes;
    for (const auto& [name, v] : volumes) all_volumes.push_back(std::make_shared<const volume>(v));
    w.scheduler.cache().storage().store_of<volume>().replaced(std::move(all_volumes));
    std::vector<std::shared_ptr<const claim>> all_claims;
    for (const auto& [name, c] : claims) all_claims.push_back(std::make_shared<const claim>(c));
    w.scheduler.cache().storage().store_of<claim>().replaced(std::move(all_claims));
  }

  /// The volume controller: volumes with a claim are bound both ways; where the claim has another one, they are freed.
  void bind_claims() {
    for (auto [name, v] : volumes) {
      if (!v.claim || v.claim->uid.empty() || !v.available) continue;
      claim c = claims.at(v.claim->key.name);
      if (!c.volume_name.empty()) {
        v.claim.reset();
        put(v);
        continue;
      }
      c.volume_name = name;
      c.bind_completed = c.has_annotations = true;
      v.available = false;
      put(v);
      put(c);
    }
  }
  /// A provisioner makes what is asked for; or gives up, which takes the annotation away.
  void provision(bool fail = false) {
    for (auto [name, c] : claims) {
      if (!c.selected_node || !c.volume_name.empty()) continue;
      if (fail) {
        c.selected_node.reset();
        put(c);
        continue;
      }
      add_volume("made-" + name, *c.selected_node);
      volume v = volumes.at("made-" + name);
      v.claim = k8s::claim_reference{c.key, c.uid};
      v.class_name = "made";
      v.available = false;
      put(v);
      c.volume_name = v.name;
      c.bind_completed = true;
      put(c);
    }
  }

  static k8s::error no(k8s::errc code, int status, std::string why) {
    return {.code = code, .detail = std::move(why), .http_status = status};
  }
  std::string field(const k8s::value& from, std::initializer_list<const char*> path) {
    const k8s::value* at = &from;
    for (const char* name : path)
      if ((at = at->find(name)) == nullptr) return "";
    return at->as_string() == nullptr ? "" : *at->as_string();
  }
  std::optional<k8s::result<std::string>> serve(const request& r) {
    if (r.method != "PATCH" || r.path.find("persistentvolume") == r.path.npos) return std::nullopt;
    const k8s::value body = *k8s::read_value(r.body, "request");
    const std::string name = r.path.substr(r.path.rfind('/') + 1);
    const auto answer = [&](const char* kind) {
      return std::string(R"({"kind":")") + kind + R"(","metadata":{"name":")" + name +
             R"(","namespace":"default","resourceVersion":")" + std::to_string(version) + "\"}}";
    };
    const auto conflict = [&](const char* plural) {
      return no(k8s::errc::conflict, 409,
                std::string("Operation cannot be fulfilled on ") + plural + " \"" + name +
                    "\": the object has been modified; please apply your changes to the latest version and try again");
    };
    if (r.path.find("/persistentvolumes/") != r.path.npos) {
      volume v = volumes.at(name);
      if (field(body, {"metadata", "resourceVersion"}) != v.resource_version) return conflict("persistentvolumes");
      const k8s::object_key key{field(body, {"spec", "claimRef", "namespace"}),
                                field(body, {"spec", "claimRef", "name"})};
      CHECK((!v.claim || v.claim->key == key));  // never taken from another claim
      v.claim = k8s::claim_reference{key, field(body, {"spec", "claimRef", "uid"})};
      v.bound_by_controller = !field(body, {"metadata", "annotations", "pv.kubernetes.io/bound-by-controller"}).empty();
      put(std::move(v));
      return answer("PersistentVolume");
    }
    claim c = claims.at(name);
    if (field(body, {"metadata", "resourceVersion"}) != c.resource_version) return conflict("persistentvolumeclaims");
    c.selected_node = field(body, {"metadata", "annotations", "volume.kubernetes.io/selected-node"});
    c.has_annotations = true;
    put(std::move(c));
    return answer("PersistentVolumeClaim");
  }
  std::string nominated(const std::string& pod) const { return w.api.pods.at({"default", pod}).nominated_node_name; }
  std::size_t assumed() const {
    const scoring::storage& s = w.scheduler.cache().index().storage();
    std::size_t n = 0;
    for (const auto& [name, v] : volumes) n += s.volumes.is_assumed(name);
    for (const auto& [name, c] : claims) n += s.claims.is_assumed(c.key);
    return n;
  }

  std::map<std::string, volume> volumes;
  std::map<std::string, claim> claims;
  int version = 0;
  bool watching = true;
  world w;
};

}  // namespace

TEST_CASE(
    "volumes: a claim that waits for its consumer is bound to a local volume, then the pod to the volume's node") {
  volume_world v;
  v.list(3);
  v.add_volume("large", "n1", 5);
  v.add_volume("small", "n1", 2);
  v.add_claim("data", "local");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  CHECK(v.volumes.at("small").claim->key.name == "data");
  CHECK(v.volumes.at("small").bound_by_controller);
  CHECK_FALSE(v.volumes.at("large").claim);
  CHECK(v.w.node_of("p") == "");  // the volume controller has its say first
  v.bind_claims();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n1");
  CHECK(v.assumed() == 0);
}

TEST_CASE("volumes: a claim that is bound to another volume than the chosen one takes the pod to that volume's node") {
  volume_world v;
  v.list(2);
  v.add_volume("chosen", "n0");
  v.add_claim("data", "local");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  REQUIRE(v.volumes.at("chosen").claim);
  v.add_volume("other", "n1");
  volume other = v.volumes.at("other");
  other.claim = k8s::claim_reference{{"default", "data"}, "data-uid"};
  other.available = false;
  v.put(other);
  claim data = v.claims.at("data");
  data.volume_name = "other";
  data.bind_completed = data.has_annotations = true;
  v.put(data);
  v.w.advance(1s);
  REQUIRE(v.w.find_event("p", "FailedScheduling") != nullptr);
  CHECK(
      v.w.find_event("p", "FailedScheduling")->note ==
      R"(running PreBind plugin "VolumeBinding": binding volumes: PVC "default/data" was bound to pv "other" and not to "chosen")");
  v.w.advance(10s);
  CHECK(v.w.node_of("p") == "n1");
}

TEST_CASE("volumes: a claim is provisioned for the node that was selected, then the pod is bound") {
  volume_world v;
  v.list(1);
  v.add_claim("data", "made");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  CHECK(v.claims.at("data").selected_node == "n0");
  CHECK(v.w.node_of("p") == "");
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
}

TEST_CASE("volumes: two pods at once are not given one volume") {
  volume_world v;
  v.list(2);
  v.add_volume("a", "n0");
  v.add_claim("x", "local");
  v.add_claim("y", "local");
  v.create_pod("px", {"x"});
  v.create_pod("py", {"y"});
  v.w.advance(1s);
  v.bind_claims();
  v.w.advance(1s);
  CHECK((v.w.node_of("px") == "n0") != (v.w.node_of("py") == "n0"));
  // Another volume comes: the other pod need not wait longer.
  v.add_volume("b", "n1");
  v.w.advance(2s);
  v.bind_claims();
  v.w.advance(1s);
  CHECK(v.w.node_of("px") != "");
  CHECK(v.w.node_of("py") != "");
}

TEST_CASE("volumes: a provisioner that never answers costs the pod its attempt, and others nothing") {
  volume_world v("60", 4);
  v.list(2);
  for (int i = 0; i < 100; ++i) {
    v.add_claim("c" + std::to_string(i), "made");
    v.create_pod("p" + std::to_string(i), {"c" + std::to_string(i)});
  }
  v.w.advance(2s);
  for (int i = 0; i < 20; ++i) v.create_pod("q" + std::to_string(i), {});
  v.w.advance(1s);
  for (int i = 0; i < 20; ++i) CHECK(v.w.node_of("q" + std::to_string(i)) != "");
  CHECK(v.w.find_event("p0", "FailedScheduling") == nullptr);
  v.w.advance(61s);
  for (const char* name : {"p0", "p99"}) {
    REQUIRE(v.w.find_event(name, "FailedScheduling") != nullptr);
    CHECK(v.w.find_event(name, "FailedScheduling")->note ==
          R"(running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded)");
    CHECK(v.w.api.pods.at({"default", name}).scheduled->reason == "SchedulerError");
  }
  v.provision();
  v.w.advance(30s);
  for (int i = 0; i < 100; ++i) CHECK(v.w.node_of("p" + std::to_string(i)) != "");
}

TEST_CASE("volumes: a provisioner that gives up sends the pod back, and it is tried again") {
  volume_world v;
  v.list(1);
  v.add_claim("data", "made");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  v.provision(true);
  v.w.advance(100ms);
  REQUIRE(v.w.find_event("p", "FailedScheduling") != nullptr);
  CHECK(v.w.find_event("p", "FailedScheduling")->note ==
        R"(running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "data")");
  v.w.advance(5s);
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
}

TEST_CASE("volumes: a write that the server refuses sends the pod back with the server's words, and frees the volume") {
  volume_world v;
  v.list(1);
  v.add_volume("a", "n0");
  v.add_claim("x", "local");
  // Somebody changes the volume while the write is on its way, and the watch is late.
  v.w.api.latency = [&](const request& r) {
    if (r.path.find("/persistentvolumes/") != r.path.npos && v.watching) {
      v.watching = false;
      v.put(v.volumes.at("a"));
    }
    return std::chrono::milliseconds(5);
  };
  v.create_pod("p", {"x"});
  v.w.advance(100ms);
  REQUIRE(v.w.find_event("p", "FailedScheduling") != nullptr);
  CHECK(
      v.w.find_event("p", "FailedScheduling")->note ==
      R"(running PreBind plugin "VolumeBinding": Operation cannot be fulfilled on persistentvolumes "a": the object has been modified; please apply your changes to the latest version and try again)");
  CHECK(v.assumed() == 0);
  v.w.api.latency = [](const request&) { return std::chrono::milliseconds(5); };
  v.catch_up();
  v.w.advance(5s);
  v.bind_claims();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
}

TEST_CASE("volumes: a pod that waits is nominated to its node, until it is bound or its attempt has failed") {
  volume_world v("60");
  v.list(1);
  v.add_claim("data", "made");
  v.add_claim("never", "made");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  CHECK(v.nominated("p") == "n0");
  v.create_pod("at-once", {});
  v.w.advance(1s);
  CHECK(v.w.node_of("at-once") == "n0");
  CHECK(v.w.logged("nominatedNodeName=\"n0\"") == 1);  // not of a pod that has nothing to wait for
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
  CHECK(v.nominated("p") == "");

  // The watch is late: what was sent is taken back all the same.
  v.create_pod("q", {"never"});
  v.w.watching = false;
  v.w.advance(1s);
  CHECK(v.nominated("q") == "n0");
  v.w.advance(60s);
  CHECK(v.w.find_event("q", "FailedScheduling") != nullptr);
  CHECK(v.nominated("q") == "");
}

TEST_CASE("volumes: a nomination that the server gets after the binding changes nothing") {
  volume_world v;
  v.list(1);
  v.add_claim("data", "made");
  v.w.api.latency = [](const request& r) {
    return r.body.find("nominatedNodeName") == r.body.npos ? std::chrono::milliseconds(5) : 3s;
  };
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("p") == "n0");
  v.w.advance(5s);
  CHECK(v.nominated("p") == "");
}

TEST_CASE("volumes: a pod that waits is no obstacle to one of higher priority: it is let go, and scheduled again") {
  volume_world v;
  v.w.list({make_node("n0").cpu("1m")});
  v.add_classes();
  v.add_claim("data", "made");
  v.create_pod("low", {"data"});
  v.w.advance(1s);
  CHECK(v.claims.at("data").selected_node == "n0");
  v.create_pod("high", {}, 10);
  v.w.advance(500ms);
  CHECK(v.w.node_of("high") == "n0");
  CHECK(v.w.api.count("DELETE", "/pods/low") == 0);
  REQUIRE(v.w.find_event("low", "Preempted") != nullptr);
  CHECK(v.w.find_event("low", "Preempted")->note ==
        "Preempted by pod default-high on node n0 (in kube-scheduler memory).");
  CHECK(v.w.find_event("low", "FailedScheduling")->note ==
        R"(running PreBind plugin "VolumeBinding": preempted by DefaultPreemption)");
  v.w.remove("high");
  v.w.advance(5s);
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.node_of("low") == "n0");
}

TEST_CASE("volumes: a pod that is deleted while it waits gives up what is not written, and its room") {
  volume_world v;
  v.list(1);
  v.add_claim("data", "made");
  v.create_pod("p", {"data"});
  v.w.advance(1s);
  CHECK(v.w.scheduler.cache().assumed_count() == 1);
  v.w.remove("p");
  v.w.advance(1s);
  CHECK(v.w.scheduler.cache().assumed_count() == 0);
  v.provision();
  v.w.advance(1s);
  CHECK(v.w.scheduler.queue().in_flight() == 0);
}

TEST_CASE("volumes: random answers and controllers leave nothing assumed, and every pod that can be placed placed" *
          doctest::test_suite("random")) {
  for (const unsigned seed : seeds({.quick = 10, .all = 300})) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    volume_world v("20", 3);
    bool stormy = true;
    v.w.api.plan = [&](const request& r) {
      if (!stormy || r.path.find("persistentvolume") == r.path.npos || upto(100) >= 30) return fault::none;
      constexpr std::array any{fault::unreachable,     fault::lost,     fault::error_500, fault::lost_after,
                               fault::error_500_after, fault::throttled};
      return any[static_cast<std::size_t>(upto(static_cast<int>(any.size())))];
    };
    v.list(3);
    int made = 0;
    for (int step = 0; step < 60; ++step) {
      const std::string n = std::to_string(++made);
      switch (upto(6)) {
        case 0:
          v.add_volume("v" + n, "n" + std::to_string(upto(3)), 1 + upto(3));
          break;
        case 1:
          v.add_claim("c" + n, upto(2) == 0 ? "local" : "made", 1 + upto(3));
          v.create_pod("p" + n, {"c" + n});
          break;
        case 2:
          v.bind_claims();
          break;
        case 3:
          v.provision(upto(3) == 0);
          break;
        case 4:
          if (upto(2) == 0)
            v.watching = false;
          else
            v.catch_up();
          break;
        case 5:
          if (!v.w.api.pods.empty() && upto(3) == 0) {
            const auto there = std::next(v.w.api.pods.begin(), upto(static_cast<int>(v.w.api.pods.size())));
            if (there->second.node_name.empty()) v.w.remove(there->first.name);
          }
          break;
      }
      v.w.advance(std::chrono::milliseconds(upto(2000)));
    }
    stormy = false;
    for (int i = 0; i < 40; ++i) {
      v.catch_up();
      v.bind_claims();
      v.provision();
      v.w.advance(10s);
    }
    CHECK(v.assumed() == 0);
    CHECK(v.w.scheduler.cache().assumed_count() == 0);
    CHECK(v.w.scheduler.queue().in_flight() == 0);
    std::set<std::string> taken;
    for (const auto& [name, c] : v.claims)
      if (!c.volume_name.empty()) CHECK(taken.insert(c.volume_name).second);
    for (const auto& [key, pod] : v.w.api.pods) {
      const claim& c = v.claims.at(pod.spec->volumes.front().reference);
      if (c.class_name == "made") CHECK(pod.node_name != "");
      if (pod.node_name.empty()) continue;
      CHECK(c.fully_bound());
      CHECK(v.volumes.at(c.volume_name).nodes->terms[0].match_expressions[0].values[0] == pod.node_name);
    }
  }
}
