#include "k8s/codec/decode.hpp"

#include "k8s/codec/decode_file_object.hpp"

#include "k8s/codec/encode.hpp"
#include "k8s/codec/object_drafts.hpp"
#include "k8s/codec/pod_draft.hpp"
#include "k8s/codec/storage_drafts.hpp"
#include "k8s/text/line_splitter.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::k8s {

namespace {

constexpr std::size_t max_object_bytes = list_splitter::max_item_bytes;

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

std::string named(const char* kind, const object_key& key) {
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

template <class Object>
result<std::shared_ptr<const Object>> decode(std::string_view json, const scrutiny& how = {}) {
  using kind = kind_of<Object>;
  typename kind::draft draft;
  const bool too_large = json.size() > max_object_bytes;
  // Of one that is too large, the beginning is read for its name.
  auto fault = decode_json(json.substr(0, max_object_bytes), kind::shape, &draft, json_rest::refused, how);
  if (how.remarks != nullptr)
    for (std::string& r : *how.remarks) r = fmt::format("{}: {}", named(kind::name, kind::key(draft)), r);
  if (too_large) fault = decode_fault{errc::too_large, "", "larger than 3 MiB", max_object_bytes};
  return finish<Object>(std::move(draft), fault);
}

}  // namespace

template <class Object>
result<std::shared_ptr<const Object>> decode_file_object(std::string_view json, const scrutiny& how) {
  return decode<Object>(json, how);
}
template result<pod_ptr> decode_file_object<pod>(std::string_view, const scrutiny&);
template result<node_ptr> decode_file_object<node>(std::string_view, const scrutiny&);
template result<namespace_ptr> decode_file_object<namespace_object>(std::string_view, const scrutiny&);
template result<disruption_budget_ptr> decode_file_object<disruption_budget>(std::string_view, const scrutiny&);
template result<label_selecting_ptr> decode_file_object<label_selecting>(std::string_view, const scrutiny&);
template result<workload_selecting_ptr> decode_file_object<workload_selecting>(std::string_view, const scrutiny&);
template result<volume_ptr> decode_file_object<persistent_volume>(std::string_view, const scrutiny&);
template result<claim_ptr> decode_file_object<persistent_volume_claim>(std::string_view, const scrutiny&);
template result<storage_class_ptr> decode_file_object<storage_class>(std::string_view, const scrutiny&);
template result<csi_node_ptr> decode_file_object<csi_node>(std::string_view, const scrutiny&);
template result<csi_driver_ptr> decode_file_object<csi_driver>(std::string_view, const scrutiny&);
template result<csi_storage_capacity_ptr> decode_file_object<csi_storage_capacity>(std::string_view, const scrutiny&);
template result<volume_attachment_ptr> decode_file_object<volume_attachment>(std::string_view, const scrutiny&);

result<pod_ptr> decode_pod(std::string_view json) { return decode<pod>(json); }
result<node_ptr> decode_node(std::string_view json) { return decode<node>(json); }
result<namespace_ptr> decode_namespace(std::string_view json) { return decode<namespace_object>(json); }

result<workload_ptr> decode_workload(std::string_view json) { return decode<workload>(json); }

result<disruption_budget_ptr> decode_disruption_budget(std::string_view json) {
  return decode<disruption_budget>(json);
}
result<volume_ptr> decode_volume(std::string_view json) { return decode<persistent_volume>(json); }
result<claim_ptr> decode_claim(std::string_view json) { return decode<persistent_volume_claim>(json); }
result<storage_class_ptr> decode_storage_class(std::string_view json) { return decode<storage_class>(json); }
result<csi_node_ptr> decode_csi_node(std::string_view json) { return decode<csi_node>(json); }
result<csi_driver_ptr> decode_csi_driver(std::string_view json) { return decode<csi_driver>(json); }
result<csi_storage_capacity_ptr> decode_csi_storage_capacity(std::string_view json) {
  return decode<csi_storage_capacity>(json);
}
result<volume_attachment_ptr> decode_volume_attachment(std::string_view json) {
  return decode<volume_attachment>(json);
}

result<label_selecting_ptr> decode_label_selecting(std::string_view json) { return decode<label_selecting>(json); }

result<workload_selecting_ptr> decode_workload_selecting(std::string_view json) {
  return decode<workload_selecting>(json);
}

result<lease> decode_lease(std::string_view json) {
  const auto object = decode<lease>(json);
  if (!object) return object.error();
  return **object;
}

result<api_status> decode_status(std::string_view json) {
  status_draft draft;
  const auto fault = decode_json(json.substr(0, max_object_bytes), status_shape, &draft);
  if (fault) return error{fault->code, "Status: " + fault->text()};
  if (draft.kind != "Status") {
    return error{errc::unexpected_answer,
                 fmt::format("expected a Status, got {}", draft.kind.empty() ? "no kind" : excerpt(draft.kind, 64))};
  }
  return finished(std::move(draft));
}

// Watch events

namespace {

enum class event_type { added, modified, deleted, bookmark, error, unknown };

constexpr json_words<event_type, 5> event_types{event_type::unknown,
                                                {{{"ADDED", event_type::added},
                                                  {"MODIFIED", event_type::modified},
                                                  {"DELETED", event_type::deleted},
                                                  {"BOOKMARK", event_type::bookmark},
                                                  {"ERROR", event_type::error}}}};

struct type_draft {
  event_type what = event_type::unknown;
};
constexpr json_field type_fields[] = {field<&type_draft::what>("type", json_word_shape<event_types>)};
constexpr json_shape type_shape = object_shape(type_fields);

// An API server writes the type first, so the rest of the line can be read in one go by what it says. Any other order
// costs a second pass.
result<event_type> type_of(std::string_view line) {
  constexpr std::string_view usual = R"({"type":")";
  if (line.starts_with(usual)) {
    const std::string_view rest = line.substr(usual.size());
    const std::string_view text = rest.substr(0, rest.find('"'));
    for (const auto& w : event_types.known) {
      if (w.text == text) return w.meaning;
    }
  }
  type_draft draft;
  if (const auto fault = decode_json(line, type_shape, &draft)) {
    return error{fault->code, "watch event: " + fault->text()};
  }
  if (draft.what == event_type::unknown) return error{errc::unexpected_answer, "watch event: no type that is known"};
  return draft.what;
}

/// {"object": ...} with what `shape` says in it.
template <const json_shape& Shape>
std::optional<decode_fault> decode_event_object(std::string_view line, void* draft) {
  static constexpr json_field fields[] = {inside("object", Shape)};
  static constexpr json_shape envelope = object_shape(fields);
  auto fault = decode_json(line, envelope, draft);
  constexpr std::string_view prefix = "object.";
  if (fault && fault->path.starts_with(prefix)) fault->path.erase(0, prefix.size());
  return fault;
}

}  // namespace

