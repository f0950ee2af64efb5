#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// How probes, metrics and answers are served in HTTPS, and to whom: kube-scheduler's flags of secure serving,
/// authentication and authorization, with its defaults.
namespace berth::controller {

struct serving_options {
  std::string bind_address;           ///< "": all
  std::uint16_t secure_port = 10259;  ///< 0: nothing is served in HTTPS
  std::string cert_dir;
  std::string certificate;
  std::string key;
  std::string ciphers;  ///< of TLS 1.2, OpenSSL's names with colons between; "": the default ones
  bool at_least_1_3 = false;

  std::string client_authority;
  std::string proxy_authority;
  std::vector<std::string> proxy_names;
  std::vector<std::string> username_headers{"x-remote-user"};
  std::vector<std::string> uid_headers;
  std::vector<std::string> group_headers{"x-remote-group"};
  std::vector<std::string> extra_prefixes{"x-remote-extra-"};

  std::string authentication_kubeconfig;
  bool skip_lookup = false;
  bool tolerate_lookup_failure = true;
  std::chrono::nanoseconds token_ttl = std::chrono::seconds(10);

  std::string authorization_kubeconfig;
  std::vector<std::string> always_allow_paths{"/healthz", "/readyz", "/livez"};
  std::chrono::nanoseconds authorized_ttl = std::chrono::seconds(10);
  std::chrono::nanoseconds unauthorized_ttl = std::chrono::seconds(10);
};

}  // namespace berth::controller
