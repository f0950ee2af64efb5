#pragma once

#include "k8s/codec/decode.hpp"
#include "k8s/codec/object_drafts.hpp"
#include "k8s/codec/pod_draft.hpp"
#include "k8s/codec/storage_drafts.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// The kinds of objects that are decoded: what each is called, the shape of its JSON, and what becomes of what was
/// read. A new kind is a struct here. Private to k8s/codec/.
namespace berth::k8s {

/// Each kind: its name, its draft, what becomes of the draft, and the words for its identity.
template <class Object>
struct kind_of;

template <>
struct kind_of<pod> {
  static constexpr const char* name = "Pod";
  using draft = pod_draft;
  static constexpr const json_shape& shape = pod_shape;
  static object_key key(const draft& d) { return d.object.key; }
  static const std::string& version(const pod& p) { return p.resource_version; }
  static pod_ptr finish(draft&& d) {
    apply_defaults(d);
    return assemble(std::move(d));
  }
};

template <>
struct kind_of<node> {
  static constexpr const char* name = "Node";
  using draft = node_draft;
  static constexpr const json_shape& shape = node_shape;
  static object_key key(const draft& d) { return {"", d.object.name}; }
  static const std::string& version(const node& n) { return n.resource_version; }
  static node_ptr finish(draft&& d) { return std::make_shared<const node>(finished(std::move(d))); }
};

template <>
struct kind_of<namespace_object> {
  static constexpr const char* name = "Namespace";
  using draft = namespace_draft;
  static constexpr const json_shape& shape = namespace_shape;
  static object_key key(const draft& d) { return {"", d.object.name}; }
  static const std::string& version(const namespace_object& n) { return n.resource_version; }
  static namespace_ptr finish(draft&& d) { return std::make_shared<const namespace_object>(finished(std::move(d))); }
};

template <>
struct kind_of<workload> {
  static constexpr const char* name = "workload";
  static constexpr std::array<std::string_view, 3> names{"ReplicaSet", "StatefulSet", "ReplicationController"};
  using draft = workload_draft;
  static constexpr const json_shape& shape = workload_shape;
  static object_key key(const draft& d) { return d.object.key; }
  static const std::string& version(const workload& w) { return w.resource_version; }
  static workload_ptr finish(draft&& d) { return std::make_shared<const workload>(std::move(d.object)); }
};

template <class Object>
struct kind_of_selecting {
  using draft = selecting_draft;
  static object_key key(const draft& d) { return d.object.key; }
  static const std::string& version(const Object& o) { return o.resource_version; }
  static std::shared_ptr<const Object> finish(draft&& d) {
    if (d.object.key.namespace_.empty()) d.object.key.namespace_ = "default";
    return std::make_shared<const Object>(Object{std::move(d.object)});
  }
};

template <>
struct kind_of<label_selecting> : kind_of_selecting<label_selecting> {
  static constexpr const char* name = "Service";
  static constexpr std::array<std::string_view, 2> names{"Service", "ReplicationController"};
  static constexpr const json_shape& shape = label_selecting_shape;
};

template <>
struct kind_of<workload_selecting> : kind_of_selecting<workload_selecting> {
  static constexpr const char* name = "workload";
  static constexpr std::array<std::string_view, 2> names{"ReplicaSet", "StatefulSet"};
  static constexpr const json_shape& shape = workload_selecting_shape;
};

template <class Selecting, const json_shape& Shape>
struct kind_of_selecting_workload {
  using draft = selecting_workload_draft<Selecting>;
  using object = selecting_workload<Selecting>;
  static constexpr const char* name = "workload";
  static constexpr const json_shape& shape = Shape;
  static object_key key(const draft& d) { return d.object.own.key; }
  static const std::string& version(const object& o) { return o.own.resource_version; }
  static std::shared_ptr<const object> finish(draft&& d) {
    if (d.object.own.key.namespace_.empty()) d.object.own.key.namespace_ = "default";
    d.object.selects.key = d.object.own.key;
    d.object.selects.resource_version = d.object.own.resource_version;
    return std::make_shared<const object>(std::move(d.object));
  }
};
template <>
struct kind_of<selecting_workload<label_selecting>>
    : kind_of_selecting_workload<label_selecting, replication_controller_shape> {
  static constexpr std::array<std::string_view, 1> names{"ReplicationController"};
};
template <>
struct kind_of<selecting_workload<workload_selecting>>
    : kind_of_selecting_workload<workload_selecting, whole_workload_shape> {
  static constexpr std::array<std::string_view, 2> names{"ReplicaSet", "StatefulSet"};
};

/// The kinds of storage have one form.
template <class Object, class Draft, const json_shape& Shape>
struct storage_kind {
  using draft = Draft;
  static constexpr const json_shape& shape = Shape;
  static object_key key(const draft& d) {
    if constexpr (requires { d.object.key; })
      return d.object.key;
    else
      return {"", d.object.name};
  }
  static const std::string& version(const Object& o) { return o.resource_version; }
  static std::shared_ptr<const Object> finish(draft&& d) {
    return std::make_shared<const Object>(finished(std::move(d)));
  }
};
template <>
struct kind_of<persistent_volume> : storage_kind<persistent_volume, volume_draft, volume_shape> {
  static constexpr const char* name = "PersistentVolume";
};
template <>
struct kind_of<persistent_volume_claim> : storage_kind<persistent_volume_claim, claim_draft, claim_shape> {
  static constexpr const char* name = "PersistentVolumeClaim";
};
template <>
struct kind_of<storage_class> : storage_kind<storage_class, storage_class_draft, storage_class_shape> {
  static constexpr const char* name = "StorageClass";
};
template <>
struct kind_of<csi_node> : storage_kind<csi_node, csi_node_draft, csi_node_shape> {
  static constexpr const char* name = "CSINode";
};
template <>
struct kind_of<csi_driver> : storage_kind<csi_driver, csi_driver_draft, csi_driver_shape> {
  static constexpr const char* name = "CSIDriver";
};
template <>
struct kind_of<csi_storage_capacity>
    : storage_kind<csi_storage_capacity, csi_storage_capacity_draft, csi_storage_capacity_shape> {
  static constexpr const char* name = "CSIStorageCapacity";
};
template <>
struct kind_of<volume_attachment> : storage_kind<volume_attachment, volume_attachment_draft, volume_attachment_shape> {
  static constexpr const char* name = "VolumeAttachment";
};

template <>
struct kind_of<disruption_budget> {
  static constexpr const char* name = "PodDisruptionBudget";
  using draft = disruption_budget_draft;
  static constexpr const json_shape& shape = disruption_budget_shape;
  static object_key key(const draft& d) { return d.object.key; }
  static const std::string& version(const disruption_budget& b) { return b.resource_version; }
  static disruption_budget_ptr finish(draft&& d) {
    if (d.object.key.namespace_.empty()) d.object.key.namespace_ = "default";
    return std::make_shared<const disruption_budget>(std::move(d.object));
  }
};

template <>
struct kind_of<lease> {
  static constexpr const char* name = "Lease";
  using draft = lease_draft;
  static constexpr const json_shape& shape = lease_shape;
  static object_key key(const draft& d) { return d.object.key; }
  static std::shared_ptr<const lease> finish(draft&& d) { return std::make_shared<const lease>(std::move(d.object)); }
};

inline std::string named(const char* kind, const object_key& key) {
  return key.name.empty() ? kind : fmt::format("{} {}", kind, excerpt(key.text(), 320));
}

template <class Kind>
bool is_kind(std::string_view text) {
  if constexpr (requires { Kind::names; })
    return std::find(Kind::names.begin(), Kind::names.end(), text) != Kind::names.end();
  else
    return text == Kind::name;
}

template <class Object>
result<std::shared_ptr<const Object>> finish(typename kind_of<Object>::draft&& draft,
                                             const std::optional<decode_fault>& fault) {
  using kind = kind_of<Object>;
  const std::string name = named(kind::name, kind::key(draft));
  if (fault) return error{fault->code, fmt::format("{}: {}", name, fault->text())};
  if (!draft.kind.empty() && !is_kind<kind>(draft.kind)) {
    return error{errc::unexpected_answer, fmt::format("expected a {}, got {}", kind::name,
                                                      named(excerpt(draft.kind, 64).c_str(), kind::key(draft)))};
  }
  if (kind::key(draft).name.empty()) return error{errc::malformed, fmt::format("{}: metadata.name: missing", name)};
  return kind::finish(std::move(draft));
}

}  // namespace berth::k8s
