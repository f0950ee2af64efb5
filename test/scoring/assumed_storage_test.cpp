#include "scoring/storage.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

/// Twins of upstream's tests of objects that are assumed (volumebinding, passive_assume_cache_test.go and
/// assume_cache_test.go). Left out is TestDelayedInformerEvent: here one strand sees and assumes, so that no object is
/// seen before its event.
using namespace berth;
using scoring::storage;

namespace {

k8s::claim_ptr claim(const std::string& name, const std::string& version, const std::string& node = "") {
  k8s::persistent_volume_claim c;
  c.key = {"ns1", name};
  c.resource_version = version;
  if (!node.empty()) c.selected_node = node;
  return std::make_shared<const k8s::persistent_volume_claim>(std::move(c));
}

k8s::volume_ptr volume(const std::string& name, const std::string& version, const std::string& cls) {
  k8s::persistent_volume v;
  v.name = name;
  v.resource_version = version;
  v.class_name = cls;
  return std::make_shared<const k8s::persistent_volume>(std::move(v));
}

const k8s::object_key pvc1{"ns1", "pvc1"};

std::vector<std::string> names_of(const storage& s, const std::string& cls) {
  std::vector<std::string> names;
  for (const k8s::volume_ptr& v : s.volumes_of_class(cls)) names.push_back(v->name + " " + v->resource_version);
  return names;
}

}  // namespace

TEST_CASE("storage: volumes are found by name and by class, as they were seen last") {
  storage s;
  CHECK(s.volume("nothere") == nullptr);
  for (const char* name : {"a", "b", "c"}) s.set(volume(name, "1", "test1"));
  s.set(volume("d", "1", "test2"));
  CHECK(names_of(s, "test1") == std::vector<std::string>{"a 1", "b 1", "c 1"});
  s.set(volume("b", "2", "test1"));
  s.remove(*volume("c", "1", "test1"));
  CHECK(names_of(s, "test1") == std::vector<std::string>{"a 1", "b 2"});
  CHECK(names_of(s, "test2") == std::vector<std::string>{"d 1"});
  s.set(volume("a", "2", "test2"));
  CHECK(names_of(s, "test1") == std::vector<std::string>{"b 2"});
  CHECK(names_of(s, "test2") == std::vector<std::string>{"a 2", "d 1"});
}

TEST_CASE("storage: what is assumed must have the version that is seen") {
  struct row {
    const char* seen;
    const char* seen_version;
    const char* assumed_version;
    bool succeeds;
  };
  for (const row& r : {row{"pvc1", "5", "5", true}, row{"pvc1", "5", "6", false}, row{"pvc2", "5", "5", false},
                       row{"pvc1", "5", "4", false}, row{"pvc1", "5", "a", false}, row{"pvc1", "a", "5", false}}) {
    CAPTURE(r.seen_version);
    CAPTURE(r.assumed_version);
    storage s;
    const k8s::claim_ptr before = claim(r.seen, r.seen_version);
    const k8s::claim_ptr after = claim("pvc1", r.assumed_version);
    s.set(before);
    CHECK(s.assume(after) == r.succeeds);
    CHECK(s.claim({"ns1", r.seen}) == (r.succeeds ? after : before).get());
  }
}

TEST_CASE("storage: what is restored is as it is seen, and what was never there is no fault") {
  storage s;
  const k8s::claim_ptr before = claim("pvc1", "5"), after = claim("pvc1", "5");
  s.restore(*before);
  s.set(before);
  s.restore(*before);
  CHECK(s.claim(pvc1) == before.get());
  REQUIRE(s.assume(after));
  CHECK(s.claim(pvc1) == after.get());
  s.restore(*after);
  CHECK(s.claim(pvc1) == before.get());
}

TEST_CASE("storage: taking back what was assumed of an older version leaves what is assumed of the newer one") {
  storage s;
  s.set(claim("pvc1", "5"));
  const k8s::claim_ptr first = claim("pvc1", "5", "n1"), second = claim("pvc1", "7", "n2");
  REQUIRE(s.assume(first));
  s.set(claim("pvc1", "7"));
  REQUIRE(s.assume(second));
  s.restore(*first);
  CHECK(s.claim(pvc1) == second.get());
}

TEST_CASE("storage: what is assumed stays when the same version is seen once more, and ends with a newer one") {
  storage s;
  s.set(claim("pvc1", "1"));
  const k8s::claim_ptr assumed = claim("pvc1", "1", "test-node");
  REQUIRE(s.assume(assumed));
  s.set(claim("pvc1", "1"));
  CHECK(s.claim(pvc1) == assumed.get());
  s.set(claim("pvc1", "2"));
  CHECK_FALSE(s.claim(pvc1)->selected_node);
}
