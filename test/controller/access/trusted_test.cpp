#include "controller/access/trusted.hpp"
#include "k8s/text/pem.hpp"
#include "test/k8s/certificates.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;

namespace {

std::shared_ptr<const client_authorities> only(const test::test_authority& authority) {
  return client_authorities::read(authority.certificate(), "test").value();
}

http_request request_with(const test::certificate_and_key& shown,
                          std::vector<std::pair<std::string, std::string>> headers = {}) {
  certificate_chain chain;
  for (const k8s::pem_block& block : k8s::read_pem(shown.certificate)) chain.push_back(block.bytes);
  http_request out{"GET", "/metrics", "", std::move(headers)};
  out.certificates = std::make_shared<const certificate_chain>(std::move(chain));
  return out;
}

identification ask(const http_request& request, const trusted& trust) {
  return identify_by_certificate(request, trust, std::chrono::system_clock::now());
}

}  // namespace

TEST_CASE("trusted: a client is who its certificate says, where an authority of ours has issued it") {
  const test::test_authority ours("ours"), theirs("theirs");
  trusted trust;
  trust.clients = only(ours);

  const identification jane = ask(request_with(ours.issue("jane", "DNS:x")), trust);
  REQUIRE(jane.user);
  CHECK(jane.user->name == "jane");
  REQUIRE(jane.user->extra.size() == 1);
  CHECK(jane.user->extra[0].first == "authentication.kubernetes.io/credential-id");
  CHECK(jane.user->extra[0].second.at(0).size() == std::string("X509SHA256=").size() + 64);

  CHECK(ask(request_with(theirs.issue("jane", "DNS:x")), trust).problem.starts_with("the client's certificate: "));
  CHECK(ask(request_with(ours.issue("late", "DNS:x", -3, -1)), trust).problem ==
        "the client's certificate: certificate has expired");
  CHECK(ask(request_with(ours.issue("early", "DNS:x", 1, 3)), trust).problem ==
        "the client's certificate: certificate is not yet valid");
}

TEST_CASE("trusted: who shows nothing, or whom nobody vouches for, says nothing of himself") {
  const test::test_authority ours("ours");
  trusted trust;
  const identification unknown = ask(request_with(ours.issue("jane", "DNS:x")), trust);
  CHECK_FALSE(unknown.user);
  CHECK(unknown.problem.empty());
  trust.clients = only(ours);
  const identification nobody = ask({"GET", "/", ""}, trust);
  CHECK_FALSE(nobody.user);
  CHECK(nobody.problem.empty());
}

TEST_CASE("trusted: a proxy of ours says in headers who asks, and nobody else may") {
  const test::test_authority proxies("proxies"), clients("clients");
  trusted trust;
  trust.proxies = only(proxies);
  trust.clients = only(clients);
  trust.request_header.allowed_names = {"front-proxy"};
  trust.request_header.username_headers = {"x-remote-user"};
  trust.request_header.group_headers = {"x-remote-group"};
  trust.request_header.extra_prefixes = {"x-remote-extra-"};
  const std::vector<std::pair<std::string, std::string>> headers{{"x-remote-user", "jane"},
                                                                 {"x-remote-group", "a"},
                                                                 {"x-remote-group", "b"},
                                                                 {"x-remote-extra-acme.com%2fproject", "p"},
                                                                 {"x-remote-extra-acme.com%2fproject", "q"},
                                                                 {"x-remote-extra-%zz", "r"}};

  const identification jane = ask(request_with(proxies.issue("front-proxy", "DNS:x"), headers), trust);
  REQUIRE(jane.user);
  CHECK(*jane.user == k8s::user_info{"jane", "", {"a", "b"}, {{"acme.com/project", {"p", "q"}}, {"%zz", {"r"}}}});

  // Another name that the same authority has signed; a client; a proxy that names nobody; nobody.
  CHECK(ask(request_with(proxies.issue("other", "DNS:x"), headers), trust)
            .problem.starts_with("the certificate of other may not speak for others"));
  CHECK(ask(request_with(clients.issue("bob", "DNS:x"), headers), trust).user->name == "bob");
  CHECK_FALSE(ask(request_with(proxies.issue("front-proxy", "DNS:x")), trust).user);
  http_request bare{"GET", "/", "", headers};
  CHECK_FALSE(ask(bare, trust).user);
}
