#pragma once

#include "controller/access/serving_options.hpp"
#include "controller/access/trusted.hpp"
#include "k8s/client.hpp"

#include <string>

/// Where the authorities of clients and of proxies come from: files that are named, else what kube-apiserver publishes
/// in the ConfigMap kube-system/extension-apiserver-authentication.
///
/// Lives on one strand. Upstream: DelegatingAuthenticationOptions.ApplyTo.
namespace berth::controller {

class trust_source {
 public:
  /// `options` outlives this.
  explicit trust_source(const serving_options& options) : options_(options) {}

  /// Something is to be had from the ConfigMap.
  bool looks_up() const noexcept {
    return !options_.skip_lookup && (options_.client_authority.empty() || options_.proxy_authority.empty());
  }
  /// What the files say now and the ConfigMap said last. Throws std::runtime_error naming the file.
  trusted_ptr current() const;
  /// Asks for the ConfigMap. What cannot be had changes nothing.
  k8s::task<k8s::result<void>> look_up(k8s::client& api);

 private:
  const serving_options& options_;
  k8s::authentication_settings published_;
};

}  // namespace berth::controller
