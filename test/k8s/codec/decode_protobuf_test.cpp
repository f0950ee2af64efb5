#include "k8s/codec/decode.hpp"
#include "test/support/objects.hpp"
#include "test/support/protobuf_bytes.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace berth::k8s;
using namespace berth::test;

namespace {

result<pod_ptr> read_pod(const std::string& bytes, std::string_view kind = "Pod") {
  return decode_object<pod>(encoded{bytes, encoding::protobuf, kind});
}
std::string fault(const std::string& bytes) {
  const auto read = read_pod(bytes);
  return read ? "" : read.error().detail;
}

const std::string named = field(1, field(1, "web") + field(3, "shop"));

std::string label(const std::string& key, const std::string& value) {
  return field(11, field(1, key) + field(2, value));
}
std::string amount(unsigned number, const std::string& name, const std::string& value) {
  return field(number, field(1, name) + field(2, field(1, value)));
}
std::string with_container(const std::string& name, const std::string& more = "") {
  return field(2, field(1, name) + more);
}

}  // namespace

TEST_CASE("protobuf: fields of a message may come in any order, and fields that are not read anywhere") {
  const std::string unread =
      integer(900, 7) + field(901, "x") + varint(902 << 3 | 1U) + "12345678" + varint(903 << 3 | 5U) + "1234";
  const std::string spec =
      with_container("b") + unread + field(10, "n1") + with_container("a", field(2, "image") + unread);
  const auto p = read_pod(field(3, field(1, "Running")) + unread + field(2, spec) + named);
  REQUIRE(p.has_value());
  CHECK((*p)->key == object_key{"shop", "web"});
  CHECK((*p)->phase == pod_phase::running);
  CHECK((*p)->node_name == "n1");
  REQUIRE((*p)->spec->containers.size() == 2);
  CHECK((*p)->spec->containers[0].name == "b");
  CHECK((*p)->spec->containers[1].image == "image");
}

TEST_CASE("protobuf: limits are read beside requests, of a container and of the pod as a whole") {
  const std::string spec = with_container("a", field(8, amount(1, "cpu", "2") + amount(2, "cpu", "1"))) +
                           field(40, amount(1, "memory", "1Gi"));
  const auto p = read_pod(named + field(2, spec));
  REQUIRE(p.has_value());
  CHECK((*p)->spec->containers[0].requests == resources_of({{"cpu", "1"}}));
  CHECK((*p)->spec->containers[0].limits == resources_of({{"cpu", "2"}}));
  CHECK((*p)->spec->pod_limits == resources_of({{"memory", "1Gi"}}));
}

TEST_CASE("protobuf: what comes twice adds up, and of scalars the last counts") {
  const std::string metadata = field(1, field(1, "first") + label("a", "1") + label("b", "2")) +
                               field(1, label("b", "3") + label("c", "4") + field(1, "web") + field(3, "shop"));
  const std::string spec =
      field(2, field(10, "n1") + with_container("a")) + field(2, with_container("b") + field(10, "n2"));
  const auto p = read_pod(metadata + spec);
  REQUIRE(p.has_value());
  CHECK((*p)->key == object_key{"shop", "web"});
  CHECK((*p)->spec->labels == string_map({{"a", "1"}, {"b", "3"}, {"c", "4"}}));
  CHECK((*p)->node_name == "n2");
  CHECK((*p)->spec->containers.size() == 2);
}

TEST_CASE("protobuf: entries of a map need neither a key nor a value") {
  const std::string metadata = field(1, field(1, "web") + field(11, field(2, "no key")) + field(11, field(1, "k")));
  const auto p = read_pod(metadata + field(2, field(32, field(1, "cpu")) + amount(32, "memory", "1Gi")));
  REQUIRE(p.has_value());
  CHECK((*p)->spec->labels == string_map({{"", "no key"}, {"k", ""}}));
  REQUIRE((*p)->spec->overhead.find("cpu") != nullptr);
  CHECK(*(*p)->spec->overhead.find("cpu") == quantity());
}

TEST_CASE("protobuf: zero behind a pointer counts, and elsewhere what JSON leaves out does not") {
  const auto p = read_pod(named + field(2, integer(25, 0) + integer(11, 0) + field(19, "")) + field(3, field(1, "")));
  REQUIRE(p.has_value());
  CHECK((*p)->spec->scheduler_name == "default-scheduler");
  CHECK((*p)->phase == pod_phase::pending);
  const auto spread = read_pod(named + field(2, field(33, integer(1, 0))));
  REQUIRE(spread.has_value());
  CHECK((*spread)->spec->spread_constraints.at(0).max_skew == 0);
}

