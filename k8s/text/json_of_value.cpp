#include "k8s/text/json_of_value.hpp"

#include <fmt/format.h>

#include <cmath>

namespace berth::k8s {

void write(json_writer& out, const value& v) {
  if (const auto* b = v.as_bool()) {
    out.boolean(*b);
  } else if (const auto* i = v.as_int()) {
    out.integer(*i);
  } else if (const auto* d = v.as_double(); d && std::isfinite(*d)) {
    out.number(fmt::format("{}", *d));
  } else if (const auto* s = v.as_string()) {
    out.text(*s);
  } else if (const auto* list = v.as_list()) {
    out.begin_list();
    for (const auto& item : *list) write(out, item);
    out.end_list();
  } else if (const auto* map = v.as_map()) {
    out.begin_object();
    for (const auto& [name, member] : *map) {
      out.key(name);
      write(out, member);
    }
    out.end_object();
  } else {
    out.null();
  }
}

}  // namespace berth::k8s
