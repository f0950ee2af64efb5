#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/api/selector.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Which pods services and workloads select: what a pod that says nothing of spreading is spread by. Part of `cluster`.
///
/// Upstream: plugins/helper/spread.go, DefaultSelector, which asks four informers.
namespace berth::scoring {

enum class selecting_kind : std::uint8_t { service, replication_controller, replica_set, stateful_set };

class workload_selectors {
 public:
  /// Adds the object or takes over its new selector; absent: it selects nothing.
  void set(selecting_kind kind, const k8s::object_key& key, std::optional<k8s::label_selector> selector);
  void remove(selecting_kind kind, const k8s::object_key& key);

  /// What the pod is spread by: the labels that the services of its namespace select that select the pod, and the
  /// selector of the workload that owns it. Empty where there are none.
  k8s::label_selector default_selector(const k8s::pod_spec& pod) const;
  /// Differs after any change in this namespace.
  std::uint64_t generation(std::string_view namespace_) const;

 private:
  using by_name = std::map<std::string, std::optional<k8s::label_selector>, std::less<>>;
  struct of_namespace {
    std::array<by_name, 4> kinds;
    std::uint64_t generation = 0;
  };
  const k8s::label_selector* find(const of_namespace& in, selecting_kind kind, const std::string& name) const;

  std::map<std::string, of_namespace, std::less<>> namespaces_;
  std::uint64_t changes_ = 0;
};

}  // namespace berth::scoring
