#include "controller/bind/binder.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using berth::test::make_pod;
using k8s::errc;

namespace {

post_judgement after(errc code) { return judge_post(k8s::error{.code = code, .detail = "x"}); }
k8s::result<k8s::pod_ptr> read(const make_pod& pod) { return k8s::pod_ptr(pod); }

}  // namespace

TEST_CASE("binding: an answer that decides is believed") {
  CHECK(judge_post(std::string("{}")).verdict == binding_verdict::bound);
  CHECK(after(errc::not_found).verdict == binding_verdict::gone);
  for (const errc c : {errc::unreachable, errc::tls_failure}) CHECK(after(c).verdict == binding_verdict::not_sent);
  for (const errc c : {errc::bad_request, errc::unauthorized, errc::forbidden, errc::too_many_requests, errc::gone})
    CHECK(after(c).verdict == binding_verdict::refused);
}

TEST_CASE("binding: 409 is read back, for it may be our own") {
  for (const errc c : {errc::conflict, errc::already_exists}) {
    CHECK(after(c).read_back);
    CHECK_FALSE(after(c).may_still_happen);
  }
}

TEST_CASE("binding: what may have been carried out is read back, and may still happen") {
  for (const errc c : {errc::timed_out, errc::connection_lost, errc::server_error, errc::unexpected_answer,
                       errc::malformed, errc::too_large}) {
    CHECK(after(c).read_back);
    CHECK(after(c).may_still_happen);
  }
}

TEST_CASE("binding: a 403 is the pod's where admission forbade it, and the server's where an authorizer did") {
  // Policies are made for pods/binding: kyverno/kyverno#2721, koordinator-sh/koordinator#3065.
  for (const char* of_the_pod :
       {R"(admission webhook "policy.example.com" denied the request: no image of this registry)",
        "admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource Pod/a/web was blocked due to "
        "...",
        R"(pods "web" is forbidden: violates PodSecurity "restricted:latest": host namespaces)",
        R"(pods "web" is forbidden: ValidatingAdmissionPolicy 'nodes' with binding 'nodes' denied request: not there)"})
    CHECK_FALSE(servers_fault({errc::forbidden, of_the_pod}));
  for (
      const char* of_the_server :
      {R"(pods "web" is forbidden: User "berth" cannot create resource "pods/binding" in API group "" in the namespace "a")",
       "Forbidden", "<html>403</html>"})
    CHECK(servers_fault({errc::forbidden, of_the_server}));
  CHECK(servers_fault({errc::too_many_requests, ""}));
  CHECK_FALSE(servers_fault({errc::bad_request, ""}));
}

TEST_CASE("binding: the pod itself decides") {
  const std::string uid = "default-web";
  CHECK(judge_pod(read(make_pod("web").on("n1")), uid, "n1", true) == binding_verdict::bound);
  CHECK(judge_pod(read(make_pod("web").on("n2")), uid, "n1", true) == binding_verdict::elsewhere);
  CHECK(judge_pod(read(make_pod("web").uid("new")), uid, "n1", true) == binding_verdict::replaced);
  CHECK(judge_pod(read(make_pod("web").uid("new").on("n1")), uid, "n1", true) == binding_verdict::replaced);
  CHECK(judge_pod(read(make_pod("web")), uid, "n1", false) == binding_verdict::refused);
  CHECK(judge_pod(read(make_pod("web")), uid, "n1", true) == binding_verdict::too_early);
  CHECK(judge_pod(read(make_pod("web").terminating()), uid, "n1", true) == binding_verdict::refused);
  CHECK(judge_pod(k8s::error{.code = errc::not_found, .detail = ""}, uid, "n1", true) == binding_verdict::gone);
  for (const errc c : {errc::timed_out, errc::unreachable, errc::server_error, errc::forbidden, errc::malformed})
    CHECK(judge_pod(k8s::error{.code = c, .detail = ""}, uid, "n1", true) == binding_verdict::unknown);
}
