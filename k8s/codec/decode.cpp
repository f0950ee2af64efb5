#include "k8s/codec/decode.hpp"

#include "k8s/codec/decode_file_object.hpp"
#include "k8s/codec/decode_protobuf.hpp"
#include "k8s/codec/object_kinds.hpp"
#include "k8s/codec/protobuf_messages.hpp"

#include <fmt/format.h>

namespace berth::k8s {

namespace {

constexpr std::size_t max_object_bytes = list_splitter::max_item_bytes;

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

/// Of a list, whose kind says which message its items are.
template <class Object>
result<std::shared_ptr<const Object>> decode_message(const encoded& object) {
  using kind = kind_of<Object>;
  typename kind::draft draft;
  const protobuf_message* message = find_protobuf_message(object.kind);
  const bool known = message != nullptr && is_kind<kind>(object.kind);
  auto fault = decode_protobuf(object.bytes.substr(0, max_object_bytes), known ? *message : any_object_message,
                               object.kind, kind::shape, &draft);
  if (object.bytes.size() > max_object_bytes)
    fault = decode_fault{errc::too_large, "", "larger than 3 MiB", max_object_bytes};
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

template <class Object>
result<std::shared_ptr<const Object>> decode_object(const encoded& object) {
  switch (object.form) {
    case encoding::json:
      return decode<Object>(object.bytes);
    case encoding::protobuf:
      return decode_message<Object>(object);
  }
  return error{errc::unexpected_answer, "an object of no known encoding"};
}
template result<pod_ptr> decode_object<pod>(const encoded&);
template result<node_ptr> decode_object<node>(const encoded&);
template result<namespace_ptr> decode_object<namespace_object>(const encoded&);
template result<workload_ptr> decode_object<workload>(const encoded&);
template result<disruption_budget_ptr> decode_object<disruption_budget>(const encoded&);
template result<label_selecting_ptr> decode_object<label_selecting>(const encoded&);
template result<workload_selecting_ptr> decode_object<workload_selecting>(const encoded&);
template result<std::shared_ptr<const selecting_workload<label_selecting>>> decode_object(const encoded&);
template result<std::shared_ptr<const selecting_workload<workload_selecting>>> decode_object(const encoded&);
template result<volume_ptr> decode_object<persistent_volume>(const encoded&);
template result<claim_ptr> decode_object<persistent_volume_claim>(const encoded&);
template result<storage_class_ptr> decode_object<storage_class>(const encoded&);
template result<csi_node_ptr> decode_object<csi_node>(const encoded&);
template result<csi_driver_ptr> decode_object<csi_driver>(const encoded&);
template result<csi_storage_capacity_ptr> decode_object<csi_storage_capacity>(const encoded&);
template result<volume_attachment_ptr> decode_object<volume_attachment>(const encoded&);

result<lease> decode_lease(std::string_view json) {
  const auto object = decode<lease>(json);
  if (!object) return object.error();
  return **object;
}

result<api_status> decode_status(const encoded& body) {
  status_draft draft;
  std::optional<decode_fault> fault;
  switch (body.form) {
    case encoding::json:
      fault = decode_json(body.bytes.substr(0, max_object_bytes), status_shape, &draft);
      break;
    case encoding::protobuf: {
      const auto envelope = open_protobuf_envelope(body.bytes);
      if (!envelope) return error{envelope.error().code, "Status: " + envelope.error().detail};
      const protobuf_message& message = envelope->kind == "Status" ? status_message : any_object_message;
      fault = decode_protobuf(envelope->raw, message, envelope->kind, status_shape, &draft);
      break;
    }
  }
  if (fault) return error{fault->code, "Status: " + fault->text()};
  if (draft.kind != "Status") {
    return error{errc::unexpected_answer,
                 fmt::format("expected a Status, got {}", draft.kind.empty() ? "no kind" : excerpt(draft.kind, 64))};
  }
  return finished(std::move(draft));
}

}  // namespace berth::k8s
