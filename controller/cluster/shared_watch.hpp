#pragma once

#include "k8s/api/workload.hpp"
#include "k8s/watch/store.hpp"

#include <memory>
#include <utility>
#include <vector>

/// One watch of a kind of workload, for the two that want to know of it: what is kept for its pods, and which pods it
/// selects. On the strand; both stores outlive it.
namespace berth::controller {

template <class Selecting>
class shared_watch final : public k8s::store<k8s::selecting_workload<Selecting>> {
 public:
  using object_ptr = std::shared_ptr<const k8s::selecting_workload<Selecting>>;

  shared_watch(k8s::store<k8s::workload>& own, k8s::store<Selecting>& selects) : own_(own), selects_(selects) {}

  void replaced(std::vector<object_ptr> all) override {
    std::vector<k8s::workload_ptr> own;
    std::vector<std::shared_ptr<const Selecting>> selects;
    for (const object_ptr& object : all) {
      own.push_back(own_of(object));
      selects.push_back(selects_of(object));
    }
    selects_.replaced(std::move(selects));
    own_.replaced(std::move(own));
  }
  void applied(object_ptr object) override {
    selects_.applied(selects_of(object));
    own_.applied(own_of(object));
  }
  void removed(object_ptr object) override {
    selects_.removed(selects_of(object));
    own_.removed(own_of(object));
  }

 private:
  // Parts of the object, which live as long as it does.
  static k8s::workload_ptr own_of(const object_ptr& object) { return {object, &object->own}; }
  static std::shared_ptr<const Selecting> selects_of(const object_ptr& object) { return {object, &object->selects}; }

  k8s::store<k8s::workload>& own_;
  k8s::store<Selecting>& selects_;
};

}  // namespace berth::controller
