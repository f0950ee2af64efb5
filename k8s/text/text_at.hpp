#pragma once

#include "k8s/text/value.hpp"

#include <string>
#include <string_view>

namespace berth::k8s {

/// The text of that member; "" where there is none, where it is no text, and where `of` is null or no map. Pure.
inline std::string text_at(const value* of, std::string_view field) {
  const value* v = of == nullptr ? nullptr : of->find(field);
  return v == nullptr || v->as_string() == nullptr ? std::string() : *v->as_string();
}

}  // namespace berth::k8s
