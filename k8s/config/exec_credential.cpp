#include "k8s/config/exec_credential.hpp"

#include "k8s/api/time.hpp"
#include "k8s/config/field_reader.hpp"
#include "k8s/text/base64.hpp"
#include "k8s/text/json_of_value.hpp"
#include "k8s/text/value_reader.hpp"

#include <algorithm>

namespace berth::k8s {
namespace {

exec_credential credential_in(const field_reader& root, const exec_settings& plugin) {
  if (root.string("kind") != "ExecCredential") root.refuse("kind", "not ExecCredential");
  if (const auto version = root.string("apiVersion"); version != plugin.api_version)
    root.refuse("apiVersion",
                "\"" + version.substr(0, 100) + "\" is not what the kubeconfig asks for, " + plugin.api_version);
  const auto status = root.map("status");
  if (!status.present()) root.refuse("status", "not given");
  exec_credential found;
  found.token = status.string("token");
  found.certificate = status.string("clientCertificateData");
  found.key = status.string("clientKeyData");
  if (std::any_of(found.token.begin(), found.token.end(), [](char c) { return c <= ' ' || c >= 0x7f; }))
    status.refuse("token", "has blanks or other characters that no token has");
  if (found.token.empty() && found.certificate.empty() && found.key.empty())
    status.refuse("token", "not given, nor is a client certificate");
  if (found.certificate.empty() != found.key.empty())
    status.refuse(found.key.empty() ? "clientKeyData" : "clientCertificateData", "not given, but the other half is");
  if (const auto when = status.string("expirationTimestamp"); !when.empty()) {
    const auto parsed = parse_time(when);
    if (!parsed) status.refuse("expirationTimestamp", "not a time");
    found.expires = *parsed;
  }
  return found;
}

}  // namespace

std::string exec_info(const connection_settings& settings, const std::string& authority) {
  json_writer json;
  json.begin_object().member("kind", "ExecCredential").member("apiVersion", settings.exec->api_version);
  json.begin_object("spec").key("interactive").boolean(false);
  if (settings.exec->provide_cluster_info) {
    json.begin_object("cluster").member("server", settings.server.text());
    json.member_if_any("tls-server-name", settings.tls_server_name);
    if (settings.insecure_skip_tls_verify) json.key("insecure-skip-tls-verify").boolean(true);
    json.member_if_any("certificate-authority-data", encode_base64(authority));
    if (settings.proxy) json.member("proxy-url", settings.proxy->text());
    if (!settings.exec->cluster_config.is_null()) write(json.key("config"), settings.exec->cluster_config);
    json.end_object();
  }
  json.end_object().end_object();
  return json.take();
}

result<exec_credential> read_exec_credential(std::string_view printed, const exec_settings& plugin) {
  const std::string where = "what exec plugin " + plugin.command + " printed";
  const auto document = read_value(printed, where);
  if (!document) return document.error();
  try {
    return credential_in(field_reader(&*document, where), plugin);
  } catch (const config_error& refused) {
    return error{errc::malformed, refused.what()};
  }
}

}  // namespace berth::k8s
