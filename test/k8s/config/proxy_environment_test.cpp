#include "k8s/config/kubeconfig.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace berth::k8s;

namespace {

environment with(std::map<std::string, std::string> variables) {
  return {.variable = [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
          },
          .read_file = [](const std::string&) -> std::optional<std::string> { return std::nullopt; }};
}

bool proxied(const std::string& server, const std::string& no_proxy) {
  const auto found = proxy_from_environment(parse_server_url(server, "server"),
                                            with({{"HTTPS_PROXY", "http://p:3128"}, {"NO_PROXY", no_proxy}}));
  return found.has_value();
}

}  // namespace

TEST_CASE("proxy: none is used where the environment names none") {
  CHECK_FALSE(proxy_from_environment(parse_server_url("https://h", "server"), with({})));
  CHECK_FALSE(proxy_from_environment(parse_server_url("https://h", "server"), with({{"HTTPS_PROXY", ""}})));
}

TEST_CASE("proxy: HTTPS_PROXY serves https servers, HTTP_PROXY http servers, in capitals before small letters") {
  const auto env = with({{"HTTPS_PROXY", "http://a:1"}, {"https_proxy", "http://b:2"}, {"http_proxy", "c:3"}});
  CHECK(proxy_from_environment(parse_server_url("https://h", "server"), env)->text() == "http://a:1");
  CHECK(proxy_from_environment(parse_server_url("http://h", "server"), env)->text() == "http://c:3");
}

TEST_CASE("proxy: loopback servers are never proxied") {
  for (const char* server : {"https://localhost:1", "https://LOCALHOST:1", "https://127.0.0.1:1", "https://127.9.9.9",
                             "https://[::1]:1", "https://[::1%25lo]"})
    CHECK_FALSE(proxied(server, ""));
  CHECK(proxied("https://10.0.0.1", ""));
}

TEST_CASE("proxy: NO_PROXY exempts by name, domain, address, network and port") {
  struct example {
    const char* server;
    const char* no_proxy;
    bool proxied;
  };
  for (const auto& e : {
           example{"https://api.example.org", "*", false},
           example{"https://api.example.org", "example.org", false},
           example{"https://example.org", "example.org", false},
           example{"https://badexample.org", "example.org", true},
           example{"https://example.org", ".example.org", true},
           example{"https://api.example.org", ".example.org", false},
           example{"https://api.example.org", "*.example.org", false},
           example{"https://API.Example.org", "other, api.EXAMPLE.org", false},
           example{"https://api.example.org:6443", "api.example.org:6443", false},
           example{"https://api.example.org:6443", "api.example.org:443", true},
           example{"https://10.1.2.3", "10.1.2.3", false},
           example{"https://10.1.2.3", "10.1.2.4", true},
           example{"https://10.1.2.3", "10.1.0.0/16", false},
           example{"https://10.1.0.0", "10.1.0.0/16", false},
           example{"https://10.1.255.255", "10.1.0.0/16", false},
           example{"https://10.2.2.3", "10.1.0.0/16", true},
           example{"https://10.2.2.3", "0.0.0.0/0", false},
           example{"https://[fd00::5]", "fd00::/8", false},
           example{"https://[fd00::5]", "fd00::5", false},
           example{"https://[fd00::5]:6443", "[fd00::5]:6443", false},
           example{"https://[fd00::5]", "10.0.0.0/8", true},
           example{"https://10.0.0.1", "not/anetwork,,", true},
           example{"https://[fe80::1%25eth0]", "fe80::1", false},
           example{"https://[fe80::1%25eth0]", "fe80::/10", false},
           example{"https://[fe80::1%25eth0]", "fe80::1%eth0", false},
           example{"https://[fe80::1%25eth0]:6443", "[fe80::1%eth0]:6443", false},
           example{"https://[fe80::1%25eth0]:6443", "[fe80::1%eth0]:443", true},
           example{"https://[fe80::1%25eth0]", "fe80::1%eth1", true},
       }) {
    CAPTURE(e.server);
    CAPTURE(e.no_proxy);
    CHECK(proxied(e.server, e.no_proxy) == e.proxied);
  }
}

TEST_CASE("proxy: a variable that is no URL is named") {
  CHECK_THROWS_WITH_AS(
      proxy_from_environment(parse_server_url("https://h", "server"), with({{"https_proxy", "socks5://h"}})),
      "$https_proxy: \"socks5://h\" is not a server's URL: the scheme is neither http nor https", config_error);
}
