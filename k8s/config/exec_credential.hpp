#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/config/kubeconfig.hpp"
#include "k8s/error.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What is said to a credential plugin and what it says: ExecCredential of client.authentication.k8s.io/v1 and
/// /v1beta1. Pure. Upstream: client-go plugin/pkg/client/auth/exec, pkg/apis/clientauthentication.
namespace berth::k8s {

struct exec_credential {
  std::string token;
  std::string certificate;  ///< PEM; given together with `key` or not at all
  std::string key;
  std::optional<timestamp> expires;
};

/// The value of $KUBERNETES_EXEC_INFO. `authority` is the cluster's CA as PEM, sent where the plugin asked for the
/// cluster.
std::string exec_info(const connection_settings& settings, const std::string& authority);

/// What the plugin printed. errc::malformed names the command and the field, never the content.
result<exec_credential> read_exec_credential(std::string_view printed, const exec_settings& plugin);

}  // namespace berth::k8s
