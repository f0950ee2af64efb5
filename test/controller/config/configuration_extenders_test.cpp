#include "controller/config/configuration.hpp"
#include "controller/extenders/make_extenders.hpp"

#include <doctest/doctest.h>

#include <string>

/// After upstream's apis/config/validation (ValidateExtenders cases) and extender_test.go.
using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;

namespace {

const std::string head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";

scheduler_configuration parsed(const std::string& rest) { return parse_configuration(head + rest, "f.yaml"); }

// What is said of one extender with these fields, from its path on.
std::string refused(const std::string& fields) {
  try {
    parsed("extenders:\n- {" + fields + "}\n");
  } catch (const scoring::configuration_error& e) {
    const std::string line = e.what();
    return line.starts_with("f.yaml: extenders[0].") ? line.substr(21) : line;
  }
  return "accepted";
}

std::string refused_at_home(const std::string& fields) { return refused("urlPrefix: 'http://h', " + fields); }

}  // namespace

TEST_CASE("extenders: every field is read") {
  const auto c = parsed(R"(
extenders:
- urlPrefix: https://[::1]:8443/prefix/
  filterVerb: filter
  preemptVerb: preempt
  prioritizeVerb: prioritize
  weight: 3
  bindVerb: bind
  enableHTTPS: true
  tlsConfig: {serverName: webhook, certFile: /c, keyFile: /k, caData: Y2E=}
  httpTimeout: 1500ms
  nodeCacheCapable: true
  managedResources:
  - {name: example.com/a, ignoredByScheduler: true}
  - {name: example.com/b}
  ignorable: true
)");
  REQUIRE(c.extenders.size() == 1);
  const extender_configuration& e = c.extenders[0];
  CHECK(e.url_prefix == "https://[::1]:8443/prefix/");
  CHECK(e.where.server.text() == "https://[::1]:8443/prefix");
  CHECK(e.filter_verb == "filter");
  CHECK(e.preempt_verb == "preempt");
  CHECK(e.prioritize_verb == "prioritize");
  CHECK(e.bind_verb == "bind");
  CHECK(e.weight == 3);
  CHECK(e.http_timeout == 1500ms);
  CHECK(e.node_cache_capable);
  CHECK(e.ignorable);
  CHECK(e.managed_resources == std::vector<std::string>{"example.com/a", "example.com/b"});
  CHECK(e.ignored_by_scheduler == std::vector<std::string>{"example.com/a"});
  CHECK(e.where.tls_server_name == "webhook");
  CHECK(e.where.client_certificate.file == "/c");
  CHECK(e.where.client_key.file == "/k");
  CHECK(e.where.certificate_authority.text == "ca");
  CHECK_FALSE(e.where.insecure_skip_tls_verify);
}

TEST_CASE("extenders: defaults are upstream's, and those that may not fail come first") {
  const auto c = parsed(
      "extenders: [{urlPrefix: 'http://a', ignorable: true}, {urlPrefix: 'http://b'}, {urlPrefix: 'http://c', "
      "ignorable: true}, {urlPrefix: 'http://d', httpTimeout: 0s}]\n");
  REQUIRE(c.extenders.size() == 4);
  CHECK(c.extenders[0].url_prefix == "http://b");
  CHECK(c.extenders[1].url_prefix == "http://d");
  CHECK(c.extenders[2].url_prefix == "http://a");
  CHECK(c.extenders[3].url_prefix == "http://c");
  CHECK(c.extenders[0].http_timeout == 5s);
  CHECK(c.extenders[1].http_timeout == 5s);
  CHECK_FALSE(c.extenders[0].node_cache_capable);
}

TEST_CASE("extenders: HTTPS without an authority is not verified, as upstream") {
  CHECK(
      parsed("extenders: [{urlPrefix: 'https://a', enableHTTPS: true}]\n").extenders[0].where.insecure_skip_tls_verify);
  CHECK_FALSE(parsed("extenders: [{urlPrefix: 'https://a'}]\n").extenders[0].where.insecure_skip_tls_verify);
  CHECK_FALSE(parsed("extenders: [{urlPrefix: 'https://a', enableHTTPS: true, tlsConfig: {caFile: /ca}}]\n")
                  .extenders[0]
                  .where.insecure_skip_tls_verify);
}

