#pragma once

#include "k8s/codec/cluster_file.hpp"
#include "test/controller/world.hpp"
#include "test/support/seeds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

/// A process, and the volumes, claims and controllers of its server.
using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

using volume = k8s::persistent_volume;
using claim = k8s::persistent_volume_claim;

inline k8s::storage_class_ptr make_class(std::string name, std::string provisioner) {
  k8s::storage_class c;
  c.uid = name + "-uid";
  c.name = std::move(name);
  c.resource_version = "1";
  c.provisioner = std::move(provisioner);
  c.waits_for_first_consumer = true;
  return std::make_shared<const k8s::storage_class>(std::move(c));
}

inline controller::scheduler_configuration configuration(const std::string& bind_timeout = "600") {
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
