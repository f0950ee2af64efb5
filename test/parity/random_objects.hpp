#pragma once

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/api/storage.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>

/// Objects of chance for histories.hpp: small worlds, so that pods and nodes have much to do with each other.
namespace berth::test {

class dice {
 public:
  explicit dice(std::uint64_t seed) : random_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  bool one_in(unsigned n) { return below(n) == 0; }
  template <class T>
  T pick(std::initializer_list<T> from) {
    return *(from.begin() + below(static_cast<unsigned>(from.size())));
  }
  std::uint64_t seed() { return random_(); }

 private:
  std::mt19937_64 random_;
};

/// What the pods of a workload share.
std::shared_ptr<const k8s::pod_spec> random_workload(dice& d);
k8s::label_selector random_selector(dice& d);
k8s::node random_node(const std::string& name, dice& d);
k8s::string_map random_labels(dice& d);

// Objects of storage; node names are n0, n1, ...
k8s::persistent_volume random_volume(dice& d);
k8s::persistent_volume_claim random_claim(dice& d);
k8s::storage_class random_storage_class(dice& d);
k8s::csi_node random_csi_node(dice& d);
k8s::csi_driver random_csi_driver(dice& d);
k8s::csi_storage_capacity random_capacity(dice& d);
k8s::volume_attachment random_attachment(dice& d);
/// Of a pod.
k8s::volume random_mount(dice& d);

}  // namespace berth::test
