#include "k8s/text/binary_format.hpp"

#include "k8s/text/yaml.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

using namespace berth::k8s;

TEST_CASE("binary format: what is packed is told by its first bytes") {
  CHECK(packed_as("\x1F\x8B\x08") == "compressed by gzip");
  CHECK(packed_as("\xFD\x37zXZ\x00") == "compressed by xz");
  CHECK(packed_as("\x28\xB5\x2F\xFD") == "compressed by zstd");
  CHECK(packed_as("BZh91AY&SY") == "compressed by bzip2");
  CHECK(packed_as("PK\x03\x04") == "a zip archive");
  CHECK(packed_as("cluster.yaml" + std::string(245, '\0') + "ustar  ") == "a tar archive");
  for (const std::string text : {"", "\x1F", "kind: Pod\n", "{}", "BZ", "P", "ustar"}) CHECK(packed_as(text).empty());
}

TEST_CASE("binary format: a text that holds a format's words is a text") {
  CHECK(packed_as("- __1AY&SY_").empty());
  CHECK(packed_as("BZh01AY&SY").empty());
  CHECK(packed_as(fmt::format("{:#<257}ustar", "")).empty());
}

TEST_CASE("binary format: a packed file is no YAML, and its error says what to do") {
  const auto ignore = [](value) { return true; };
  const auto read = read_yaml("\x1F\x8B\x08\x00", "c.yaml.gz", {ignore, {}, duplicate_keys::last_wins});
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().detail == "c.yaml.gz: is compressed by gzip; unpack it first");
}