template <class Object>
result<watch_event<Object>> decode_watch_event(std::string_view line) {
  using kind = kind_of<Object>;
  watch_event<Object> event;
  if (line.size() > line_splitter::default_max_line_bytes) {
    return error{errc::too_large, fmt::format("watch event: a line of {} bytes", line.size())};
  }
  const auto type = type_of(line);
  if (!type) return type.error();
  switch (*type) {
    case event_type::added:
      event.what = watch_event<Object>::type::added;
      break;
    case event_type::modified:
      event.what = watch_event<Object>::type::modified;
      break;
    case event_type::deleted:
      event.what = watch_event<Object>::type::deleted;
      break;
    case event_type::bookmark: {
      identity_draft draft;
      const auto fault = decode_event_object<identity_shape>(line, &draft);
      if (fault) return error{fault->code, "bookmark: " + fault->text()};
      const std::string* end = draft.annotations.find("k8s.io/initial-events-end");
      event.what = watch_event<Object>::type::bookmark;
      event.resource_version = std::move(draft.resource_version);
      event.initial_events_end = end != nullptr && *end == "true";
      return event;
    }
    case event_type::error: {
      status_draft draft;
      const auto fault = decode_event_object<status_shape>(line, &draft);
      if (fault) return error{fault->code, "ERROR event: " + fault->text()};
      event.what = watch_event<Object>::type::error;
      event.status = finished(std::move(draft));
      return event;
    }
    case event_type::unknown:
      break;
  }
  typename kind::draft draft;
  const auto fault = decode_event_object<kind::shape>(line, &draft);
  auto object = finish<Object>(std::move(draft), fault);
  if (!object) return object.error();
  event.object = std::move(*object);
  event.resource_version = kind::version(*event.object);
  return event;
}

template result<watch_event<pod>> decode_watch_event<pod>(std::string_view line);
template result<watch_event<node>> decode_watch_event<node>(std::string_view line);
template result<watch_event<namespace_object>> decode_watch_event<namespace_object>(std::string_view line);
template result<watch_event<workload>> decode_watch_event<workload>(std::string_view line);
template result<watch_event<disruption_budget>> decode_watch_event<disruption_budget>(std::string_view line);
template result<watch_event<label_selecting>> decode_watch_event<label_selecting>(std::string_view line);
template result<watch_event<workload_selecting>> decode_watch_event<workload_selecting>(std::string_view line);
template result<watch_event<persistent_volume>> decode_watch_event<persistent_volume>(std::string_view line);
template result<watch_event<persistent_volume_claim>> decode_watch_event<persistent_volume_claim>(
    std::string_view line);
template result<watch_event<storage_class>> decode_watch_event<storage_class>(std::string_view line);
template result<watch_event<csi_node>> decode_watch_event<csi_node>(std::string_view line);
template result<watch_event<csi_driver>> decode_watch_event<csi_driver>(std::string_view line);
template result<watch_event<csi_storage_capacity>> decode_watch_event<csi_storage_capacity>(std::string_view line);
template result<watch_event<volume_attachment>> decode_watch_event<volume_attachment>(std::string_view line);

}  // namespace berth::k8s