TEST_CASE("extenders: what cannot work is refused by its path") {
  CHECK(refused("filterVerb: filter").starts_with("urlPrefix: \"\" is not a URL"));
  CHECK(refused("urlPrefix: 'localhost:8080'").starts_with("urlPrefix: \"localhost:8080\" is not a URL"));
  CHECK(refused("urlPrefix: 'http://h:0'").starts_with("urlPrefix: \"http://h:0\" is not a server's URL"));
  CHECK(refused("urlPrefix: 'http://h?a=b'").find("query") != std::string::npos);
  CHECK(refused_at_home("prioritizeVerb: p") == "weight: 0: must have a positive weight applied to it");
  CHECK(refused_at_home("prioritizeVerb: p, weight: -1") == "weight: -1: must have a positive weight applied to it");
  CHECK(refused_at_home("weight: 0") == "accepted");
  CHECK(refused_at_home("filterVerb: 'a b'") == "filterVerb: \"a b\" cannot be part of a URL");
  CHECK(refused_at_home("filterVerb: filter, timeout: 5s").find("unknown field") != std::string::npos);
  CHECK(refused_at_home("httpTimeout: -1s") == "httpTimeout: must not be negative");
  CHECK(refused_at_home("httpTimeout: soon").starts_with("httpTimeout: "));
  CHECK(refused_at_home("tlsConfig: {insecure: true, caData: Y2E=}").starts_with("tlsConfig.insecure: "));
  CHECK(refused_at_home("tlsConfig: {certFile: /c}") == "tlsConfig.keyFile: certificate and key are given together");
  CHECK(refused_at_home("tlsConfig: {keyFile: /k}") == "accepted");
  CHECK(refused_at_home("tlsConfig: {caData: '-'}") == "tlsConfig.caData: is not base64");
  CHECK(refused_at_home("managedResources: [{name: cpu}]") ==
        "managedResources[0].name: \"cpu\" is an invalid extended resource name");
  CHECK(refused_at_home("managedResources: [{name: requests.example.com/a}]").find("invalid") != std::string::npos);
  CHECK(refused_at_home("managedResources: [{name: kubernetes.io/a}]").find("invalid") != std::string::npos);
  CHECK(refused_at_home("managedResources: [{name: 'a b'}]") ==
        "managedResources[0].name: \"a b\" is not the name of a resource");
  CHECK(refused_at_home("managedResources: [{name: example.com/a}, {name: example.com/a}]") ==
        "managedResources[1].name: duplicate extender managed resource name \"example.com/a\"");
}

TEST_CASE("extenders: one alone may bind, and a resource has one manager") {
  CHECK(refused("urlPrefix: 'http://a', bindVerb: b}\n- {urlPrefix: 'http://b', bindVerb: b") ==
        "f.yaml: extenders: found 2 extenders implementing bind: only one can");
  CHECK(refused("urlPrefix: 'http://a', managedResources: [{name: e.com/a}]}\n- {urlPrefix: 'http://b', "
                "managedResources: [{name: e.com/a}]") ==
        "f.yaml: extenders[1].managedResources[0].name: duplicate extender managed resource name \"e.com/a\"");
}

TEST_CASE("extenders: what the scheduler is to ignore takes the place of NodeResourcesFit's list in every profile") {
  const std::string two_profiles = R"(
profiles:
- schedulerName: a
- schedulerName: b
  pluginConfig:
  - name: NodeResourcesFit
    args: {ignoredResources: [example.com/mine], ignoredResourceGroups: [example.org]}
)";
  const auto c = parsed(two_profiles +
                        "extenders: [{urlPrefix: 'http://a', managedResources: [{name: e.com/a, ignoredByScheduler: "
                        "true}, {name: e.com/b}]}]\n");
  for (const scoring::profile_config& p : c.profiles) {
    REQUIRE(p.arguments.size() == 1);
    CHECK(p.arguments[0].name == "NodeResourcesFit");
    const k8s::value* ignored = p.arguments[0].args.find("ignoredResources");
    REQUIRE(ignored != nullptr);
    CHECK(*ignored == k8s::value(k8s::value::list{"e.com/a"}));
  }
  CHECK(c.profiles[1].arguments[0].args.find("ignoredResourceGroups") != nullptr);
  CHECK(make_profiles(c, scoring::default_registry()).size() == 2);
  const auto untouched = parsed(two_profiles + "extenders: [{urlPrefix: 'http://a'}]\n");
  CHECK(untouched.profiles[0].arguments.empty());
}

TEST_CASE("extenders: whole objects are kept for those who are sent them") {
  const auto kept = [](const std::string& fields) {
    const whole_objects w = whole_objects_for(parsed("extenders: [{urlPrefix: 'http://a'" + fields + "}]\n").extenders);
    return std::string(w.pods ? "pods " : "") + (w.nodes ? "nodes" : "");
  };
  CHECK(whole_objects_for({}).pods == false);
  CHECK(kept("") == "");
  CHECK(kept(", bindVerb: b") == "");
  CHECK(kept(", filterVerb: f") == "pods nodes");
  CHECK(kept(", filterVerb: f, nodeCacheCapable: true") == "pods ");
  CHECK(kept(", prioritizeVerb: p, weight: 1") == "pods nodes");
}
