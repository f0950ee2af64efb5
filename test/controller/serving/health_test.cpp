#include "controller/serving/health.hpp"
#include "controller/serving/health_metrics.hpp"
#include "controller/serving/status_pages.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;

namespace {

struct rig {
  std::string ask(std::string_view target) {
    const auto answer = answer_health(target, checks);
    return answer ? std::to_string(answer->status) + " " + answer->body : "none";
  }
  std::string problem;
  std::vector<health_check> checks{{.name = "lease", .problem = [] { return std::string(); }, .for_health = true},
                                   {.name = "sync", .problem = [this] { return problem; }}};
};

}  // namespace

TEST_CASE("health: each path has its checks, and ping where it has none") {
  rig r;
  for (const char* path :
       {"/livez", "/readyz", "/healthz", "/readyz/lease", "/readyz/sync", "/healthz/lease", "/livez/ping"})
    CHECK(r.ask(path) == "200 ok");
  for (const char* path : {"/livez/lease", "/livez/sync", "/readyz/ping", "/healthz/sync", "/readyz/", "/readyzz",
                           "/readyz/sync/", "/metrics", "/", ""})
    CHECK(r.ask(path) == "none");
  CHECK(r.ask("/readyz?verbose") == "200 [+]lease ok\n[+]sync ok\nreadyz check passed\n");
  CHECK(r.ask("/healthz?verbose=1") == "200 [+]lease ok\nhealthz check passed\n");
  CHECK(r.ask("/livez?x&verbose") == "200 [+]ping ok\nlivez check passed\n");
}

TEST_CASE("health: a check that fails is named, and why is told to those alone who ask for it") {
  rig r;
  r.problem = "not yet";
  CHECK(r.ask("/readyz") == "500 [+]lease ok\n[-]sync failed: reason withheld\nreadyz check failed\n");
  CHECK(r.ask("/readyz/sync") == "500 internal server error: not yet\n");
  CHECK(r.ask("/livez") == "200 ok");
  CHECK(r.ask("/healthz") == "200 ok");
}

TEST_CASE("health: checks are passed over when asked to, and what there is not is said") {
  rig r;
  r.problem = "not yet";
  CHECK(r.ask("/readyz?exclude=sync") == "200 ok");
  CHECK(r.ask("/readyz?verbose&exclude=sync&exclude=a&exclude=b") ==
        "200 [+]lease ok\n[+]sync excluded: ok\nwarn: some health checks cannot be excluded: no matches for "
        "\"a\",\"b\"\nreadyz check passed\n");
  CHECK(r.ask("/readyz?exclude=lease") ==
        "500 [+]lease excluded: ok\n[-]sync failed: reason withheld\nreadyz check failed\n");
  CHECK(r.ask("/readyz?exclude=") ==
        "500 [+]lease ok\n[-]sync failed: reason withheld\nwarn: some health checks cannot be excluded: no matches for "
        "\"\"\nreadyz check failed\n");
}

TEST_CASE("health: each check of a path is told and counted, but for one that is passed over or asked for by itself") {
  rig r;
  health_metrics counted;
  const auto record = [&](std::string_view check, std::string_view path, bool well) {
    counted.checked(check, path, well);
  };
  answer_health("/readyz", r.checks, record);
  r.problem = "not yet";
  answer_health("/readyz?verbose", r.checks, record);
  answer_health("/readyz?exclude=sync", r.checks, record);
  answer_health("/readyz/sync", r.checks, record);
  answer_health("/livez", r.checks, record);
  const std::string text = counted.text();
  for (const char* line : {
           "kubernetes_healthcheck{name=\"sync\",type=\"readyz\"} 0",
           "kubernetes_healthcheck{name=\"lease\",type=\"readyz\"} 1",
           "kubernetes_healthcheck{name=\"ping\",type=\"livez\"} 1",
           "kubernetes_healthchecks_total{name=\"sync\",status=\"success\",type=\"readyz\"} 1",
           "kubernetes_healthchecks_total{name=\"sync\",status=\"error\",type=\"readyz\"} 1",
           "kubernetes_healthchecks_total{name=\"lease\",status=\"success\",type=\"readyz\"} 3",
           "kubernetes_healthchecks_total{name=\"lease\",status=\"error\",type=\"readyz\"} 0",
       })
    CHECK_MESSAGE(text.find(std::string(line) + "\n") != text.npos, line);
}

TEST_CASE("status pages: configuration, flags and the process itself, in kube-scheduler's form") {
  CHECK(configz(k8s::value(k8s::value::map{{"kind", "KubeSchedulerConfiguration"}})).body ==
        R"({"componentconfig":{"kind":"KubeSchedulerConfiguration"}})");
  CHECK(flagz("berth", {{"v", "2"}, {"config", ""}}).body.ends_with("debugging purposes only.\nconfig=\nv=2\n"));
  CHECK(statusz("berth", {1'700'000'000, 3'725, "0.1.0", "1.37"}, {"/livez", "/metrics"})
            .body.ends_with("\nStarted: Tue Nov 14 22:13:20 UTC 2023\nUp: 1 hr 02 min 05 sec\nBinary version: "
                            "0.1.0\nEmulation version: 1.37\nPaths: /livez /metrics\n"));
}
