#pragma once

#include "k8s/error.hpp"

#include <ostream>

/// How doctest shows an error, and so a result<void>, in a failed check.
namespace berth::k8s {

inline std::ostream& operator<<(std::ostream& out, const error& e) {
  return out << name_of(e.code) << " \"" << e.detail << '"';
}

}  // namespace berth::k8s
