#include "k8s/codec/cluster_file.hpp"

#include "k8s/codec/decode_file_object.hpp"
#include "k8s/codec/document_cutter.hpp"
#include "k8s/codec/file_admission.hpp"
#include "k8s/codec/kubectl_lines.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "k8s/codec/object_drafts.hpp"
#include "k8s/codec/read_kinds.hpp"
#include "k8s/text/byte_order_mark.hpp"
#include "k8s/text/json_writer.hpp"
#include "k8s/text/utf8.hpp"
#include "k8s/text/yaml.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace berth::k8s {

namespace {

constexpr std::size_t max_bytes = 512 << 20;
constexpr std::size_t max_named_drops = 1000;  // more are only counted
constexpr std::size_t max_other_kinds = 1000;
constexpr std::size_t max_remarks = 16;  // on unknown fields
constexpr std::size_t max_nested_lists = 8;

// What follows speaks of the item's text, which nobody has: the file has another.
std::string without_byte(std::string text) {
  const auto at = text.rfind(", at byte ");
  return at == text.npos ? text : text.substr(0, at);
}

/// Sorts objects by kind into cluster_objects.
class collector {
 public:
  collector(std::string name, object_source from) : name_(std::move(name)), from_(from) {}

  /// `where` is of the object in its file. False where the object does not say its kind and `fallback` is "".
  bool take(std::string_view json, std::string_view fallback, const std::string& where) {
    identity_draft identity;
    if (const auto fault = decode_json(json.substr(0, list_splitter::max_item_bytes), identity_shape, &identity)) {
      // What has no readable identity is still tried as what it claims to be, for the better message.
      if (identity.kind.empty()) return drop({fault->code, fault->text()}, where);
    }
    const std::string_view kind = identity.kind.empty() ? fallback : std::string_view(identity.kind);
    if (kind.empty()) return false;
    if (kind.ends_with("List") && nested_ < max_nested_lists) {
      ++nested_;
      const auto read = take_list(json, where + ".");
      --nested_;
      return read || drop({read.error().code, read.error().detail}, where);
    }
    if (of_another_group(kind, identity.api_version)) {
      count_other(fmt::format("{} of {}", excerpt(kind, 64), excerpt(identity.api_version, 64)));
    } else if (kind == "Pod") {
      if (keep(json, objects_.pods, where) && from_ == object_source::file) priorities_.add_pod(json);
    } else if (kind == "Node") {
      keep(json, objects_.nodes, where);
    } else if (kind == "Namespace") {
      keep(json, objects_.namespaces, where);
    } else if (kind == "PodDisruptionBudget") {
      keep(json, objects_.disruption_budgets, where);
    } else if (kind == "PriorityClass") {
      const auto taken = priorities_.add_class(json, from_ == object_source::file);
      if (!taken) drop(taken.error(), where);
    } else if (kind == "Service") {
      keep(json, objects_.services, where);
    } else if (kind == "ReplicationController") {
      keep(json, objects_.replication_controllers, where);
    } else if (kind == "ReplicaSet") {
      keep(json, objects_.replica_sets, where);
    } else if (kind == "StatefulSet") {
      keep(json, objects_.stateful_sets, where);
    } else if (kind == "PersistentVolume") {
      keep(json, objects_.volumes, where);
    } else if (kind == "PersistentVolumeClaim") {
      keep(json, objects_.claims, where);
    } else if (kind == "StorageClass") {
      keep(json, objects_.storage_classes, where);
    } else if (kind == "CSINode") {
      keep(json, objects_.csi_nodes, where);
    } else if (kind == "CSIDriver") {
      keep(json, objects_.csi_drivers, where);
    } else if (kind == "CSIStorageCapacity") {
      keep(json, objects_.csi_storage_capacities, where);
    } else if (kind == "VolumeAttachment") {
      keep(json, objects_.volume_attachments, where);
    } else if (const std::string_view meant = meant_by(kind); from_ == object_source::file && !meant.empty()) {
      drop({errc::malformed, fmt::format("kind: there is no \"{}\"; did you mean {}?", excerpt(kind, 64), meant)},
           where);
    } else {
      count_other(excerpt(kind, 64));
    }
    return true;
  }

