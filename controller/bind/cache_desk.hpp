#pragma once

#include "controller/bind/effects.hpp"
#include "controller/bind/placement.hpp"
#include "controller/cluster/cluster_cache.hpp"

/// Placements over the cluster's cache: what `berth run` and the webhook place pods in.
///
/// On the cache's strand; what is passed by reference outlives this.
namespace berth::controller {

class cache_desk : public placement_desk {
 public:
  /// `permits` is told what plugins order about pods that wait in Permit.
  cache_desk(cluster_cache& cache, const alarm_clock& time, const log& out, permit_desk& permits)
      : cache_(cache), clock_(time), log_(out), permits_(permits) {}

  const scoring::cluster& index() const override { return cache_.index(); }
  scoring::pod_info assume(const scoring::pod_info& pod, const std::string& node) override {
    return cache_.assume(pod, node);
  }
  bool forget(const std::string& uid) override { return cache_.forget(uid); }
  void acknowledged(const std::string& uid) override { cache_.binding_acknowledged(uid, clock_.now()); }
  std::optional<std::string> perform(scoring::effects& wanted) override {
    return controller::perform(wanted, log_, permits_, cache_.index().storage());
  }
  instant now() const override { return clock_.now(); }

 private:
  cluster_cache& cache_;
  const alarm_clock& clock_;
  const log& log_;
  permit_desk& permits_;
};

}  // namespace berth::controller
