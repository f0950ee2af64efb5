#pragma once

#include "k8s/api/selecting_object.hpp"
#include "k8s/watch/store.hpp"
#include "scoring/workload_selectors.hpp"

#include <functional>
#include <memory>
#include <set>
#include <vector>

/// What the watches show of services and workloads, taken into the index: pods that say nothing of spreading are spread
/// by it. Owned by cluster_cache, on its strand. Nobody is woken by a change: upstream has no such event.
namespace berth::controller {

/// One kind. An object that the server no longer has is forgotten.
template <class Object>
class selector_store final : public k8s::store<Object> {
 public:
  using object_ptr = std::shared_ptr<const Object>;

  selector_store(scoring::selecting_kind kind, scoring::workload_selectors& into, std::function<void()> listed)
      : kind_(kind), into_(into), tell_(std::move(listed)) {}

  void replaced(std::vector<object_ptr> all) override {
    std::set<k8s::object_key> there;
    for (const object_ptr& object : all) there.insert(object->key);
    for (const k8s::object_key& key : known_)
      if (!there.contains(key)) into_.remove(kind_, key);
    known_ = std::move(there);
    for (const object_ptr& object : all) into_.set(kind_, object->key, object->selector);
    listed_ = true;
    tell_();
  }
  void applied(object_ptr object) override {
    known_.insert(object->key);
    into_.set(kind_, object->key, object->selector);
  }
  void removed(object_ptr object) override {
    known_.erase(object->key);
    into_.remove(kind_, object->key);
  }
  bool listed() const noexcept { return listed_; }

 private:
  scoring::selecting_kind kind_;
  scoring::workload_selectors& into_;
  std::function<void()> tell_;
  std::set<k8s::object_key> known_;
  bool listed_ = false;
};

struct selector_stores {
  /// `listed` is called when one kind is complete.
  selector_stores(scoring::workload_selectors& into, const std::function<void()>& listed)
      : services(scoring::selecting_kind::service, into, listed),
        replication_controllers(scoring::selecting_kind::replication_controller, into, listed),
        replica_sets(scoring::selecting_kind::replica_set, into, listed),
        stateful_sets(scoring::selecting_kind::stateful_set, into, listed) {}

  bool synced() const noexcept {
    return services.listed() && replication_controllers.listed() && replica_sets.listed() && stateful_sets.listed();
  }

  selector_store<k8s::label_selecting> services;
  selector_store<k8s::label_selecting> replication_controllers;
  selector_store<k8s::workload_selecting> replica_sets;
  selector_store<k8s::workload_selecting> stateful_sets;
};

}  // namespace berth::controller
