#include "k8s/codec/whole_object.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

TEST_CASE("whole object: a member is found whatever stands before it") {
  const std::string text = R"( { "a" : "}\"," , "b":[{"c":"]"}, 2], "d" : -1.5e3 ,"c":{"b":0} } )";
  CHECK(json_member(text, "a") == R"("}\",")");
  CHECK(json_member(text, "b") == R"([{"c":"]"}, 2])");
  CHECK(json_member(text, "d") == "-1.5e3");
  CHECK(json_member(text, "c") == R"({"b":0})");
  CHECK(json_member(text, "e") == "");
  CHECK(json_member("{}", "e") == "");
}

TEST_CASE("whole object: managedFields are left out wherever they stand in the metadata") {
  const auto kept = [](const char* text) { return *keep_whole(text); };
  CHECK(kept(R"({"metadata":{"name":"n","managedFields":[{"a":"b"}]},"spec":{}})") ==
        R"({"metadata":{"name":"n"},"spec":{}})");
  CHECK(kept(R"({"metadata":{"managedFields":[1] , "name":"n"}})") == R"({"metadata":{ "name":"n"}})");
  CHECK(kept(R"({"metadata":{"managedFields":[]}})") == R"({"metadata":{}})");
  CHECK(kept(R"({"metadata":{"a":1,"managedFields":[],"b":2}})") == R"({"metadata":{"a":1,"b":2}})");
  CHECK(kept(R"({"managedFields":[],"metadata":{"name":"n"}})") == R"({"managedFields":[],"metadata":{"name":"n"}})");
  CHECK(kept(R"({"spec":{}})") == R"({"spec":{}})");
}
