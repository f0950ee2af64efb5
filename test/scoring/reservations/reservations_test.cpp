#include "scoring/reservations/reservations.hpp"

#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::scoring;
using namespace berth::test;

namespace {

constexpr auto id = "a8f6f901-47c9-4475-b1f4-cac44597e173";
constexpr auto other_id = "b0000000-47c9-4475-b1f4-cac44597e173";
constexpr auto record = R"({"owner":"ReplicaSet/default/web-1","ownerUid":"u-1","pod":"default/web-1-x",)"
                        R"("since":"2026-01-02T15:04:05Z","expires":"2026-01-02T15:14:05Z"})";

node_reservations read(std::initializer_list<std::pair<std::string, std::string>> annotations) {
  make_node n("n");
  for (const auto& [key, value] : annotations) n.annotation(key, value);
  return reservations_of(n);
}

// What is wrong with one annotation, alone on a node; "" where it is a good one, "ignored" where it is none.
std::string wrong_with(const std::string& key, const std::string& value) {
  const node_reservations r = read({{key, value}});
  if (r.bad.empty()) return r.good.empty() ? "ignored" : "";
  CHECK(r.good.empty());
  CHECK(r.bad.front().key == key);
  CHECK(r.bad.front().value == value);
  return r.bad.front().what;
}

}  // namespace

TEST_CASE("reservations: annotations that agree in the id are one reservation") {
  const node_reservations r = read({{amount_key("cpu", id), "5000m"},
                                    {amount_key("memory", id), "128Mi"},
                                    {amount_key("pods", other_id), "1"},
                                    {"unrelated", "x"}});
  CHECK(r.bad.empty());
  REQUIRE(r.good.size() == 2);
  CHECK(r.good[0] == reservation{id, resources_of({{"cpu", "5"}, {"memory", "134217728"}}), std::nullopt});
  CHECK(r.good[1] == reservation{other_id, resources_of({{"pods", "1"}}), std::nullopt});
}

TEST_CASE("reservations: a record says whom it is for, and has the amounts that have no key of their own") {
  const std::string with_resources = std::string(record).replace(std::string(record).size() - 1, 1,
                                                                 R"(,"resources":{"nvidia.com/gpu":"2","cpu":"7"}})");
  const node_reservations r = read({{amount_key("cpu", id), "500m"}, {record_key(id), with_resources}});
  CHECK(r.bad.empty());
  REQUIRE(r.good.size() == 1);
  CHECK(r.good[0].amounts == resources_of({{"cpu", "500m"}, {"nvidia.com/gpu", "2"}}));
  REQUIRE(r.good[0].record);
  CHECK(r.good[0].record->owner_kind == "ReplicaSet");
  CHECK(r.good[0].record->owner == k8s::object_key{"default", "web-1"});
  CHECK(r.good[0].record->owner_uid == "u-1");
  CHECK(r.good[0].record->pod == k8s::object_key{"default", "web-1-x"});
  CHECK(r.good[0].record->expires - r.good[0].record->since == std::chrono::minutes(10));
}

TEST_CASE("reservations: a malformed annotation is told and left out, its neighbours stand") {
  const node_reservations r = read({{amount_key("cpu", id), "lots"}, {amount_key("memory", id), "1Gi"}});
  REQUIRE(r.good.size() == 1);
  CHECK(r.good[0].amounts == resources_of({{"memory", "1Gi"}}));
  REQUIRE(r.bad.size() == 1);
  CHECK(r.bad[0] == malformed_reservation{amount_key("cpu", id), "lots", "\"lots\" is not a quantity"});
}

TEST_CASE("reservations: amounts beside a malformed record are for nobody") {
  const node_reservations r = read({{amount_key("cpu", id), "1"}, {record_key(id), "{"}});
  REQUIRE(r.good.size() == 1);
  CHECK_FALSE(r.good[0].record);
  CHECK(r.bad.size() == 1);
}

TEST_CASE("reservations: a record without amounts reserves nothing, and is still one") {
  const node_reservations r = read({{record_key(id), record}});
  REQUIRE(r.good.size() == 1);
  CHECK(r.good[0].amounts.empty());
  CHECK(r.good[0].record);
}

