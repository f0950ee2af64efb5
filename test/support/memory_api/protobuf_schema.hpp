#pragma once

#include <map>
#include <string>
#include <string_view>

/// Which field of which message is what: the table behind protobuf.hpp.
namespace berth::memory_api {

enum class wire_kind {
  text,
  bytes,
  number,          ///< left out where it is 0
  pointed_number,  ///< kept where it is 0: Go has a pointer there
  flag,
  time,
  quantity,
  int_or_string,
  message,
  skipped,
};

struct wire_field {
  std::string name;
  wire_kind kind = wire_kind::skipped;
  std::string message;  ///< its name, for a message
  bool repeated = false;
  bool map = false;  ///< of text to `kind`
};

using wire_message = std::map<unsigned, wire_field>;

/// nullptr for a message that is not known.
const wire_message* find_wire_message(std::string_view name);

}  // namespace berth::memory_api