TEST_CASE("protobuf: numbers are those of Go") {
  // An int32 is written as 64 bits with its sign; Go drops what is beyond 32.
  for (const auto& [bits, value] : {std::pair{~std::uint64_t{0}, -1}, std::pair{std::uint64_t{1} << 32 | 7, 7}}) {
    const auto p = read_pod(named + field(2, integer(25, bits)));
    REQUIRE(p.has_value());
    CHECK((*p)->spec->priority == value);
  }
}

TEST_CASE("protobuf: times are whole seconds, and one without bytes is none") {
  const auto deleted = [](const std::string& time) { return read_pod(field(1, field(1, "web") + field(9, time))); };
  const auto none = deleted("");
  REQUIRE(none.has_value());
  CHECK_FALSE((*none)->deleted.has_value());
  const auto zero = deleted(integer(1, 0));
  REQUIRE(zero.has_value());
  CHECK((*zero)->deleted == timestamp());
  const auto fraction = deleted(integer(1, 5) + integer(2, 999'999'999));
  REQUIRE(fraction.has_value());
  CHECK((*fraction)->deleted == timestamp(std::chrono::seconds(5)));
  for (const std::uint64_t far : {std::uint64_t{253402300800}, ~std::uint64_t{0} >> 1, std::uint64_t{1} << 63}) {
    const auto refused = deleted(integer(1, far));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.find("metadata.deletionTimestamp: \"") != std::string::npos);
    CHECK(refused.error().detail.find("is not a time") != std::string::npos);
  }
}

