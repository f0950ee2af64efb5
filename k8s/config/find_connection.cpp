#include "k8s/config/kubeconfig.hpp"
#include "k8s/config/read_file.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace berth::k8s {
namespace {

const std::string service_account = "/var/run/secrets/kubernetes.io/serviceaccount/";
constexpr std::size_t max_file_bytes = 4 << 20;

std::optional<std::string> given(const environment& outside, const std::string& variable) {
  auto found = outside.variable(variable);
  return found && !found->empty() ? found : std::nullopt;
}

connection_settings in_cluster(const connection_request& request, const environment& outside) {
  connection_settings settings;
  const std::string host = *given(outside, "KUBERNETES_SERVICE_HOST");
  const std::string port = given(outside, "KUBERNETES_SERVICE_PORT").value_or("443");
  const bool v6 = host.find(':') != host.npos;
  settings.server = request.server.empty() ? parse_server_url("https://" + (v6 ? "[" + host + "]" : host) + ":" + port,
                                                              "$KUBERNETES_SERVICE_HOST and $KUBERNETES_SERVICE_PORT")
                                           : parse_server_url(request.server, "--master", true);
  settings.source = "service account";
  settings.token_file.file = service_account + "token";
  settings.certificate_authority.file = service_account + "ca.crt";
  for (const auto& file : {settings.token_file.file, settings.certificate_authority.file})
    if (!outside.read_file(file))
      throw config_error(file +
                         ": no such file: is the service account's token mounted (automountServiceAccountToken)?");
  if (auto name = outside.read_file(service_account + "namespace")) {
    std::erase_if(*name, [](unsigned char c) { return std::isspace(c); });
    if (!name->empty()) settings.default_namespace = *name;
  }
  return settings;
}

/// $KUBECONFIG's list without repetitions, else the one under $HOME.
std::vector<std::string> candidates(const environment& outside) {
  std::vector<std::string> paths;
  const auto list = given(outside, "KUBECONFIG");
  if (!list) {
    if (const auto home = given(outside, "HOME")) paths.push_back(*home + "/.kube/config");
    return paths;
  }
  for (std::size_t at = 0; at <= list->size();) {
    const auto colon = std::min(list->find(':', at), list->size());
    auto path = list->substr(at, colon - at);
    if (!path.empty() && std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(std::move(path));
    at = colon + 1;
  }
  return paths;
}

connection_settings find_unproxied(const connection_request& request, const environment& outside) {
  if (!request.kubeconfig.empty()) {
    const auto text = outside.read_file(request.kubeconfig);
    if (!text) throw config_error(no_such_file(request.kubeconfig) + " (--kubeconfig or clientConnection.kubeconfig)");
    return resolve_kubeconfig({{request.kubeconfig, *text}}, request);
  }
  std::vector<kubeconfig_file> files;
  std::string missing;
  for (const auto& path : candidates(outside)) {
    if (auto text = outside.read_file(path))
      files.push_back({path, std::move(*text)});
    else
      missing += (missing.empty() ? "" : ", ") + path;
  }
  const bool in_pod = given(outside, "KUBERNETES_SERVICE_HOST").has_value();
  const bool all_empty = std::all_of(files.begin(), files.end(), [](const auto& f) { return f.text.empty(); });
  if (!files.empty() && !(all_empty && in_pod)) return resolve_kubeconfig(files, request);
  if (in_pod) return in_cluster(request, outside);
  if (!request.server.empty()) {
    connection_settings settings;
    settings.server = parse_server_url(request.server, "--master");
    settings.source = "--master";
    return settings;
  }
  throw config_error("no API server to connect to: no --kubeconfig, none of these files exists: " +
                     (missing.empty() ? std::string("(neither $KUBECONFIG nor $HOME is set)") : missing) +
                     ", and $KUBERNETES_SERVICE_HOST is not set (not in a cluster)");
}

}  // namespace

connection_settings find_connection(const connection_request& request, const environment& outside) {
  auto settings = find_unproxied(request, outside);
  if (!settings.proxy) settings.proxy = proxy_from_environment(settings.server, outside);
  if (settings.proxy && settings.proxy->tls)
    throw config_error("the proxy " + settings.proxy->text() + ": only http:// proxies are supported");
  return settings;
}

environment environment::of_process() {
  return {
      .variable = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
      },
      .read_file = [](const std::string& path) -> std::optional<std::string> {
        auto text = k8s::read_file(path, max_file_bytes);
        if (text) return std::move(*text);
        if (text.error().code == errc::not_found) return std::nullopt;
        throw config_error(text.error().detail);
      },
  };
}

}  // namespace berth::k8s
