#include "k8s/config/kubeconfig.hpp"
#include "k8s/text/ascii.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace berth::k8s {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> as_address(std::string_view text) {
  if (text.find('%') != text.npos) return std::nullopt;
  boost::system::error_code problem;
  const auto address = ip::make_address(std::string(text), problem);
  if (problem) return std::nullopt;
  return address;
}

bool within(const ip::address& address, const std::string& network) {
  boost::system::error_code problem;
  if (address.is_v4()) {
    const auto net = ip::make_network_v4(network, problem);
    return !problem && net.canonical() == ip::network_v4(address.to_v4(), net.prefix_length()).canonical();
  }
  const auto net = ip::make_network_v6(network, problem);
  return !problem && net.canonical() == ip::network_v6(address.to_v6(), net.prefix_length()).canonical();
}

/// One entry of NO_PROXY: "*", an address, a network, a domain (with its subdomains), ".domain" (only those); each may
/// end in ":port".
bool exempts(std::string entry, const std::string& host, const std::string& port) {
  if (entry.empty()) return false;
  if (entry == "*") return true;
  // An entry's zone is compared as text, and that of the server counts for nothing else: as in Go.
  const auto address = as_address(host.substr(0, host.find('%')));
  if (entry.find('/') != entry.npos) return address && within(*address, entry);
  if (const auto whole = as_address(entry)) return address && *address == *whole;
  const bool bare_v6 = !entry.starts_with('[') && entry.find(':') != entry.rfind(':');
  if (const auto colon = entry.rfind(':'); colon != entry.npos && !bare_v6) {
    if (entry.substr(colon + 1) != port) return false;
    entry.resize(colon);
  }
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  if (const auto whole = as_address(entry)) return address && *address == *whole;
  if (entry.starts_with("*.")) entry.erase(0, 1);
  if (entry.starts_with('.')) return host.ends_with(entry);
  return host == entry || host.ends_with("." + entry);
}

}  // namespace

std::optional<server_url> proxy_from_environment(const server_url& server, const environment& outside) {
  const auto any_of = [&](const char* upper) -> std::pair<std::string, std::string> {
    for (const std::string& name : {std::string(upper), to_lower(std::string(upper))})
      if (auto value = outside.variable(name); value && !value->empty()) return {name, *value};
    return {};
  };
  const auto [name, url] = any_of(server.tls ? "HTTPS_PROXY" : "HTTP_PROXY");
  if (url.empty()) return std::nullopt;

  const std::string host = to_lower(server.host);
  const auto address = as_address(server.name());
  if (host == "localhost" || (address && address->is_loopback())) return std::nullopt;
  const std::string exemptions = to_lower(any_of("NO_PROXY").second);
  for (std::size_t at = 0; at <= exemptions.size();) {
    const auto comma = std::min(exemptions.find(',', at), exemptions.size());
    auto entry = exemptions.substr(at, comma - at);
    std::erase_if(entry, [](unsigned char c) { return std::isspace(c); });
    if (exempts(std::move(entry), host, server.port)) return std::nullopt;
    at = comma + 1;
  }
  return parse_server_url(url, "$" + name);
}

}  // namespace berth::k8s
