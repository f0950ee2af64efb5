#include "controller/config/content_types.hpp"

#include "controller/commands/run_settings.hpp"
#include "controller/config/effective_configuration.hpp"
#include "k8s/text/yaml_writer.hpp"
#include "test/controller/config/command_lines.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;
using k8s::encoding;

namespace {

const std::string protobuf = "application/vnd.kubernetes.protobuf";
const std::string json = "application/json";

client_connection_configuration naming(const std::string& content, const std::string& accepted = "") {
  client_connection_configuration c;
  c.content_type = content;
  c.accept_content_types = accepted;
  return c;
}

std::vector<std::string> warnings(const client_connection_configuration& c) {
  std::vector<std::string> lines;
  const controller::log out(
      log_format::text, 0,
      [](void* to, std::string_view line) { static_cast<std::vector<std::string>*>(to)->emplace_back(line); }, &lines);
  warn_of_content_types(out, c);
  return lines;
}

scheduler_configuration in_file(const std::string& connection) {
  return parse_configuration(
      "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nclientConnection: " + connection,
      "f");
}

}  // namespace

TEST_CASE("content types: protobuf is asked for by default, and where it is named first") {
  CHECK(encoding_of_streams({}) == encoding::protobuf);
  for (const std::string& first : {protobuf, std::string("Application/Vnd.Kubernetes.Protobuf"), protobuf + "," + json,
                                   protobuf + ";q=1, " + json + ";q=0.5", "application/cbor , " + protobuf})
    CHECK(encoding_of_streams(naming(first)) == encoding::protobuf);
  for (const std::string& first : {json, json + ", " + protobuf, std::string("*/*"), "application/*," + protobuf})
    CHECK(encoding_of_streams(naming(first)) == encoding::json);
}

TEST_CASE("content types: acceptContentTypes counts before contentType") {
  CHECK(encoding_of_streams(naming(protobuf, json)) == encoding::json);
  CHECK(encoding_of_streams(naming(json, protobuf)) == encoding::protobuf);
}

TEST_CASE("content types: where nothing is named that is read here, JSON is asked for and a warning says so") {
  CHECK(warnings({}).empty());
  CHECK(warnings(naming("foo", json)).empty());
  for (const auto& unknown : {naming("foo"), naming(protobuf, "bar"), naming(protobuf, ", ,")}) {
    CHECK(encoding_of_streams(unknown) == encoding::json);
    const auto lines = warnings(unknown);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("contentType=\"" + unknown.content_type + "\" acceptContentTypes=\"" +
                        unknown.accept_content_types + "\"") != std::string::npos);
  }
}

TEST_CASE("content types: the file's defaults are kube-scheduler's, and the flag is over both of its fields") {
  for (const char* unsaid : {"{}", "{contentType: \"\"}", "{contentType: null, acceptContentTypes: null}"})
    CHECK(encoding_of_streams(in_file(unsaid).client_connection) == encoding::protobuf);
  const scheduler_configuration c = merge(run({"--kube-api-content-type", json}));
  CHECK(client_settings_of(c, run({})).streams == encoding::json);
  CHECK(client_settings_of(merge(run({})), run({})).streams == encoding::protobuf);

  client_connection_configuration both = naming(json, json);
  override_content_type(both, protobuf);
  CHECK(encoding_of_streams(both) == encoding::protobuf);
}

TEST_CASE("content types: what counts is written out") {
  scheduler_configuration c = in_file("{contentType: application/json, acceptContentTypes: \"a, b\"}");
  const auto written = [&c] { return k8s::yaml_of(effective_configuration({}, c)); };
  CHECK(written().find("  acceptContentTypes: a, b\n  burst: 100\n  contentType: application/json\n") !=
        std::string::npos);
  override_content_type(c.client_connection, protobuf);
  CHECK(written().find("  acceptContentTypes: \"\"\n  burst: 100\n  contentType: " + protobuf + "\n") !=
        std::string::npos);
}
