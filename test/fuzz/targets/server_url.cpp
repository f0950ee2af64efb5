#include "k8s/config/kubeconfig.hpp"
#include "test/fuzz/fuzz.hpp"

#include <optional>
#include <string>

/// URLs of servers and of proxies, and which hosts no proxy is used for.
namespace berth::fuzz {

namespace {

std::optional<k8s::server_url> read(const std::string& text, bool tls) {
  try {
    return k8s::parse_server_url(text, "--master", tls);
  } catch (const k8s::config_error& refused) {
    promise(is_one_line(refused.what()), "an error is one line");
    return std::nullopt;
  }
}

}  // namespace

void server_url(std::string_view bytes) {
  const std::string text(bytes);
  const auto url = read(text, true);
  if (url) {
    promise(!url->host.empty() && !url->port.empty(), "a server has a host and a port");
    promise(is_one_line(url->text()) && is_one_line(url->authority()), "no line can be forged");
    const auto again = read(url->text(), false);
    promise(again && again->text() == url->text(), "a URL reads as it is written");
  }
  const k8s::server_url server{true, "api.example.com", "6443", "", ""};
  for (const bool as_proxy : {true, false}) {
    const k8s::environment outside{[&](const std::string& name) -> std::optional<std::string> {
                                     if (name == "HTTPS_PROXY") return as_proxy ? text : "http://proxy:3128";
                                     if (name == "NO_PROXY") return as_proxy ? "" : text;
                                     return std::nullopt;
                                   },
                                   {}};
    try {
      const auto proxy = k8s::proxy_from_environment(server, outside);
      promise(!proxy || !proxy->host.empty(), "a proxy has a host");
    } catch (const k8s::config_error& refused) {
      promise(as_proxy && is_one_line(refused.what()), "a proxy that is none is refused in one line");
    }
  }
}

}  // namespace berth::fuzz
