#pragma once

#include "k8s/codec/json_shape.hpp"
#include "k8s/codec/protobuf_message.hpp"
#include "k8s/error.hpp"

#include <optional>
#include <string_view>

/// Protobuf of an API server into structs, by the tables that JSON is read by (json_shape.hpp): a walk over the bytes
/// tells a shape_decoder what it would be told of the same object's JSON. So what becomes of a field is written once,
/// and nothing is built in between. Private to k8s/codec/.
namespace berth::k8s {

/// Fills `place` by `shape` from the message in `bytes`. `kind` is told as the object's field of that name; "" is none.
///
/// What no table has is skipped by its length. Fields may come in any order, and twice: messages add up, entries of
/// lists come one after the other, of scalars the last counts. What was decoded before a fault stays. Depth is that of
/// the tables. Texts that are no UTF-8 are mended as Go's JSON encoder mends them.
std::optional<decode_fault> decode_protobuf(std::string_view bytes, const protobuf_message& message,
                                            std::string_view kind, const json_shape& shape, void* place);

/// Kubernetes' envelope: four bytes, and a runtime.Unknown around the object. Views of the bytes.
struct protobuf_envelope {
  std::string_view kind;
  std::string_view raw;
};
inline constexpr std::string_view protobuf_magic("k8s\0", 4);
result<protobuf_envelope> open_protobuf_envelope(std::string_view bytes);

/// A frame of a watch: a meta/v1 WatchEvent. Views of the bytes; `object` is an envelope.
struct protobuf_event {
  std::string_view type;
  std::string_view object;
};
result<protobuf_event> open_protobuf_event(std::string_view bytes);

/// The kind that a runtime.TypeMeta names, "" for none.
result<std::string_view> kind_of_protobuf_type(std::string_view type_meta);

}  // namespace berth::k8s