TEST_CASE("reservations: keys that name no resource or no id are malformed") {
  CHECK(wrong_with("reserve./x", "1") == "names no resource after \"reserve.\"");
  CHECK(wrong_with("reserve.", "1") == "names no resource after \"reserve.\"");
  CHECK(wrong_with("reserve.cpu/", "1") == "has no id after the slash");
  CHECK(wrong_with("reserve.cpu", "1") == "has no id: reserve.RESOURCE/ID is what it takes");
  CHECK(wrong_with("reserve.CPU/x", "1") == "the resource is no DNS label");
  CHECK(wrong_with("reserve.-/x", "1") == "the resource is no DNS label");
  CHECK(wrong_with("reserve." + std::string(64, 'a') + "/x", "1") == "the resource is no DNS label");
  CHECK(wrong_with("reserve.cpu/a/b", "1") == "the id is not one");
  CHECK(wrong_with("reserve.cpu/a b", "1") == "the id is not one");
  CHECK(wrong_with("reserve.cpu/\xff", "1") == "the id is not one");
  CHECK(wrong_with("berth.dev/reservation.", record) == "has no id after \"reservation.\"");
  CHECK(wrong_with("berth.dev/reservation.a/b", record) == "the id is not one");
}

TEST_CASE("reservations: what only looks like one is somebody else's") {
  for (const char* key : {"reserve", "reserve.example.com/x", "reserve.example.com", "reserved.cpu/x", "x/reserve.cpu",
                          "berth.dev/reservations", "berth.dev/reserve-on-recreate", "xberth.dev/reservation.a", ""})
    CHECK(wrong_with(key, "anything") == "ignored");
}

