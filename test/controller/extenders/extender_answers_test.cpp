#include "controller/extenders/extender_answers.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;

namespace {

const std::string url = "http://h:8080/filter";
const std::vector<std::string> asked{"n1", "n2", "n3"};

k8s::result<filter_answer> judged(std::string_view body, bool node_cache_capable = true) {
  return judge_filter(body, asked, node_cache_capable, "http://h:8080");
}

std::string refused(k8s::result<k8s::webhook_answer> answer) {
  return body_of(std::move(answer), "filter", url).error().detail;
}

}  // namespace

TEST_CASE("extender answers: what did not come well is worded as kube-scheduler does") {
  CHECK(refused(k8s::webhook_answer{500, ""}) == "failed filter with extender at URL http://h:8080/filter, code 500");
  CHECK(refused(k8s::webhook_answer{302, ""}) == "failed filter with extender at URL http://h:8080/filter, code 302");
  CHECK(refused(k8s::error{k8s::errc::unreachable, "connection refused"}) ==
        "Post \"http://h:8080/filter\": connection refused");
  CHECK(refused(k8s::error{k8s::errc::timed_out, "x"}) ==
        "Post \"http://h:8080/filter\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
  CHECK(body_of(k8s::webhook_answer{200, "{}"}, "filter", url).value() == "{}");
}

TEST_CASE("extender answers: nodes are left by name or whole, as they were sent, each once") {
  using names = std::vector<std::string>;
  CHECK(judged(R"({"NodeNames":["n3","n1","n3"]})").value().left == names{"n3", "n1"});
  CHECK(judged(R"({"nodenames":["n2"]})").value().left == names{"n2"});
  CHECK(judged(R"({"nodes":{"items":[{"metadata":{"name":"n2"}}]}})", false).value().left == names{"n2"});
  // One that is sent names may answer with whole nodes; one that is sent whole nodes may not answer with names.
  CHECK(judged(R"({"Nodes":{"items":[{"metadata":{"name":"n2"}}]}})").value().left == names{"n2"});
  CHECK(judged(R"({"NodeNames":["n2"]})", false).value().left.empty());
  CHECK(judged("{}").value().left.empty());
  CHECK(judged(R"({"Nodes":null,"NodeNames":null,"FailedNodes":{"n1":"no"}})").value().failed.size() == 1);
}

TEST_CASE("extender answers: a node that was not asked about is a lie") {
  const std::string lie =
      R"(extender "http://h:8080" claims a filtered node "n9" which is not found in the input node list)";
  CHECK(judged(R"({"NodeNames":["n1","n9"]})").error().detail == lie);
  CHECK(judged(R"({"Nodes":{"items":[{"metadata":{"name":"n9"}}]}})", false).error().detail == lie);
}

TEST_CASE("extender answers: its error is passed on as it is, and what is no answer is malformed") {
  CHECK(judged(R"({"Error":"no more licences","NodeNames":["n1"]})").error().detail == "no more licences");
  CHECK(judge_bind(R"({"error":"taken"})").error().detail == "taken");
  CHECK(judge_bind("{}").has_value());
  CHECK(judged("<html>").error().code == k8s::errc::malformed);
  CHECK(judged("").error().code == k8s::errc::malformed);
  CHECK(judged("[]").error().code == k8s::errc::malformed);
}

TEST_CASE("extender answers: a body is what Go would take it for") {
  const auto body = body_of(k8s::webhook_answer{200, "{\"Error\":\"\xFF \\ud800\"} trailing"}, "filter", url).value();
  CHECK(judged(body).error().detail == "\uFFFD \uFFFD");
}

TEST_CASE("extender answers: it is asked with the pod's text, and the nodes' texts or names") {
  const k8s::pod_ptr pod = make_pod("web");
  const auto text = [](const char* json) { return std::make_shared<const std::string>(json); };
  CHECK(encode(extender_question{pod, text(R"({"pod":1})"), {"n1"}, {text(R"({"node":1})")}}, false) ==
        R"({"Pod":{"pod":1},"Nodes":{"metadata":{},"items":[{"node":1}]},"NodeNames":null})");
  CHECK(encode(extender_question{pod, text(R"({"pod":1})"), {"n1", "n2"}, {}}, true) ==
        R"({"Pod":{"pod":1},"Nodes":null,"NodeNames":["n1","n2"]})");
}
