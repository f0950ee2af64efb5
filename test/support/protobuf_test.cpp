#include "test/support/memory_api/protobuf.hpp"
#include "test/support/memory_api/refusal.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace berth::memory_api;

namespace {

/// A length-delimited field.
std::string field(int number, const std::string& bytes) {
  return std::string(1, static_cast<char>(number << 3 | 2)) + static_cast<char>(bytes.size()) + bytes;
}
std::string field(int number, char value) { return std::string(1, static_cast<char>(number << 3)) + value; }

std::string envelope(const std::string& version, const std::string& kind, const std::string& raw) {
  return std::string("k8s\0", 4) + field(1, field(1, version) + field(2, kind)) + field(2, raw);
}

int refused(const std::string& bytes) {
  try {
    from_protobuf(bytes);
    return 200;
  } catch (const refusal& why) {
    return why.code();
  }
}

}  // namespace

TEST_CASE("protobuf: a Deployment as kubectl sends it") {
  const std::string labels = field(11, field(1, std::string("app")) + field(2, std::string("web")));
  const std::string container = field(1, std::string("c")) + field(2, std::string("nginx")) +
                                field(6, field(3, char{80})) +
                                field(8, field(1, field(1, std::string("cpu")) + field(2, field(1, std::string("1")))));
  const std::string spec =
      field(1, char{0}) + field(3, field(2, field(2, container))) + field(5, char{0}) +
      field(4, field(2, field(1, field(1, char{1}) + field(3, std::string("25%"))) + field(2, field(2, char{3}))));
  const json read = from_protobuf(envelope("apps/v1", "Deployment",
                                           field(1, field(1, std::string("web")) + labels + field(8, std::string())) +
                                               field(2, spec) + field(3, std::string())));
  CHECK(
      read ==
      *json::parse(
          R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"app":"web"}},"spec":{"replicas":0,
    "strategy":{"rollingUpdate":{"maxUnavailable":"25%","maxSurge":3}},
    "template":{"spec":{"containers":[{"name":"c","image":"nginx","ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"1"}}}]}}}})"));
}

TEST_CASE("protobuf: bytes become base64, times become RFC 3339") {
  const std::string seconds = std::string("\x08\x80\xa6\xea\xca\x06", 6);  // field 1: 1767543552
  const json secret = from_protobuf(envelope("v1", "Secret",
                                             field(1, field(1, std::string("s")) + field(8, seconds)) +
                                                 field(2, field(1, std::string("k")) + field(2, std::string("any")))));
  CHECK(secret["data"]["k"].string() == "YW55");
  CHECK(secret["metadata"]["creationTimestamp"].string().ends_with("Z"));
  for (const auto& [plain, coded] : {std::pair{"a", "YQ=="}, std::pair{"ab", "YWI="}}) {
    const json one =
        from_protobuf(envelope("v1", "Secret", field(2, field(1, std::string("k")) + field(2, std::string(plain)))));
    CHECK(one["data"]["k"].string() == coded);
  }
}

TEST_CASE("protobuf: what is cut, crooked or unknown is refused") {
  const std::string whole = envelope("v1", "Namespace", field(1, field(1, std::string("team"))));
  CHECK(refused(whole) == 200);
  CHECK(refused("") == 400);
  CHECK(refused("json") == 400);
  for (std::size_t cut = whole.size() - 8; cut < whole.size(); ++cut) CHECK(refused(whole.substr(0, cut)) == 400);
  CHECK(refused(std::string("k8s\0", 4) + std::string(11, '\xff')) == 400);
  CHECK(refused(envelope("v1", "Node", "")) == 415);
  CHECK(refused(envelope("v1", "Namespace", field(15, std::string("x")))) == 415);
}
