#pragma once

#include "k8s/text/value.hpp"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Where the API server is, how to know it, and who we are to it.
///
/// Found in this order: an explicit kubeconfig file, `$KUBECONFIG` (a list, merged), `~/.kube/config`, the service
/// account of the pod we run in. Everything here happens once, at the start; what is missing or malformed is thrown as
/// a config_error that names the file and the field in one line. Files that may change while we run (token,
/// certificates) are only named here; credentials.hpp reads them.
///
/// Upstream: client-go tools/clientcmd (loader.go, client_config.go, validation.go), rest/config.go.
namespace berth::k8s {

/// One line, whatever a file had in it: control characters become blanks.
class config_error : public std::runtime_error {
 public:
  explicit config_error(std::string why);
};

/// What is given either in a file (which may change) or as text (which does not). Text wins, as in client-go.
struct file_or_text {
  std::string file;
  std::string text;
  /// Where the one that counts is given, for errors: "/etc/berth/kubeconfig: users[0].user.client-key-data". "" where
  /// no file says so.
  std::string field = "";

  bool empty() const noexcept { return file.empty() && text.empty(); }
  bool operator==(const file_or_text&) const = default;
};

/// "https://[::1]:6443/prefix", taken apart.
struct server_url {
  bool tls = true;
  std::string host;       ///< without brackets; an IPv6 zone as in "fe80::1%eth0"
  std::string port;       ///< never empty
  std::string base_path;  ///< "" or "/prefix", without a slash at its end
  std::string user_info;  ///< "name:password", percent-decoded; proxies only

  /// "https://[::1]:6443/prefix": without user information.
  std::string text() const;
  /// "[::1]:6443": as the Host header and CONNECT have it, without an IPv6 zone, which is this host's own affair.
  std::string authority() const;
  /// What its certificate is to be for: the host without a zone. (Go looks for the zone, too, and so accepts none.)
  std::string name() const;
  bool operator==(const server_url&) const = default;
};

/// A program that prints credentials: user.exec of a kubeconfig.
struct exec_settings {
  std::string api_version;  ///< client.authentication.k8s.io/v1 or /v1beta1
  std::string command;      ///< a bare name is looked for on PATH; relative paths are relative to the kubeconfig
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  bool provide_cluster_info = false;
  value cluster_config;  ///< the cluster's extension client.authentication.k8s.io/exec
  std::string install_hint;

  bool operator==(const exec_settings&) const = default;
};

struct connection_settings {
  server_url server;
  std::string tls_server_name;  ///< "" means the host of `server`
  bool insecure_skip_tls_verify = false;
  file_or_text certificate_authority;  ///< empty: the system's
  file_or_text client_certificate;
  file_or_text client_key;
  std::string token;
  file_or_text token_file;  ///< never text
  std::string basic_auth;   ///< "name:password"; beside a token it is not used
  std::optional<exec_settings> exec;
  std::optional<server_url> proxy;
  /// Impersonate-User and its kin, ready to send.
  std::vector<std::pair<std::string, std::string>> impersonation;
  std::string default_namespace = "default";
  /// Where all this was found, for one log line: "/etc/berth/kubeconfig, context kind" or "service account".
  std::string source;

  bool operator==(const connection_settings&) const = default;
};

/// What the command line and the configuration file say. Empty means not given.
struct connection_request {
  std::string kubeconfig;  ///< --kubeconfig, else clientConnection.kubeconfig: must exist
  std::string context;     ///< instead of current-context
  std::string server;      ///< --master: overrides the server's URL
};

/// What is outside the process. `read_file` returns the content, nothing where there is no such file, and throws
/// config_error where it cannot be read.
struct environment {
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::function<std::optional<std::string>(const std::string& path)> read_file;

  /// The process's own.
  static environment of_process();
};

/// Throws config_error.
connection_settings find_connection(const connection_request& request, const environment& outside);

/// One file's text, for find_connection and tests. `path` makes relative paths absolute and is named in errors.
struct kubeconfig_file {
  std::string path;
  std::string text;
};

/// The pure part: parses, merges as client-go does (of each name the first file's entry, whole), resolves one context.
connection_settings resolve_kubeconfig(const std::vector<kubeconfig_file>& files, const connection_request& request);

/// Without a scheme it is https where `tls_by_default`, else http, as in client-go. Throws config_error naming `what`
/// ("--master") when the text is no http or https URL.
server_url parse_server_url(const std::string& text, const std::string& what, bool tls_by_default = false);

/// The proxy that $HTTPS_PROXY (or $HTTP_PROXY for http servers) names, unless $NO_PROXY exempts the server. Lower case
/// names count too; loopback addresses are always exempt. Upstream: golang.org/x/net/http/httpproxy.
std::optional<server_url> proxy_from_environment(const server_url& server, const environment& outside);

}  // namespace berth::k8s
