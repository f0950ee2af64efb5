#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "test/support/objects.hpp"

#include <string>
#include <utility>
#include <vector>

/// A cache, and a listener who writes down what it is told.
namespace berth::test {

/// Writes down what it is told, in order.
struct scribe final : controller::cache_listener {
  std::vector<std::string> told;
  void pod_waits(const scoring::pod_info& p) override { told.push_back("waits " + p.pod->uid); }
  void waiting_pod_changed(const k8s::pod_ptr&, const scoring::pod_info& p) override {
    told.push_back("changed " + p.pod->uid);
  }
  void pod_no_longer_waits(const k8s::pod_ptr& p) override { told.push_back("waits no longer " + p->uid); }
  void assumption_failed(const k8s::pod_ptr& p) override { told.push_back("assumption failed " + p->uid); }
  void happened(const controller::cluster_change& c) override { told.push_back(c.label); }
  void listed() override {}
  std::vector<std::string> take() { return std::exchange(told, {}); }
};

using lines = std::vector<std::string>;

struct cache_fixture {
  scribe ear;
  controller::cluster_cache cache{[](const std::string& name) { return name == "berth"; }, ear};
  k8s::store<k8s::pod>& pods = cache;
  k8s::store<k8s::node>& nodes = cache;
  k8s::store<k8s::namespace_object>& namespaces = cache;

  std::int64_t cpu_on(const std::string& node) const {
    return cache.index().requested(scoring::cpu)[cache.index().find_node(node)];
  }
  scoring::pod_info waiting(const std::string& name) const {
    return *cache.find_waiting({"default", name}, "default-" + name);
  }
};

}  // namespace berth::test
