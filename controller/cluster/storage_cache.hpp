#pragma once

#include "controller/cluster/storage_store.hpp"

#include <functional>
#include <tuple>

/// The seven kinds of storage as the watches show them. Part of `cluster_cache`, on its strand.
namespace berth::controller {

class storage_cache {
 public:
  storage_cache(scoring::storage& index, const std::function<void(const cluster_change&)>& happened,
                const std::function<void()>& listed)
      : stores_(storage_store<k8s::persistent_volume>(index, happened, listed),
                storage_store<k8s::persistent_volume_claim>(index, happened, listed),
                storage_store<k8s::storage_class>(index, happened, listed),
                storage_store<k8s::csi_node>(index, happened, listed),
                storage_store<k8s::csi_driver>(index, happened, listed),
                storage_store<k8s::csi_storage_capacity>(index, happened, listed),
                storage_store<k8s::volume_attachment>(index, happened, listed)) {}

  /// Where a watch of this kind writes.
  template <class Object>
  k8s::store<Object>& store_of() {
    return std::get<storage_store<Object>>(stores_);
  }

  /// From now on nothing may be decided before all kinds were listed once.
  void expect_all() noexcept { expected_ = true; }
  bool synced() const noexcept {
    return !expected_ || std::apply([](const auto&... each) { return (each.listed() && ...); }, stores_);
  }

 private:
  std::tuple<storage_store<k8s::persistent_volume>, storage_store<k8s::persistent_volume_claim>,
             storage_store<k8s::storage_class>, storage_store<k8s::csi_node>, storage_store<k8s::csi_driver>,
             storage_store<k8s::csi_storage_capacity>, storage_store<k8s::volume_attachment>>
      stores_;
  bool expected_ = false;
};

}  // namespace berth::controller
