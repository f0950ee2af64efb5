#include "k8s/codec/decode.hpp"
#include "k8s/codec/decode_protobuf.hpp"
#include "k8s/codec/object_kinds.hpp"
#include "k8s/codec/protobuf_messages.hpp"
#include "k8s/text/line_splitter.hpp"

#include <fmt/format.h>

/// An event of a watch: what happened, and to which object.
namespace berth::k8s {

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

result<event_type> type_named(std::string_view text) {
  for (const auto& w : event_types.known)
    if (w.text == text) return w.meaning;
  return error{errc::unexpected_answer, "watch event: no type that is known"};
}

// An API server writes the type first, so the rest of the line can be read in one go by what it says. Any other order
// costs a second pass.
result<event_type> type_of(std::string_view line) {
  constexpr std::string_view usual = R"({"type":")";
  if (line.starts_with(usual)) {
    const std::string_view rest = line.substr(usual.size());
    const std::string_view text = rest.substr(0, rest.find('"'));
    if (const auto type = type_named(text)) return type;
  }
  type_draft draft;
  if (const auto fault = decode_json(line, type_shape, &draft)) {
    return error{fault->code, "watch event: " + fault->text()};
  }
  if (draft.what == event_type::unknown) return type_named("");
  return draft.what;
}

/// A line: {"type": ..., "object": ...}
class json_event {
 public:
  explicit json_event(std::string_view line) : line_(line) {}

  result<event_type> type() const { return type_of(line_); }

  /// The object, by what `shape` says of it.
  template <const json_shape& Shape>
  std::optional<decode_fault> decode(void* draft) const {
    static constexpr json_field fields[] = {inside("object", Shape)};
    static constexpr json_shape envelope = object_shape(fields);
    auto fault = decode_json(line_, envelope, draft);
    constexpr std::string_view prefix = "object.";
    if (fault && fault->path.starts_with(prefix)) fault->path.erase(0, prefix.size());
    return fault;
  }

 private:
  std::string_view line_;
};

/// The same, as messages.
class message_event {
 public:
  static result<message_event> open(std::string_view bytes) {
    const auto event = open_protobuf_event(bytes);
    if (!event) return event.error();
    const auto object = open_protobuf_envelope(event->object);
    if (!object) return error{object.error().code, "watch event: object: " + object.error().detail};
    return message_event(event->type, *object);
  }

  result<event_type> type() const { return type_named(type_); }

  template <const json_shape& Shape>
  std::optional<decode_fault> decode(void* draft) const {
    return decode_protobuf(object_.raw, message(), object_.kind, Shape, draft);
  }

 private:
  message_event(std::string_view type, const protobuf_envelope& object) : type_(type), object_(object) {}

  const protobuf_message& message() const {
    if (object_.kind == "Status") return status_message;
    const protobuf_message* known = find_protobuf_message(object_.kind);
    return known != nullptr ? *known : any_object_message;
  }

  std::string_view type_;
  protobuf_envelope object_;
};

template <class Object, class Event>
result<watch_event<Object>> decode_event(const Event& source) {
  using kind = kind_of<Object>;
  watch_event<Object> event;
  const auto type = source.type();
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
      const auto fault = source.template decode<identity_shape>(&draft);
      if (fault) return error{fault->code, "bookmark: " + fault->text()};
      const std::string* end = draft.annotations.find("k8s.io/initial-events-end");
      event.what = watch_event<Object>::type::bookmark;
      event.resource_version = std::move(draft.resource_version);
      event.initial_events_end = end != nullptr && *end == "true";
      return event;
    }
    case event_type::error: {
      status_draft draft;
      const auto fault = source.template decode<status_shape>(&draft);
      if (fault) return error{fault->code, "ERROR event: " + fault->text()};
      event.what = watch_event<Object>::type::error;
      event.status = finished(std::move(draft));
      return event;
    }
    case event_type::unknown:
      break;
  }
  typename kind::draft draft;
  const auto fault = source.template decode<kind::shape>(&draft);
  auto object = finish<Object>(std::move(draft), fault);
  if (!object) return object.error();
  event.object = std::move(*object);
  event.resource_version = kind::version(*event.object);
  return event;
}

}  // namespace

template <class Object>
result<watch_event<Object>> decode_watch_event(const encoded& event) {
  if (event.bytes.size() > line_splitter::default_max_line_bytes)
    return error{errc::too_large, fmt::format("watch event: {} bytes", event.bytes.size())};
  if (event.form == encoding::json) return decode_event<Object>(json_event(event.bytes));
  const auto opened = message_event::open(event.bytes);
  if (!opened) return opened.error();
  return decode_event<Object>(*opened);
}

template result<watch_event<pod>> decode_watch_event<pod>(const encoded&);
template result<watch_event<node>> decode_watch_event<node>(const encoded&);
template result<watch_event<namespace_object>> decode_watch_event<namespace_object>(const encoded&);
template result<watch_event<workload>> decode_watch_event<workload>(const encoded&);
template result<watch_event<disruption_budget>> decode_watch_event<disruption_budget>(const encoded&);
template result<watch_event<label_selecting>> decode_watch_event<label_selecting>(const encoded&);
template result<watch_event<workload_selecting>> decode_watch_event<workload_selecting>(const encoded&);
template result<watch_event<selecting_workload<label_selecting>>> decode_watch_event(const encoded&);
template result<watch_event<selecting_workload<workload_selecting>>> decode_watch_event(const encoded&);
template result<watch_event<persistent_volume>> decode_watch_event<persistent_volume>(const encoded&);
template result<watch_event<persistent_volume_claim>> decode_watch_event<persistent_volume_claim>(const encoded&);
template result<watch_event<storage_class>> decode_watch_event<storage_class>(const encoded&);
template result<watch_event<csi_node>> decode_watch_event<csi_node>(const encoded&);
template result<watch_event<csi_driver>> decode_watch_event<csi_driver>(const encoded&);
template result<watch_event<csi_storage_capacity>> decode_watch_event<csi_storage_capacity>(const encoded&);
template result<watch_event<volume_attachment>> decode_watch_event<volume_attachment>(const encoded&);

}  // namespace berth::k8s