  /// The items of a list; `before` is put in front of their places. `kindless` is for a list that does not say that it
  /// is one: `jq '{items: ...}'` makes such.
  result<void> take_list(std::string_view json, const std::string& before, bool kindless = false);

  bool drop(const error& why, const std::string& where) {
    if (++dropped_ <= max_named_drops) {
      objects_.dropped.push_back({why.code, fmt::format("{}: {}: {}", name_, where, without_byte(why.detail))});
    }
    return true;
  }

  cluster_objects finish() && {
    if (dropped_ > max_named_drops) {
      objects_.dropped.push_back(
          {errc::malformed, fmt::format("{}: {} more malformed objects", name_, dropped_ - max_named_drops)});
    }
    if (from_ == object_source::file) {
      priorities_.apply(objects_, name_);
      keep_last_of_each(objects_, name_);
      if (remarks_ > max_remarks)
        objects_.warnings.push_back(fmt::format("{}: {} more unknown fields", name_, remarks_ - max_remarks));
    }
    return std::move(objects_);
  }

 private:
  template <class Object>
  bool keep(std::string_view json, std::vector<std::shared_ptr<const Object>>& into, const std::string& where) {
    std::vector<std::string> remarks;
    scrutiny how;
    if (from_ == object_source::file) how = {.strict = true, .remarks = &remarks};
    auto decoded = decode_file_object<Object>(json, how);
    for (const std::string& r : remarks)
      if (++remarks_ <= max_remarks) objects_.warnings.push_back(fmt::format("{}: {}: {}", name_, where, r));
    if (!decoded) return drop(decoded.error(), where), false;
    into.push_back(std::move(*decoded));
    return true;
  }

  void count_other(const std::string& kind) {
    const bool known = objects_.other_kinds.contains(kind);
    ++objects_.other_kinds[known || objects_.other_kinds.size() < max_other_kinds ? kind : "..."];
  }

