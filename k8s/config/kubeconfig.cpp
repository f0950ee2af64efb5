#include "k8s/config/kubeconfig.hpp"

#include "k8s/config/field_reader.hpp"
#include "k8s/text/base64.hpp"
#include "k8s/text/value_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <string_view>

namespace berth::k8s {
namespace {

struct loaded_file {
  std::string path;
  value document;

  field_reader root() const { return field_reader(&document, path); }
};

/// One entry of contexts, clusters or users: from which file, and where in it.
struct named {
  const loaded_file* file;
  field_reader fields;
};

loaded_file load(const kubeconfig_file& file) {
  auto document = read_value(file.text, file.path, duplicate_keys::last_wins);
  if (!document) throw config_error(document.error().detail);
  loaded_file loaded{file.path, std::move(*document)};
  const field_reader root = loaded.root();
  if (const auto kind = root.string("kind"); !kind.empty() && kind != "Config")
    root.refuse("kind", "\"" + kind + "\" is not \"Config\"");
  if (const auto version = root.string("apiVersion"); !version.empty() && version != "v1")
    root.refuse("apiVersion", "\"" + version + "\" is not \"v1\"");
  return loaded;
}

/// Of each name the first file's entry counts, whole; twice in one file is an error.
std::optional<named> find(const std::vector<loaded_file>& files, std::string_view list, std::string_view field,
                          const std::string& name) {
  for (const auto& file : files) {
    std::optional<named> found;
    for (const auto& entry : file.root().maps(list)) {
      if (entry.string("name") != name) continue;
      if (found) entry.refuse("name", "\"" + name + "\" is given twice");
      found = named{&file, entry.map(field)};
    }
    if (found) return found;
  }
  return std::nullopt;
}

std::string beside(const loaded_file& file, const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  return (std::filesystem::path(file.path).parent_path() / path).lexically_normal().string();
}

file_or_text file_in(const named& entry, const std::string& field) {
  auto path = beside(*entry.file, entry.fields.string(field));
  if (path.empty()) return {};
  return {std::move(path), "", entry.fields.path(field)};
}

/// `field` names a file, `field`-data holds the same as base64.
file_or_text file_or_data(const named& entry, const std::string& field) {
  const auto data_field = field + "-data";
  auto text = decode_base64(entry.fields.string(data_field));
  if (!text) entry.fields.refuse(data_field, "not base64");
  if (text->empty()) return file_in(entry, field);
  return {"", std::move(*text), entry.fields.path(data_field)};
}

/// How the server is known: over http by nothing, so that nothing is looked at.
void read_server_identity(const named& cluster, connection_settings& into) {
  const auto& fields = cluster.fields;
  into.certificate_authority = file_or_data(cluster, "certificate-authority");
  into.insecure_skip_tls_verify = fields.boolean("insecure-skip-tls-verify");
  into.tls_server_name = fields.string("tls-server-name");
  if (into.insecure_skip_tls_verify && !into.certificate_authority.empty())
    fields.refuse("insecure-skip-tls-verify", "must not be set together with a certificate authority");
}

void read_cluster(const named& cluster, const connection_request& request, connection_settings& into) {
  const auto& fields = cluster.fields;
  const auto server = fields.string("server");
  if (!request.server.empty())
    into.server = parse_server_url(request.server, "--master");
  else if (server.empty())
    fields.refuse("server", "not set");
  else
    into.server = parse_server_url(server, fields.path("server"));
  if (into.server.tls) read_server_identity(cluster, into);
  if (const auto proxy = fields.string("proxy-url"); !proxy.empty()) {
    into.proxy = parse_server_url(proxy, fields.path("proxy-url"));
    if (into.proxy->tls) fields.refuse("proxy-url", "only http:// proxies are supported");
  }
}

value exec_extension(const named& cluster) {
  for (const auto& extension : cluster.fields.maps("extensions"))
    if (extension.string("name") == "client.authentication.k8s.io/exec" && extension.has("extension"))
      return *extension.raw("extension");
  return {};
}

exec_settings read_exec(const named& user) {
  const auto fields = user.fields.map("exec");
  exec_settings exec;
  exec.api_version = fields.string("apiVersion");
  const bool v1 = exec.api_version == "client.authentication.k8s.io/v1";
  if (!v1 && exec.api_version != "client.authentication.k8s.io/v1beta1")
    fields.refuse("apiVersion",
                  "\"" + exec.api_version +
                      "\" is neither client.authentication.k8s.io/v1 nor client.authentication.k8s.io/v1beta1");
  exec.command = fields.string("command");
  if (exec.command.empty()) fields.refuse("command", "not set");
  if (exec.command.find('/') != exec.command.npos) exec.command = beside(*user.file, exec.command);
  exec.args = fields.strings("args");
  for (const auto& variable : fields.maps("env")) {
    if (variable.string("name").empty()) variable.refuse("name", "not set");
    exec.env.emplace_back(variable.string("name"), variable.string("value"));
  }
  exec.provide_cluster_info = fields.boolean("provideClusterInfo");
  exec.install_hint = fields.string("installHint");
  const auto mode = fields.string("interactiveMode");
  if (mode == "Always") fields.refuse("interactiveMode", "Always: there is no terminal to ask on");
  if (mode != "Never" && mode != "IfAvailable" && !(mode.empty() && !v1))
    fields.refuse("interactiveMode", "\"" + mode + "\" is neither Never nor IfAvailable");
  return exec;
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Part of a header's name: what cannot stand there is %-encoded. Upstream: transport/round_trippers.go.
std::string header_escaped(std::string_view key) {
  constexpr std::string_view legal = "!#$&'*+-.^_`|~";
  std::string name;
  for (const char c : key) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || legal.find(c) != legal.npos)
      name += c;
    else
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return name;
}

/// Impersonation goes to every server, credentials (as in client-go) only over TLS.
void read_impersonation(const field_reader& fields, connection_settings& into) {
  const auto add = [&](std::string_view field, std::string header, std::string text) {
    if (has_controls(text)) fields.refuse(field, "has control characters");
    into.impersonation.emplace_back(std::move(header), std::move(text));
  };
  const auto user = fields.string("as");
  if (!user.empty()) add("as", "Impersonate-User", user);
  if (auto uid = fields.string("as-uid"); !uid.empty()) add("as-uid", "Impersonate-Uid", std::move(uid));
  for (auto& group : fields.strings("as-groups")) add("as-groups", "Impersonate-Group", std::move(group));
  const field_reader extra = fields.map("as-user-extra");
  const value::map* keys = extra.present() ? extra.self()->as_map() : nullptr;
  const bool has_extra = keys != nullptr && !keys->empty();
  if (has_extra) {
    for (const auto& [key, ignored] : *keys)
      for (auto& text : extra.strings(key))
        add("as-user-extra", "Impersonate-Extra-" + header_escaped(key), std::move(text));
  }
  if (user.empty() && (has_extra || !into.impersonation.empty()))
    fields.refuse("as", "not set, but as-uid, as-groups or as-user-extra are");
}

void read_user(const named& user, connection_settings& into) {
  const auto& fields = user.fields;
  if (fields.has("auth-provider"))
    fields.refuse("auth-provider", "not supported; token, tokenFile, client-certificate and exec are");
  read_impersonation(fields, into);
  if (!into.server.tls) return;
  into.token = fields.string("token");
  if (has_controls(into.token)) fields.refuse("token", "has control characters");
  into.token_file = file_in(user, "tokenFile");
  const auto name = fields.string("username");
  if (const auto password = fields.string("password"); !name.empty() || !password.empty()) {
    if (!into.token.empty()) fields.refuse("username", "must not be set together with a token");
    into.basic_auth = name + ":" + password;
  }
  into.client_certificate = file_or_data(user, "client-certificate");
  // A key without a certificate is nothing, as in client-go.
  if (!into.client_certificate.empty()) into.client_key = file_or_data(user, "client-key");
  if (!into.client_certificate.empty() && into.client_key.empty())
    fields.refuse("client-key", "not set, nor is client-key-data, but a client certificate is");
  if (fields.has("exec")) into.exec = read_exec(user);
}

std::string names_of(const std::vector<loaded_file>& files, std::string_view list) {
  std::set<std::string> names;
  for (const auto& file : files)
    for (const auto& entry : file.root().maps(list)) names.insert(entry.string("name"));
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out.substr(0, 300);
}

}  // namespace

connection_settings resolve_kubeconfig(const std::vector<kubeconfig_file>& files, const connection_request& request) {
  std::vector<loaded_file> loaded;
  for (const auto& file : files) loaded.push_back(load(file));
  if (loaded.empty()) throw config_error("no kubeconfig file was given");

  connection_settings settings;
  const loaded_file* origin = &loaded.front();
  std::string context_name = request.context;
  for (const auto& file : loaded) {
    if (!context_name.empty()) break;
    context_name = file.root().string("current-context");
    origin = &file;
  }
  if (context_name.empty()) {
    if (request.server.empty()) loaded.front().root().refuse("current-context", "not set");
    settings.server = parse_server_url(request.server, "--master");
    settings.source = "--master";
    return settings;
  }

  const auto context = find(loaded, "contexts", "context", context_name);
  if (!context)
    origin->root().refuse(request.context.empty() ? "current-context" : "contexts",
                          "there is no context \"" + context_name + "\"; there is: " + names_of(loaded, "contexts"));
  settings.source = context->file->path + ", context " + context_name;
  if (const auto name = context->fields.string("namespace"); !name.empty()) settings.default_namespace = name;

  const auto cluster_name = context->fields.string("cluster");
  const auto cluster = find(loaded, "clusters", "cluster", cluster_name);
  if (cluster_name.empty()) context->fields.refuse("cluster", "not set");
  if (!cluster)
    context->fields.refuse("cluster",
                           "there is no cluster \"" + cluster_name + "\"; there is: " + names_of(loaded, "clusters"));
  read_cluster(*cluster, request, settings);

  // A context without a user is anonymous, as kubectl has it.
  if (const auto user_name = context->fields.string("user"); !user_name.empty()) {
    const auto user = find(loaded, "users", "user", user_name);
    if (!user && !settings.server.tls) return settings;  // it would be told nothing about us
    if (!user)
      context->fields.refuse("user", "there is no user \"" + user_name + "\"; there is: " + names_of(loaded, "users"));
    read_user(*user, settings);
    if (settings.exec) settings.exec->cluster_config = exec_extension(*cluster);
  }
  return settings;
}

}  // namespace berth::k8s
