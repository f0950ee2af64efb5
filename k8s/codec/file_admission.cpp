#include "k8s/codec/file_admission.hpp"

#include "k8s/codec/json_shape.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <utility>

namespace berth::k8s {

namespace {

constexpr std::size_t most_told = 8;  // names in one warning, or warnings of one kind

// ---- PriorityClass

struct class_draft {
  std::string name;
  std::int32_t value = 0;
  bool global_default = false;
  bool may_preempt = true;
};
constexpr json_words<bool, 3> policies{true, {{{"", true}, {"PreemptLowerPriority", true}, {"Never", false}}}};
constexpr json_field class_metadata_fields[] = {field<&class_draft::name>("name")};
constexpr json_shape class_metadata_shape = object_shape(class_metadata_fields);
constexpr json_field class_fields[] = {
    inside("metadata", class_metadata_shape),
    field<&class_draft::value>("value"),
    field<&class_draft::global_default>("globalDefault"),
    field<&class_draft::may_preempt>("preemptionPolicy", json_word_shape<policies>),
};
constexpr json_shape class_shape = object_shape(class_fields);

// ---- what a pod says of its priority
// Read apart from the pod, which keeps none of it: pods of an API server have their number already.

struct priority_draft {
  std::string class_name;
  std::optional<std::int64_t> priority;
  std::optional<std::string> policy;
};
constexpr json_field spec_fields[] = {
    field<&priority_draft::class_name>("priorityClassName"),
    field<&priority_draft::priority>("priority"),
    field<&priority_draft::policy>("preemptionPolicy"),
};
constexpr json_shape spec_shape = object_shape(spec_fields);
constexpr json_field pod_fields[] = {inside("spec", spec_shape)};
constexpr json_shape pod_shape = object_shape(pod_fields);

// ---- objects of one name

template <class Object>
object_key key_of(const Object& o) {
  if constexpr (requires { o.key; })
    return o.key;
  else
    return {"", o.name};
}

template <class Object>
void keep_last(std::vector<std::shared_ptr<const Object>>& all, const char* kind, const std::string& file,
               std::vector<std::string>& warnings) {
  std::map<object_key, std::size_t> places;
  std::map<object_key, std::size_t> times;
  std::vector<std::shared_ptr<const Object>> once;
  for (auto& one : all) {
    const object_key key = key_of(*one);
    const auto [at, is_first] = places.emplace(key, once.size());
    if (is_first) {
      once.push_back(std::move(one));
    } else {
      once[at->second] = std::move(one);
      times.emplace(key, 1).first->second++;
    }
  }
  all = std::move(once);
  std::size_t told = 0;
  for (const auto& [key, count] : times) {
    if (told++ == most_told) {
      warnings.push_back(
          fmt::format("{}: {} more objects of kind {} stand there several times; the last of each counts", file,
                      times.size() - most_told, kind));
      return;
    }
    warnings.push_back(fmt::format("{}: {} {} stands there {}; the last one counts", file, kind,
                                   excerpt(key.text(), 320), count == 2 ? "twice" : fmt::format("{} times", count)));
  }
}

}  // namespace

result<void> file_priorities::add_class(std::string_view json, bool strict) {
  class_draft draft;
  if (const auto fault = decode_json(json, class_shape, &draft, json_rest::refused, {.strict = strict}))
    return error{fault->code, fmt::format("PriorityClass {}: {}", excerpt(draft.name, 320), fault->text())};
  if (draft.name.empty()) return error{errc::malformed, "PriorityClass: metadata.name: missing"};
  const priority_class made{draft.value, draft.may_preempt};
  classes_.insert_or_assign(draft.name, made);
  // Upstream takes the lowest of several.
  if (draft.global_default && (!global_default_ || draft.value < global_default_->value)) global_default_ = made;
  return {};
}

void file_priorities::add_pod(std::string_view json) {
  priority_draft draft;
  // What is wrong with these fields has been told when the pod was decoded.
  (void)decode_json(json, pod_shape, &draft);
  wishes_.push_back({std::move(draft.class_name), draft.priority.has_value(), draft.policy.has_value()});
}

const file_priorities::priority_class* file_priorities::find(const std::string& name) const {
  if (name.empty()) return global_default_ ? &*global_default_ : nullptr;
  const auto there = classes_.find(name);
  return there == classes_.end() ? nullptr : &there->second;
}

void file_priorities::apply(cluster_objects& objects, const std::string& file) const {
  std::map<std::string, std::pair<std::string, std::size_t>> missing;  // class to its first pod and their number
  for (std::size_t i = 0; i < wishes_.size() && i < objects.pods.size(); ++i) {
    const wish& w = wishes_[i];
    if (w.has_priority) continue;
    const priority_class* cls = find(w.class_name);
    if (cls == nullptr) {
      if (w.class_name.empty()) continue;
      auto& [first, count] = missing[w.class_name];
      if (count++ == 0) first = objects.pods[i]->key.text();
      continue;
    }
    auto made = std::make_shared<pod>(*objects.pods[i]);
    auto spec = std::make_shared<pod_spec>(*made->spec);
    spec->priority = cls->value;
    if (!w.has_policy) spec->may_preempt = cls->may_preempt;
    made->spec = std::move(spec);
    objects.pods[i] = std::move(made);
  }
  std::size_t told = 0;
  for (const auto& [name, pods] : missing) {
    if (told++ == most_told) {
      objects.warnings.push_back(
          fmt::format("{}: {} more PriorityClasses are missing", file, missing.size() - most_told));
      return;
    }
    const std::string more = pods.second == 1 ? "" : fmt::format(" and {} more", pods.second - 1);
    objects.warnings.push_back(fmt::format(
        "{}: no PriorityClass {} is there, which pod {}{} names: judged with priority 0; an API server would "
        "refuse such a pod",
        file, excerpt(name, 64), excerpt(pods.first, 320), more));
  }
}

void keep_last_of_each(cluster_objects& objects, const std::string& file) {
  const auto each = [&](auto& all, const char* kind) { keep_last(all, kind, file, objects.warnings); };
  each(objects.pods, "Pod");
  each(objects.nodes, "Node");
  each(objects.namespaces, "Namespace");
  each(objects.disruption_budgets, "PodDisruptionBudget");
  each(objects.services, "Service");
  each(objects.replication_controllers, "ReplicationController");
  each(objects.replica_sets, "ReplicaSet");
  each(objects.stateful_sets, "StatefulSet");
  each(objects.volumes, "PersistentVolume");
  each(objects.claims, "PersistentVolumeClaim");
  each(objects.storage_classes, "StorageClass");
  each(objects.csi_nodes, "CSINode");
  each(objects.csi_drivers, "CSIDriver");
  each(objects.csi_storage_capacities, "CSIStorageCapacity");
  each(objects.volume_attachments, "VolumeAttachment");
}

}  // namespace berth::k8s
