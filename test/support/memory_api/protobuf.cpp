#include "test/support/memory_api/protobuf.hpp"

#include "k8s/api/time.hpp"
#include "test/support/memory_api/protobuf_schema.hpp"
#include "test/support/memory_api/refusal.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace berth::memory_api {

namespace {

constexpr std::string_view media_type = "application/vnd.kubernetes.protobuf";
constexpr std::string_view magic("k8s\0", 4);
constexpr int max_depth = 32;

/// A field as it stands in the bytes.
struct wire_value {
  unsigned number = 0;
  std::uint64_t integer = 0;
  std::string_view bytes;
};

class wire_reader {
 public:
  explicit wire_reader(std::string_view bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty(); }

  wire_value next() {
    const auto tag = varint();
    wire_value v{static_cast<unsigned>(tag >> 3), 0, {}};
    switch (tag & 7) {
      case 0:
        v.integer = varint();
        break;
      case 1:
        v.bytes = take(8);
        break;
      case 2:
        v.bytes = take(varint());
        break;
      case 5:
        v.bytes = take(4);
        break;
      default:
        throw bad_request("error decoding protobuf: unknown wire type");
    }
    return v;
  }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1).front());
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    throw bad_request("error decoding protobuf: a number without end");
  }
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) throw bad_request("error decoding protobuf: unexpected end");
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
};

wire_value find(std::string_view message, unsigned number) {
  for (wire_reader reader(message); !reader.done();) {
    if (const auto v = reader.next(); v.number == number) return v;
  }
  return {};
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) text += i + k > bytes.size() ? '=' : letters[group >> (18 - 6 * k) & 63];
  }
  return text;
}

json read_message(std::string_view name, std::string_view bytes, int depth);

/// null for what JSON leaves out.
json read_value(const wire_field& field, const wire_value& v, int depth) {
  const auto number = static_cast<std::int64_t>(v.integer);
  switch (field.kind) {
    case wire_kind::text:
      return v.bytes.empty() && !field.repeated && !field.map ? json() : json(v.bytes);
    case wire_kind::bytes:
      return base64(v.bytes);
    case wire_kind::number:
      return number == 0 ? json() : json(number);
    case wire_kind::pointed_number:
      return number;
    case wire_kind::flag:
      return number == 0 ? json() : json(true);
    case wire_kind::quantity:
      return find(v.bytes, 1).bytes;
    case wire_kind::int_or_string:
      if (find(v.bytes, 1).integer == 1) return find(v.bytes, 3).bytes;
      return static_cast<std::int64_t>(find(v.bytes, 2).integer);
    case wire_kind::time: {
      const auto seconds = static_cast<std::int64_t>(find(v.bytes, 1).integer);
      return seconds == 0 ? json() : json(k8s::format_time(k8s::timestamp(std::chrono::seconds(seconds))));
    }
    case wire_kind::message:
      return read_message(field.message, v.bytes, depth + 1);
    case wire_kind::skipped:
      return {};
  }
  return {};
}

json read_message(std::string_view name, std::string_view bytes, int depth) {
  if (depth > max_depth) throw bad_request("error decoding protobuf: nested too deep");
  const wire_message* known = find_wire_message(name);
  if (known == nullptr)
    throw refusal(415, "UnsupportedMediaType",
                  fmt::format("{} is not read as protobuf here: use kubectl create -f", name));
  json object{json::object{}};
  for (wire_reader reader(bytes); !reader.done();) {
    const wire_value v = reader.next();
    const auto found = known->find(v.number);
    if (found == known->end()) {
      throw refusal(415, "UnsupportedMediaType",
                    fmt::format("field {} of {} is not read as protobuf here: use kubectl create -f", v.number, name));
    }
    const wire_field& field = found->second;
    if (field.map) {
      wire_value value = find(v.bytes, 2);
      object[field.name][find(v.bytes, 1).bytes] = read_value(field, value, depth);
    } else if (field.repeated) {
      object[field.name].make_items().push_back(read_value(field, v, depth));
    } else {
      object[field.name] = read_value(field, v, depth);
    }
  }
  return object;
}

}  // namespace

bool is_protobuf(std::string_view content_type) noexcept { return content_type.starts_with(media_type); }

json from_protobuf(std::string_view bytes) {
  if (!bytes.starts_with(magic)) throw bad_request("error decoding protobuf: it does not begin as Kubernetes' does");
  const std::string_view envelope = bytes.substr(magic.size());
  const std::string_view type = find(envelope, 1).bytes;
  const std::string_view kind = find(type, 2).bytes;
  json object = read_message(kind, find(envelope, 2).bytes, 0);
  object["apiVersion"] = find(type, 1).bytes;
  object["kind"] = kind;
  return object;
}

}  // namespace berth::memory_api
