#include "k8s/http/webhook_client.hpp"

#include "test/k8s/rig.hpp"

using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t cap = 1000;

template <class Rig>
result<webhook_answer> post(Rig& r, webhook& to, const std::string& body = "{}", bool repeatable = true) {
  return r.wait(to.post("filter", body, cap, repeatable));
}

template <class Rig>
std::unique_ptr<webhook> webhook_of(Rig& r, std::chrono::milliseconds timeout = 5s) {
  webhook_options options;
  options.timeout = timeout;
  return make_webhook(r.io.get_executor(), r.settings, options, r.time);
}

}  // namespace

TEST_CASE("webhook: what is posted comes back answered, on a connection that is kept") {
  rig r;
  r.settings.server.base_path = "/prefix";
  r.server.next(
      {request, answer("200 OK", "one", "Content-Type: text/html\r\n"), request, answer("200 OK", "two", ""), hold});
  const auto to = webhook_of(r);
  const auto first = post(r, *to, R"({"a":1})");
  CHECK(first.value().status == 200);
  CHECK(first.value().body == "one");
  CHECK(post(r, *to).value().body == "two");
  CHECK(r.server.connections == 1);
  CHECK(r.server.requests[0].starts_with("POST /prefix/filter HTTP/1.1\r\n"));
  CHECK(r.server.requests[0].find("Content-Type: application/json\r\n") != std::string::npos);
  CHECK(r.server.requests[0].ends_with("\r\n\r\n{\"a\":1}"));
}

TEST_CASE("webhook: any other status is told, without its body; a redirect is not followed") {
  rig r;
  r.server.next({request, answer("500 Internal Server Error", std::string(500, 'x'))});
  r.server.next({request, answer("307 Temporary Redirect", "", "Location: http://127.0.0.1:1/\r\n")});
  const auto to = webhook_of(r);
  const auto broken = post(r, *to);
  CHECK(broken.value().status == 500);
  CHECK(broken.value().body == "");
  CHECK(post(r, *to).value().status == 307);
  CHECK(r.server.requests.size() == 2);
}

TEST_CASE("webhook: an answer beyond the cap is cut off") {
  rig r;
  r.server.next({request, answer("200 OK", std::string(cap + 1, 'x'))});
  r.server.next({request, chunked, chunk(std::string(cap, 'x')), chunk("x"), hold});
  r.server.next({request, answer("200 OK", std::string(cap, 'x'))});
  const auto to = webhook_of(r);
  CHECK(post(r, *to).error().code == errc::too_large);
  CHECK(post(r, *to).error().code == errc::too_large);
  CHECK(post(r, *to).value().body.size() == cap);
}

TEST_CASE("webhook: a dead server is unreachable, a silent one is timed out") {
  rig r;
  r.server.next({request, hold});
  const auto to = webhook_of(r, 20ms);
  CHECK(post(r, *to).error().code == errc::timed_out);
  r.server.stop_listening();
  CHECK(post(r, *to).error().code == errc::unreachable);
}

TEST_CASE("webhook: on a kept connection that died, a question is asked again, a binding is not") {
  rig r;
  r.server.next({request, ok("1"), request, reset});
  r.server.next({request, ok("2"), request, reset});
  r.server.next({request, ok("3")});
  const auto to = webhook_of(r);
  CHECK(post(r, *to).value().body == "1");
  CHECK(post(r, *to).value().body == "2");
  CHECK(post(r, *to, "{}", false).error().code == errc::connection_lost);
  CHECK(r.server.requests.size() == 4);
  CHECK(post(r, *to).value().body == "3");
}

TEST_CASE("webhook: TLS is verified, unless it is not to be, and our certificate is shown") {
  const test_authority clients("clients");
  tls_rig r("IP:127.0.0.1", clients.certificate());
  const auto ours = clients.issue("berth", "DNS:berth");
  r.settings.client_certificate.text = ours.certificate;
  r.settings.client_key.text = ours.key;
  r.server.always({request, ok("fine")});
  CHECK(post(r, *webhook_of(r)).value().body == "fine");
  CHECK(r.server.client_name.find("berth") != std::string::npos);

  r.settings.certificate_authority.text = test_authority("another").certificate();
  CHECK(post(r, *webhook_of(r)).error().code == errc::tls_failure);
  r.settings.certificate_authority.text = "";
  r.settings.insecure_skip_tls_verify = true;
  CHECK(post(r, *webhook_of(r)).value().body == "fine");
}
