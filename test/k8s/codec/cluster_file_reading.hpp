#pragma once

#include "k8s/codec/cluster_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

/// A cluster file in a test: read, and written as a list.
namespace berth::test {

inline berth::k8s::cluster_objects read(std::string_view text,
                                        berth::k8s::object_source from = berth::k8s::object_source::file) {
  auto c = berth::k8s::read_cluster(text, "f", from);
  if (!c) FAIL(c.error().detail);
  return *c;
}

inline std::string list_of(const std::string& items, const std::string& kind = "List") {
  return R"({"apiVersion": "v1", "items": [)" + items + R"(], "kind": ")" + kind + R"("})";
}

}  // namespace berth::test
