#include "controller/config/serving_flags.hpp"

#include "controller/config/flag_values.hpp"
#include "scoring/arguments.hpp"

#include <algorithm>
#include <string_view>

namespace berth::controller {

namespace {

constexpr struct {
  std::string_view name;
  std::string_view openssl;  ///< "": of TLS 1.3, where they are always on
} suites[] = {
    {"TLS_AES_128_GCM_SHA256", ""},
    {"TLS_AES_256_GCM_SHA384", ""},
    {"TLS_CHACHA20_POLY1305_SHA256", ""},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    out.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return out;
}

/// Names with commas between them; none where the text is empty.
value_taker names(std::vector<std::string>& into) {
  return [&into](const std::string& value) -> refusal {
    std::vector<std::string> all = value.empty() ? std::vector<std::string>() : split(value);
    if (std::any_of(all.begin(), all.end(), [](const std::string& n) { return n.empty(); }))
      return "a list of names with commas between them";
    into = std::move(all);
    return std::nullopt;
  };
}

/// 0 is not to remember.
value_taker time_to_live(std::chrono::nanoseconds& into) {
  return [&into](const std::string& value) -> refusal {
    const auto duration = scoring::parse_duration(value);
    if (!duration || duration->count() < 0) return "a duration, like 10s; 0s for not to remember";
    into = *duration;
    return std::nullopt;
  };
}

value_taker cipher_suites(std::string& into) {
  return [&into](const std::string& value) -> refusal {
    std::string out;
    for (const std::string& name : value.empty() ? std::vector<std::string>() : split(value)) {
      const auto at = std::find_if(std::begin(suites), std::end(suites), [&](const auto& s) { return s.name == name; });
      if (at == std::end(suites))
        return "a list of suites with forward secrecy, like TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: \"" + name +
               "\" is none";
      if (!at->openssl.empty()) out += (out.empty() ? "" : ":") + std::string(at->openssl);
    }
    into = std::move(out);
    return std::nullopt;
  };
}

std::vector<flag> certificate_flags(serving_options& o) {
  return {
      {.name = "bind-address",
       .value = "IP",
       .help = "where HTTPS is served",
       .take = ip_address(into(o.bind_address)),
       .fallback = "0.0.0.0: all"},
      {.name = "secure-port",
       .value = "PORT",
       .help = "serves probes, metrics and what `trace` shows in HTTPS; 0 for not at all",
       .take = whole_number(0, 65535, [&o](std::int64_t n) { o.secure_port = static_cast<std::uint16_t>(n); }),
       .fallback = std::to_string(o.secure_port)},
      {.name = "tls-cert-file",
       .value = "FILE",
       .help = "PEM: the server's certificate, followed by its intermediates; not given: one is made, in memory",
       .take = any_text(into(o.certificate))},
      {.name = "tls-private-key-file",
       .value = "FILE",
       .help = "PEM: the key of that certificate",
       .take = any_text(into(o.key))},
      {.name = "cert-dir",
       .value = "DIRECTORY",
       .help = "where kube-scheduler.crt and .key are, or are made, without --tls-cert-file",
       .take = any_text(into(o.cert_dir))},
      {.name = "tls-min-version",
       .value = "VERSION",
       .help = "VersionTLS12 or VersionTLS13",
       .take = one_of({"VersionTLS12", "VersionTLS13"},
                      [&o](const std::string& v) { o.at_least_1_3 = v == "VersionTLS13"; }),
       .fallback = "VersionTLS12"},
      {.name = "tls-cipher-suites",
       .value = "SUITE,...",
       .help = "of TLS 1.2; not given: ECDHE with AES-GCM or ChaCha20",
       .take = cipher_suites(o.ciphers)},
  };
}

std::vector<flag> authentication_flags(serving_options& o) {
  return {
      {.name = "client-ca-file",
       .value = "FILE",
       .help = "PEM: whose client certificates count; not given: what the API server publishes",
       .take = any_text(into(o.client_authority))},
      {.name = "authentication-kubeconfig",
       .value = "FILE",
       .help = "where tokens are reviewed; not given: as for scheduling",
       .take = any_text(into(o.authentication_kubeconfig))},
      {.name = "authentication-skip-lookup",
       .value = "",
       .help = "do not ask the API server for the authorities that it publishes",
       .take = truth(into(o.skip_lookup))},
      {.name = "authentication-tolerate-lookup-failure",
       .value = "",
       .help = "go on without them where they cannot be had",
       .take = truth(into(o.tolerate_lookup_failure)),
       .fallback = "true"},
      {.name = "authentication-token-webhook-cache-ttl",
       .value = "DURATION",
       .help = "how long what is said of a token counts",
       .take = time_to_live(o.token_ttl),
       .fallback = "10s"},
      {.name = "requestheader-client-ca-file",
       .value = "FILE",
       .help = "PEM: whose proxies may say in headers who asks; not given: what the API server publishes",
       .take = any_text(into(o.proxy_authority))},
      {.name = "requestheader-allowed-names",
       .value = "NAME,...",
       .help = "common names of those proxies; not given: any",
       .take = names(o.proxy_names)},
      {.name = "requestheader-username-headers",
       .value = "HEADER,...",
       .help = "where a proxy says the user's name",
       .take = names(o.username_headers),
       .fallback = "x-remote-user"},
      {.name = "requestheader-uid-headers",
       .value = "HEADER,...",
       .help = "where it says the user's uid",
       .take = names(o.uid_headers)},
      {.name = "requestheader-group-headers",
       .value = "HEADER,...",
       .help = "where it says the user's groups",
       .take = names(o.group_headers),
       .fallback = "x-remote-group"},
      {.name = "requestheader-extra-headers-prefix",
       .value = "PREFIX,...",
       .help = "what the headers of further fields begin with",
       .take = names(o.extra_prefixes),
       .fallback = "x-remote-extra-"},
  };
}

std::vector<flag> authorization_flags(serving_options& o) {
  return {
      {.name = "authorization-kubeconfig",
       .value = "FILE",
       .help = "where access is reviewed; not given: as for scheduling",
       .take = any_text(into(o.authorization_kubeconfig))},
      {.name = "authorization-always-allow-paths",
       .value = "PATH,...",
       .help = "what everybody may see",
       .take = names(o.always_allow_paths),
       .fallback = "/healthz,/readyz,/livez"},
      {.name = "authorization-webhook-cache-authorized-ttl",
       .value = "DURATION",
       .help = "how long it counts that access is allowed",
       .take = time_to_live(o.authorized_ttl),
       .fallback = "10s"},
      {.name = "authorization-webhook-cache-unauthorized-ttl",
       .value = "DURATION",
       .help = "how long it counts that it is not",
       .take = time_to_live(o.unauthorized_ttl),
       .fallback = "10s"},
  };
}

}  // namespace

std::vector<flag> serving_flags(serving_options& o) {
  std::vector<flag> out = certificate_flags(o);
  for (auto& more : {authentication_flags(o), authorization_flags(o)}) out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace berth::controller
