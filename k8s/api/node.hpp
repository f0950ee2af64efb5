#pragma once

#include "k8s/api/declared_features.hpp"
#include "k8s/api/metadata.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/api/quantity.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Nodes and Namespaces, in the fields that a scheduler reads. Immutable once decoded.
namespace berth::k8s {

struct taint {
  std::string key;
  std::string value;
  taint_effect effect = taint_effect::no_schedule;

  bool operator==(const taint&) const = default;
};

/// Whether the toleration tolerates the taint. Upstream: component-helpers/scheduling/corev1, ToleratesTaint.
bool tolerates(const toleration& t, const taint& of) noexcept;
bool tolerates(const std::vector<toleration>& tolerations, const taint& of) noexcept;

struct container_image {
  std::vector<std::string> names;
  std::int64_t size_bytes = 0;

  bool operator==(const container_image&) const = default;
};

struct node {
  std::string name;
  std::string uid;
  std::string resource_version;
  string_map labels;
  string_map annotations;
  bool unschedulable = false;
  std::vector<taint> taints;
  resource_list allocatable;
  std::vector<container_image> images;
  k8s::declared_features declared_features = 0;  ///< of those that a pod may need

  bool operator==(const node&) const = default;
};

using node_ptr = std::shared_ptr<const node>;

struct namespace_object {
  std::string name;
  std::string uid;
  std::string resource_version;
  string_map labels;

  bool operator==(const namespace_object&) const = default;
};

using namespace_ptr = std::shared_ptr<const namespace_object>;

}  // namespace berth::k8s