TEST_CASE("reservations: an amount is a quantity, and not negative") {
  for (const char* good : {"0", "5000m", "1.5", "1e3", "128Mi", "+1", "1n", "9999999999999999999999", "Ki"})
    CHECK(wrong_with("reserve.cpu/x", good) == "");
  CHECK(wrong_with("reserve.cpu/x", "-1") == "negative");
  for (const char* bad : {"", " ", "1 ", "5x", "--1", "0x10", "1Mi1", "NaN", "{}", "\xff\xfe"})
    CHECK(wrong_with("reserve.cpu/x", bad).ends_with(" is not a quantity"));
  CHECK(wrong_with("reserve.cpu/x", std::string(100'000, '9') + "x").size() < 200);
}

TEST_CASE("reservations: a record is strict JSON with all its fields") {
  const std::string key = record_key("x");
  const auto without = [](const std::string& part) {
    std::string text = record;
    return text.replace(text.find(part), part.size(), "");
  };
  const auto with = [](const std::string& part, const std::string& other) {
    std::string text = record;
    return text.replace(text.find(part), part.size(), other);
  };
  CHECK(wrong_with(key, record) == "");
  CHECK(wrong_with(key, with("\"u-1\"", "\"u-1\",\"new\":[1,{}]")) == "");
  CHECK(wrong_with(key, with("\"u-1\"", "\"u-1\",\"resources\":{}")) == "");
  CHECK(wrong_with(key, without("\"ownerUid\":\"u-1\",")) == "ownerUid: missing");
  CHECK(wrong_with(key, with("\"u-1\"", "\"\"")) == "ownerUid: empty");
  CHECK(wrong_with(key, with("\"u-1\"", "7")) == "ownerUid: expected a string, got an integer");
  CHECK(wrong_with(key, with("\"u-1\"", "null")) == "ownerUid: expected a string, got null");
  CHECK(wrong_with(key, with("ReplicaSet/default/web-1", "web-1")) == "owner: \"web-1\" is not KIND/NAMESPACE/NAME");
  CHECK(wrong_with(key, with("ReplicaSet/default/web-1", "a//b")) == "owner: \"a//b\" is not KIND/NAMESPACE/NAME");
  CHECK(wrong_with(key, with("default/web-1-x", "other/web-1-x")) == "pod: not in the owner's namespace");
  CHECK(wrong_with(key, with("default/web-1-x", "web")) == "pod: \"web\" is not NAMESPACE/NAME");
  CHECK(wrong_with(key, with("2026-01-02T15:14:05Z", "soon")) == "expires: \"soon\" is not a time");
  CHECK(wrong_with(key, with("2026-01-02T15:14:05Z", "9999-12-31T23:59:59-01:00")).ends_with(" is not a time"));
  CHECK(wrong_with(key, with("\"u-1\"", "\"u-1\",\"resources\":[]")) == "resources: expected an object, got a list");
  CHECK(wrong_with(key, with("\"u-1\"", R"("u-1","resources":{"a/b":1})")) ==
        "resources.a/b: expected a string, got an integer");
  CHECK(wrong_with(key, with("\"u-1\"", R"("u-1","resources":{"a/b":"-1"})")) == "resources.a/b: negative");
  CHECK(wrong_with(key, with("\"u-1\"", R"("u-1","resources":{"a/b":"x"})")) ==
        "resources.a/b: \"x\" is not a quantity");
  CHECK(wrong_with(key, with("\"u-1\"", "\"u-1\",\"ownerUid\":\"u-2\"")).find("duplicate key") != std::string::npos);
}

TEST_CASE("reservations: a record that is no JSON, too deep or too large is one line of complaint") {
  const std::string key = record_key("x");
  std::string many = R"({"owner":"a/b/c","ownerUid":"u","pod":"b/p","since":"2026-01-02T15:04:05Z",)"
                     R"("expires":"2026-01-02T15:04:05Z","resources":{)";
  for (int i = 0; i < 65; ++i) many += "\"x/" + std::to_string(i) + "\":\"1\",";
  many.back() = '}';
  CHECK(wrong_with(key, many + "}") == "resources: more than 64");
  CHECK(wrong_with(key, std::string(16 * 1024 + 1, ' ')) == "larger than 16 KiB");
  CHECK(wrong_with(key, "[]") == "expected an object, got a list");
  for (const std::string& bad : {std::string(), std::string("owner: a/b/c"), std::string("{'owner': 1}"),
                                 std::string(15'000, '['), std::string(record) + "x", std::string("{\"a\":\xff}"),
                                 std::string("0.") + std::string(400, '0') + "1e-2147483639"}) {
    const std::string what = wrong_with(key, bad);
    CHECK(what != "");
    CHECK(what != "ignored");
    CHECK(what.find('\n') == std::string::npos);
    CHECK(what.size() < 300);
  }
}

TEST_CASE("reservations: a node has but so many") {
  make_node n("n");
  k8s::node node = n;
  std::vector<k8s::string_map::entry> entries;
  for (int i = 0; i < 1100; ++i) entries.emplace_back("reserve.cpu/x" + std::to_string(1000 + i), "1m");
  node.annotations = k8s::string_map(std::move(entries));
  const node_reservations r = reservations_of(node);
  CHECK(r.good.size() == max_reservations_per_node);
  CHECK(r.bad.size() == 1100 - max_reservations_per_node);
  CHECK(r.bad.front().what == "more than 1024 reservations on one node");
}

TEST_CASE("reservations: keys are recognised and built") {
  CHECK(amount_key("cpu", id) == "reserve.cpu/a8f6f901-47c9-4475-b1f4-cac44597e173");
  CHECK(record_key(id) == "berth.dev/reservation.a8f6f901-47c9-4475-b1f4-cac44597e173");
  CHECK(read_reservation_key(amount_key("ephemeral-storage", id)) == reservation_key{"ephemeral-storage", id});
  CHECK(read_reservation_key(record_key(id)) == reservation_key{"", id});
  CHECK_FALSE(read_reservation_key("reserve.cpu/"));
  CHECK_FALSE(read_reservation_key("reserve.example.com/x"));
  CHECK_FALSE(read_reservation_key("berth.dev/reservation."));
  CHECK(has_reservation_key("pods"));
  CHECK_FALSE(has_reservation_key("nvidia.com/gpu"));
  CHECK_FALSE(has_reservation_key("hugepages-2Mi"));
}

TEST_CASE("reservations: what is written is what is read back") {
  reservation r{id,
                resources_of({{"cpu", "1500m"}, {"memory", "1Gi"}, {"nvidia.com/gpu", "1"}, {"hugepages-2Mi", "4Mi"}}),
                *decode_reservation_record(record)};
  make_node n("n");
  const k8s::string_map annotations = annotations_of(r);
  CHECK(annotations.size() == 3);
  CHECK(*annotations.find(amount_key("cpu", id)) == "1500m");
  CHECK(*annotations.find(record_key(id)) ==
        std::string(record).replace(std::string(record).size() - 1, 1,
                                    R"(,"resources":{"hugepages-2Mi":"4194304","nvidia.com/gpu":"1"}})"));
  for (const auto& [key, value] : annotations) n.annotation(key, value);
  r.record->resources = resources_of({{"nvidia.com/gpu", "1"}, {"hugepages-2Mi", "4Mi"}});
  const node_reservations read_back = reservations_of(n);
  CHECK(read_back.bad.empty());
  REQUIRE(read_back.good.size() == 1);
  CHECK(read_back.good[0] == r);
}

TEST_CASE("reservations: only keys that look like one make a node worth reading") {
  CHECK_FALSE(may_have_reservations({}));
  CHECK_FALSE(may_have_reservations({{"kubeadm", "x"}, {"volumes", "y"}}));
  CHECK(may_have_reservations({{"a", ""}, {"reserve.cpu/x", "1"}, {"z", ""}}));
  CHECK(may_have_reservations({{"berth.dev/reservation.x", ""}}));
}