  std::string name_;
  object_source from_;
  cluster_objects objects_;
  file_priorities priorities_;
  std::size_t remarks_ = 0;
  std::size_t dropped_ = 0;
  std::size_t nested_ = 0;  // lists around the object
};

/// "PodList" says that its items are Pods; "List" says nothing.
std::string_view kind_of_items(std::string_view list_kind) { return list_kind.substr(0, list_kind.size() - 4); }

// The whole text is fed at once, so every item is a part of it and stays valid. kubectl sorts fields: a list says its
// kind after its items.
result<void> collector::take_list(std::string_view json, const std::string& before, bool kindless) {
  std::vector<std::pair<std::size_t, std::string_view>> without_kind;
  const auto where = [&](std::size_t index) { return fmt::format("{}items[{}]", before, index); };
  std::size_t index = 0;
  list_splitter splitter([&](std::string_view item) {
    if (!take(item, "", where(index))) without_kind.emplace_back(index, item);
    ++index;
  });
  const auto fed = splitter.feed(json);
  if (!fed) return fed.error();
  const auto head = splitter.finish();
  const bool taken = !head && kindless && index > 0 && head.error().code == errc::unexpected_answer;
  if (!head && !taken) {
    if (kindless && head.error().detail.ends_with("got no kind"))
      return error{errc::malformed, "no kind: this is neither an object of Kubernetes nor a list of some"};
    const bool cut = head.error().code == errc::connection_lost;
    return error{cut ? errc::malformed : head.error().code, head.error().detail};
  }
  for (const auto& [i, item] : without_kind) {
    if (!take(item, taken ? "" : kind_of_items(head->kind), where(i))) drop({errc::malformed, "no kind"}, where(i));
  }
  return {};
}

/// A list or a single object, or objects between square brackets, as jq prints them.
result<void> read_json(std::string_view text, const std::string& document, collector& into) {
  const std::string before = document.empty() ? "" : document + ": ";
  if (text.starts_with('['))  // one that is cut short is left so
    return into.take_list(fmt::format(R"({{"kind":"List","items":{}{})", text, text.ends_with(']') ? "}" : ""), before);
  bool kindless = true;
  if (text.size() <= list_splitter::max_item_bytes) {
    identity_draft root;
    const auto fault = decode_json(text, identity_shape, &root);
    if (!fault && !root.kind.empty() && !root.kind.ends_with("List") && root.kind != "Status") {
      into.take(text, "", document.empty() ? "object" : document);
      return {};
    }
    kindless = !fault && root.kind.empty();
  }
  return into.take_list(text, before, kindless);
}

void write(json_writer& w, const value& v) {
  if (const auto* b = v.as_bool()) {
    w.boolean(*b);
  } else if (const auto* i = v.as_int()) {
    w.integer(*i);
  } else if (const auto* d = v.as_double()) {
    w.number(fmt::format("{}", *d));
  } else if (const auto* s = v.as_string()) {
    w.text(*s);
  } else if (const auto* list = v.as_list()) {
    w.begin_list();
    for (const value& element : *list) write(w, element);
    w.end_list();
  } else if (const auto* map = v.as_map()) {
    w.begin_object();
    for (const auto& [key, member] : *map) {
      w.key(key);
      write(w, member);
    }
    w.end_object();
  } else {
    w.null();
  }
}

std::string to_json(const value& v) {
  json_writer w;
  write(w, v);
  return w.take();
}

result<void> read_yaml_documents(std::string_view text, const std::string& name, collector& into) {
  std::vector<std::pair<std::size_t, std::string>> kindless;
  std::size_t documents = 0;
  const auto where = [](std::size_t line) { return fmt::format("line {}", line); };
  const auto on_item = [&](value item, std::size_t line) {
    std::string json = to_json(item);
    if (!into.take(json, "", where(line))) kindless.emplace_back(line, std::move(json));
  };
  const auto take = [&](const std::string& json, std::optional<std::size_t> index) {
    const std::string place =
        index ? fmt::format("document {}: items[{}]", documents, *index) : fmt::format("document {}", documents);
    if (!into.take(json, "", place)) into.drop({errc::malformed, "no kind"}, place);
  };
  const auto on_document = [&](value document) {
    ++documents;
    const value* kind = document.find("kind");
    const std::string* word = kind != nullptr ? kind->as_string() : nullptr;
    if (word != nullptr && word->ends_with("List")) {
      for (const auto& [line, json] : kindless) {
        if (!into.take(json, kind_of_items(*word), where(line))) into.drop({errc::malformed, "no kind"}, where(line));
      }
    } else if (const auto* objects = document.as_list()) {
      for (std::size_t i = 0; i < objects->size(); ++i) take(to_json((*objects)[i]), i);
    } else if (!document.is_null()) {
      take(to_json(document), std::nullopt);
    }
    kindless.clear();
    return true;
  };
  return read_yaml(text, name, {on_document, on_item, duplicate_keys::last_wins});
}

}  // namespace

result<cluster_objects> read_cluster(std::string_view bytes, std::string name, object_source from) {
  if (bytes.size() > max_bytes) return error{errc::too_large, name + ": larger than 512 MiB"};
  std::string converted;
  std::string kept;
  std::string_view text = without_logs(without_byte_order_mark(bytes, converted), kept);
  collector into(name, from);
  std::string without_remarks;
  std::vector<kubectl_error> errors;
  if (from == object_source::file) text = without_kubectl_lines(text, without_remarks, errors);
  for (const kubectl_error& e : errors)
    into.drop({errc::malformed, fmt::format("kubectl wrote an error in place of objects: {}", e.text)},
              fmt::format("line {}", e.line));
  std::size_t documents = 0;
  while (const auto piece = take_document(text)) {
    ++documents;
    if (!piece->is_json) {
      const auto read = read_yaml_documents(piece->text, name, into);
      if (!read) return read.error();
      continue;
    }
    const std::string document = documents == 1 ? "" : fmt::format("document {}", documents);
    const auto read = read_json(piece->text, document, into);
    if (!read)
      return error{read.error().code,
                   fmt::format("{}: {}{}{}", name, document, document.empty() ? "" : ": ", read.error().detail)};
  }
  return std::move(into).finish();
}

}  // namespace berth::k8s