TEST_CASE("protobuf: bytes that are no UTF-8 become what Go's JSON makes of them") {
  const auto p = read_pod(field(1, field(1, "web") + label("a\xff", "b\xed\xa0\x80")));
  REQUIRE(p.has_value());
  CHECK((*p)->spec->labels == string_map({{"a\xEF\xBF\xBD", "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}}));
}

TEST_CASE("protobuf: errors name the object, the field and the byte") {
  const std::string bad = with_container("c", field(8, amount(2, "cpu", "1x")));
  CHECK(fault(named + field(2, with_container("ok") + bad)) ==
        "Pod shop/web: spec.containers[1].resources.requests[\"cpu\"]: \"1x\" is not a quantity, at byte 30");
  CHECK(fault(named + field(2, integer(10, 5))).starts_with("Pod shop/web: spec: no protobuf: wrong wire type, at "));
  CHECK(fault(named + field(2, field(25, "x"))).starts_with("Pod shop/web: spec: no protobuf: wrong wire type, at "));
  CHECK(fault(field(2, "")) == "Pod: metadata.name: missing");
  const auto other = read_pod(named, "Node");
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().code == errc::unexpected_answer);
  CHECK(other.error().detail == "expected a Pod, got Node shop/web");
}

TEST_CASE("protobuf: broken bytes are refused, whatever is broken") {
  const std::string overlong(11, '\xff');
  for (const std::string& bytes : {
           std::string("\x0a"),  // a length is missing
           std::string("\x0a\x05"
                       "ab"),                                        // and bytes
           std::string("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),  // more than there are in the world
           std::string("\x0a") + overlong,
           overlong,
           std::string("\x00\x01", 2),  // field 0
           std::string("\x0b\x0c"),     // a group
           std::string("\x0e\x01"),     // wire type 6
           std::string("\x08"),         // a number is missing
           field(1, "\x0a\x7f"),
           field(2, field(2, "\xff")),
       }) {
    const auto first = read_pod(bytes);
    REQUIRE_FALSE(first.has_value());
    CHECK(first.error().code == errc::malformed);
    const auto after = read_pod(named + bytes);
    REQUIRE_FALSE(after.has_value());
    CHECK(after.error().detail.find("no protobuf: ") != std::string::npos);
  }
}

TEST_CASE("protobuf: cut or changed anywhere, it never does harm") {
  const std::string whole = field(1, field(1, "web") + label("a", "b") + field(8, integer(1, 1'700'000'000)) +
                                         field(13, field(1, "ReplicaSet"))) +
                            field(2, with_container("c", field(8, amount(2, "cpu", "1") + amount(1, "memory", "1Gi"))) +
                                         integer(25, 7) + field(22, field(1, "k") + field(2, "Exists"))) +
                            field(3, field(2, field(1, "PodScheduled") + field(2, "True")));
  REQUIRE(read_pod(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) (void)read_pod(whole.substr(0, size));
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp)
  for (int i = 0; i < 2'000; ++i) {
    std::string changed = whole;
    for (auto n = random() % 3 + 1; n > 0; --n) changed[random() % changed.size()] = static_cast<char>(random());
    if (const auto p = read_pod(changed); !p) CHECK_FALSE(p.error().detail.empty());
  }
}

TEST_CASE("protobuf: an object above the cap is refused by its name") {
  const std::string large = named + field(2, field(900, std::string(4 << 20, 'x')));
  const auto refused = read_pod(large);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == errc::too_large);
  CHECK(refused.error().detail.starts_with("Pod shop/web: larger than 3 MiB"));
}

TEST_CASE("protobuf: a watch's event carries type and object") {
  const auto read = [](const std::string& bytes) {
    return decode_watch_event<pod>(encoded{bytes, encoding::protobuf});
  };
  using type = watch_event<pod>::type;
  const std::string object = enveloped("Pod", field(1, field(1, "web") + field(6, "7")));
  for (const auto& [word, what] :
       {std::pair{"ADDED", type::added}, std::pair{"MODIFIED", type::modified}, std::pair{"DELETED", type::deleted}}) {
    const auto e = read(watch_event_bytes(word, object));
    REQUIRE(e.has_value());
    CHECK(e->what == what);
    CHECK(e->resource_version == "7");
    CHECK(e->object->key == object_key{"default", "web"});
  }
  const std::string end = field(12, field(1, "k8s.io/initial-events-end") + field(2, "true"));
  const auto bookmark = read(watch_event_bytes("BOOKMARK", enveloped("Pod", field(1, field(6, "9") + end))));
  REQUIRE(bookmark.has_value());
  CHECK(bookmark->what == type::bookmark);
  CHECK(bookmark->resource_version == "9");
  CHECK(bookmark->initial_events_end);
  const auto gone = read(
      watch_event_bytes("ERROR", enveloped("Status", field(3, "too old") + field(4, "Expired") + integer(6, 410))));
  REQUIRE(gone.has_value());
  CHECK(gone->what == type::error);
  CHECK(to_error(gone->status, "watch").code == errc::gone);
  CHECK(read(watch_event_bytes("ADDED", enveloped("Node", named))).error().code == errc::unexpected_answer);
  CHECK(read(watch_event_bytes("OTHER", object)).error().detail == "watch event: no type that is known");
  CHECK(read(watch_event_bytes("ADDED", "{}")).error().detail ==
        "watch event: object: does not begin as Kubernetes' protobuf does");
  CHECK(read("\xff").error().code == errc::malformed);
  CHECK(read(std::string(9 << 20, 'x')).error().code == errc::too_large);
}

TEST_CASE("protobuf: an ERROR event as an API server sent it") {
  // kubernetes/kubernetes#108071, without its length.
  using namespace std::string_literals;
  const std::string bytes =
      "\n\x05"
      "ERROR\x12h\nfk8s\x00\n\x0c\n\x02v1\x12\x06Status\x12N\n\x06\n\x00\x12\x00\x1a\x00\x12\x07"
      "Failure"
      "\x1a/too old resource version: 181537752 (181538558)\"\x07"
      "Expired0\x9a\x03\x1a\x00\"\x00"s;
  REQUIRE(bytes.size() == 'q');
  const auto e = decode_watch_event<pod>(encoded{bytes, encoding::protobuf});
  REQUIRE(e.has_value());
  CHECK(e->status.code == 410);
  CHECK(e->status.message == "too old resource version: 181537752 (181538558)");
  CHECK(to_error(e->status, "watch").code == errc::gone);
}

TEST_CASE("protobuf: a Status of a refusal is read") {
  const std::string cause = field(1, "ResourceVersionTooLarge") + field(2, "Too large resource version");
  const std::string bytes = enveloped(
      "Status", field(3, "later") + field(4, "Timeout") + field(5, field(4, cause) + integer(5, 3)) + integer(6, 504));
  const auto status = decode_status(encoded{bytes, encoding::protobuf});
  REQUIRE(status.has_value());
  CHECK(status->code == 504);
  CHECK(status->retry_after_seconds == 3);
  CHECK(status->causes == std::vector<std::string>{"ResourceVersionTooLarge: Too large resource version"});
  CHECK(decode_status(encoded{enveloped("Pod", named), encoding::protobuf}).error().code == errc::unexpected_answer);
  CHECK(decode_status(encoded{"{}", encoding::protobuf}).error().code == errc::malformed);
}
