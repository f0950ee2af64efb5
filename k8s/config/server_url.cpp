#include "k8s/config/kubeconfig.hpp"
#include "k8s/text/ascii.hpp"

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace berth::k8s {
namespace {

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != 0x7f; });
}

bool is_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() && value >= 1 && value <= 65535;
}

/// "fe80::1%25eth0" without the brackets, decoded. Nothing where it is no IPv6 address. Upstream: net/url's parseHost.
std::optional<std::string> address_of(std::string_view text) {
  const auto escape = text.find("%25");
  std::string address(text.substr(0, escape));
  boost::system::error_code none;
  boost::asio::ip::make_address_v6(address, none);
  if (none || address.find('%') != address.npos) return std::nullopt;
  if (escape == text.npos) return address;
  const auto zone = percent_decoded(text.substr(escape + 3));
  constexpr std::string_view marks = "-._~!$&'()*+,;=:";
  const auto fine = [&](unsigned char c) { return std::isalnum(c) || marks.find(static_cast<char>(c)) != marks.npos; };
  if (!zone || zone->empty() || !std::all_of(zone->begin(), zone->end(), fine)) return std::nullopt;
  return address + "%" + *zone;
}

std::string with_port(std::string host, const std::string& port) {
  return (host.find(':') != host.npos ? "[" + std::move(host) + "]" : std::move(host)) + ":" + port;
}

}  // namespace

server_url parse_server_url(const std::string& text, const std::string& what, bool tls_by_default) {
  const auto refuse = [&](const std::string& why) -> config_error {
    // What stands before an "@" may be a password.
    const auto shown = text.substr(text.rfind('@') + 1).substr(0, 200);
    return config_error(what + ": \"" + shown + "\" is not a server's URL: " + why);
  };
  std::string_view rest = text;
  if (rest.empty() || !printable(rest)) throw refuse("it is empty or has blanks or control characters");
  server_url url;
  url.tls = tls_by_default;
  if (const auto colon = rest.find("://"); colon != rest.npos) {
    const std::string scheme = to_lower(std::string(rest.substr(0, colon)));
    if (scheme != "http" && scheme != "https") throw refuse("the scheme is neither http nor https");
    url.tls = scheme == "https";
    rest.remove_prefix(colon + 3);
  }
  auto authority = rest.substr(0, rest.find_first_of("/?#"));
  auto path = rest.substr(authority.size());
  path = path.substr(0, path.find_first_of("?#"));
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  url.base_path = path;

  if (const auto at = authority.rfind('@'); at != authority.npos) {
    const auto decoded = percent_decoded(authority.substr(0, at));
    if (!decoded) throw refuse("the user information is not percent-encoded properly");
    url.user_info = *decoded;
    authority.remove_prefix(at + 1);
  }
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    if (bracket == authority.npos) throw refuse("\"[\" without \"]\"");
    const auto address = address_of(authority.substr(1, bracket - 1));
    if (!address) throw refuse("no IPv6 address within \"[]\" (a zone is written as in [fe80::1%25eth0])");
    url.host = *address;
    authority.remove_prefix(bracket + 1);
    if (!authority.empty() && authority.front() != ':') throw refuse("no port after \"]\"");
  } else {
    const auto colon = authority.find(':');
    url.host = authority.substr(0, colon);
    authority.remove_prefix(url.host.size());
    if (url.host.find('%') != url.host.npos) throw refuse("a \"%\" in the host's name");
    if (authority.rfind(':') != authority.npos && authority.rfind(':') != 0)
      throw refuse("an IPv6 address must be in brackets");
  }
  if (url.host.empty()) throw refuse("no host");
  if (url.host.find_first_of("[]") != url.host.npos) throw refuse("a bracket within the host");
  if (!authority.empty()) authority.remove_prefix(1);
  if (!authority.empty() && !is_port(authority)) throw refuse("the port is not between 1 and 65535");
  url.port = authority.empty() ? (url.tls ? "443" : "80") : std::string(authority);
  return url;
}

std::string server_url::name() const { return host.substr(0, host.find('%')); }

std::string server_url::authority() const { return with_port(name(), port); }

std::string server_url::text() const {
  const auto zone = host.find('%');
  const std::string shown = zone == host.npos ? host : host.substr(0, zone) + "%25" + host.substr(zone + 1);
  return (tls ? "https://" : "http://") + with_port(shown, port) + base_path;
}

}  // namespace berth::k8s
