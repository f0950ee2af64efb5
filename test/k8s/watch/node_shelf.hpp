#pragma once

#include "k8s/api/node.hpp"
#include "k8s/watch/store.hpp"

#include <map>
#include <memory>
#include <string>

/// Nodes by name, as a store that can be compared; of a node it wants to know whether it is cordoned.
namespace berth::test {

struct node_shelf : k8s::comparable<k8s::node> {
  static k8s::node_ptr make(const std::string& name, const std::string& version, bool cordoned = false) {
    auto n = std::make_shared<k8s::node>();
    n->name = name;
    n->resource_version = version;
    n->unschedulable = cordoned;
    return n;
  }

  bool agrees(const k8s::node& at_server) const override {
    const auto there = nodes.find(std::string(at_server.name));
    return there != nodes.end() && there->second->unschedulable == at_server.unschedulable;
  }
  k8s::held_state held(const k8s::object_key& key) const override {
    const auto there = nodes.find(key.name);
    return there == nodes.end() ? k8s::held_state{} : k8s::held_state{there->second, there->second->resource_version};
  }
  void each_held(const std::function<void(const k8s::object_key&)>& f) const override {
    for (const auto& [name, n] : nodes) f({"", name});
  }
  void put(const k8s::node_ptr& n) { nodes.insert_or_assign(std::string(n->name), n); }

  std::map<std::string, k8s::node_ptr> nodes;
};

}  // namespace berth::test
