#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// Which field of a protobuf message is what in JSON: tables of constants, of the messages and fields that are read.
/// Private to k8s/codec/.
///
///   using f = protobuf_field;
///   constexpr protobuf_field taint_fields[] = {f::text(1, "key").always(), f::text(2, "value")};
///   constexpr protobuf_message taint{taint_fields};
///
/// Numbers, names and what JSON leaves out are those of generated.proto and types.go in k8s.io/api and apimachinery.
namespace berth::k8s {

struct protobuf_field;

struct protobuf_message {
  std::span<const protobuf_field> fields;  ///< by ascending number
};

struct protobuf_field {
  enum class type : std::uint8_t {
    text,
    boolean,
    int32,
    int64,
    quantity,  ///< resource.Quantity: a message around a text
    time,      ///< metav1.Time: a message of seconds
    message,
    inlined,  ///< a message whose fields JSON has among those around it
  };
  enum class count : std::uint8_t { one, list, map };

  std::uint32_t number;
  std::string_view name;
  type kind;
  const protobuf_message* message = nullptr;
  count many = count::one;
  /// Go writes every scalar that is not behind a pointer, zero or not, and JSON mostly leaves those that are zero out
  /// (omitempty): they count as absent. Not so where this is set.
  bool kept_when_zero = false;

  static constexpr protobuf_field text(std::uint32_t number, std::string_view name);
  static constexpr protobuf_field boolean(std::uint32_t number, std::string_view name);
  static constexpr protobuf_field int32(std::uint32_t number, std::string_view name);
  static constexpr protobuf_field int64(std::uint32_t number, std::string_view name);
  static constexpr protobuf_field quantity(std::uint32_t number, std::string_view name);
  static constexpr protobuf_field time(std::uint32_t number, std::string_view name);
  static constexpr protobuf_field object(std::uint32_t number, std::string_view name, const protobuf_message& of);
  static constexpr protobuf_field inside(std::uint32_t number, const protobuf_message& of);

  constexpr protobuf_field list() const;
  /// From texts to this.
  constexpr protobuf_field map() const;
  /// A scalar that JSON writes even when it is zero or empty: no omitempty.
  constexpr protobuf_field always() const;
  /// A scalar behind a pointer in Go: present, it counts even when it is zero or empty.
  constexpr protobuf_field pointer() const { return always(); }
};

constexpr protobuf_field protobuf_field::text(std::uint32_t number, std::string_view name) {
  return {number, name, type::text};
}
constexpr protobuf_field protobuf_field::boolean(std::uint32_t number, std::string_view name) {
  return {number, name, type::boolean};
}
constexpr protobuf_field protobuf_field::int32(std::uint32_t number, std::string_view name) {
  return {number, name, type::int32};
}
constexpr protobuf_field protobuf_field::int64(std::uint32_t number, std::string_view name) {
  return {number, name, type::int64};
}
constexpr protobuf_field protobuf_field::quantity(std::uint32_t number, std::string_view name) {
  return {number, name, type::quantity};
}
constexpr protobuf_field protobuf_field::time(std::uint32_t number, std::string_view name) {
  return {number, name, type::time};
}
constexpr protobuf_field protobuf_field::object(std::uint32_t number, std::string_view name,
                                                const protobuf_message& of) {
  return {number, name, type::message, &of};
}
constexpr protobuf_field protobuf_field::inside(std::uint32_t number, const protobuf_message& of) {
  return {number, "", type::inlined, &of};
}
constexpr protobuf_field protobuf_field::list() const {
  protobuf_field f = *this;
  f.many = count::list;
  return f;
}
constexpr protobuf_field protobuf_field::map() const {
  protobuf_field f = *this;
  f.many = count::map;
  return f;
}
constexpr protobuf_field protobuf_field::always() const {
  protobuf_field f = *this;
  f.kept_when_zero = true;
  return f;
}

}  // namespace berth::k8s
