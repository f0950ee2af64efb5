#include "controller/config/configuration_extenders.hpp"

#include "k8s/text/base64.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

namespace berth::controller {

namespace {

using scoring::arguments;
using scoring::configuration_error;

constexpr std::int64_t max_int64 = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view of_pods = "requests.";

k8s::server_url read_url(const arguments& a, const std::string& text) {
  if (!text.starts_with("http://") && !text.starts_with("https://"))
    a.fail("urlPrefix", fmt::format("\"{}\" is not a URL that begins with http:// or https://", text));
  if (text.find_first_of("?#") != text.npos) a.fail("urlPrefix", fmt::format("\"{}\" has a query or fragment", text));
  try {
    k8s::server_url url = k8s::parse_server_url(text, a.path_of("urlPrefix"));
    if (!url.user_info.empty()) a.fail("urlPrefix", "must not have user information");
    return url;
  } catch (const k8s::config_error& e) {
    throw configuration_error(e.what());
  }
}

std::string read_verb(arguments& a, std::string_view field) {
  std::string verb = a.text_or(field, "");
  const bool plain = std::all_of(verb.begin(), verb.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
  if (!plain) a.fail(field, fmt::format("\"{}\" cannot be part of a URL", verb));
  return verb;
}

/// The data win where both are given.
k8s::file_or_text read_pem(arguments& tls, std::string_view file, std::string_view data) {
  std::string path = tls.text_or(file, "");
  std::optional<std::string> text = k8s::decode_base64(tls.text_or(data, ""));
  if (!text) tls.fail(data, "is not base64");
  if (!text->empty()) return {"", std::move(*text), tls.path_of(data)};
  if (path.empty()) return {};
  return {std::move(path), "", tls.path_of(file)};
}

void read_tls(arguments& a, bool enable_https, k8s::connection_settings& out) {
  if (std::optional<arguments> given = a.map("tlsConfig")) {
    arguments& tls = *given;
    out.insecure_skip_tls_verify = tls.boolean_or("insecure", false);
    out.tls_server_name = tls.text_or("serverName", "");
    out.client_certificate = read_pem(tls, "certFile", "certData");
    out.client_key = read_pem(tls, "keyFile", "keyData");
    out.certificate_authority = read_pem(tls, "caFile", "caData");
    tls.finish();
    if (out.insecure_skip_tls_verify && !out.certificate_authority.empty())
      tls.fail("insecure", "cannot be true where a certificate authority is given");
    if (!out.client_certificate.empty() && out.client_key.empty())
      tls.fail("keyFile", "certificate and key are given together");
    // A key without a certificate is nothing, as in kube-scheduler.
    if (out.client_certificate.empty()) out.client_key = {};
  }
  // Upstream: makeTransport.
  if (enable_https && out.certificate_authority.empty()) out.insecure_skip_tls_verify = true;
}

/// Upstream: v1helper.IsExtendedResourceName.
bool is_extended(std::string_view name) {
  const bool native = name.find('/') == name.npos || name.find("kubernetes.io/") != name.npos;
  return !native && !name.starts_with(of_pods) && scoring::is_qualified_name(std::string(of_pods) + std::string(name));
}

void read_managed_resources(arguments& a, std::set<std::string>& of_all, extender_configuration& out) {
  for (arguments& one : a.list("managedResources")) {
    std::string name = one.text_or("name", "");
    const bool ignored = one.boolean_or("ignoredByScheduler", false);
    one.finish();
    if (!scoring::is_qualified_name(name)) one.fail("name", fmt::format("\"{}\" is not the name of a resource", name));
    if (!is_extended(name)) one.fail("name", fmt::format("\"{}\" is an invalid extended resource name", name));
    if (!of_all.insert(name).second)
      one.fail("name", fmt::format("duplicate extender managed resource name \"{}\"", name));
    if (ignored) out.ignored_by_scheduler.push_back(name);
    out.managed_resources.push_back(std::move(name));
  }
}

std::chrono::milliseconds read_timeout(arguments& a) {
  constexpr std::chrono::seconds usual{5};
  const std::chrono::nanoseconds given = a.duration("httpTimeout").value_or(usual);
  if (given.count() == 0) return usual;
  if (given.count() < 0) a.fail("httpTimeout", "must not be negative");
  return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(given), std::chrono::milliseconds(1));
}

extender_configuration read_one(arguments& a, std::set<std::string>& managed_by_all) {
  extender_configuration out;
  out.url_prefix = a.text_or("urlPrefix", "");
  out.where.server = read_url(a, out.url_prefix);
  out.filter_verb = read_verb(a, "filterVerb");
  out.preempt_verb = read_verb(a, "preemptVerb");
  out.prioritize_verb = read_verb(a, "prioritizeVerb");
  out.bind_verb = read_verb(a, "bindVerb");
  out.weight = a.integer_or("weight", 0, -max_int64, max_int64);
  if (!out.prioritize_verb.empty() && out.weight <= 0)
    a.fail("weight", fmt::format("{}: must have a positive weight applied to it", out.weight));
  read_tls(a, a.boolean_or("enableHTTPS", false), out.where);
  out.http_timeout = read_timeout(a);
  out.node_cache_capable = a.boolean_or("nodeCacheCapable", false);
  out.ignorable = a.boolean_or("ignorable", false);
  read_managed_resources(a, managed_by_all, out);
  a.finish();
  return out;
}

}  // namespace

std::vector<extender_configuration> read_extenders(arguments& document) {
  std::vector<extender_configuration> out;
  std::set<std::string> managed_by_all;
  for (arguments& a : document.list("extenders")) out.push_back(read_one(a, managed_by_all));
  const auto binders = std::count_if(out.begin(), out.end(), [](const auto& e) { return !e.bind_verb.empty(); });
  if (binders > 1)
    document.fail("extenders", fmt::format("found {} extenders implementing bind: only one can", binders));
  std::stable_partition(out.begin(), out.end(), [](const extender_configuration& e) { return !e.ignorable; });
  return out;
}

void ignore_managed_resources(const std::vector<extender_configuration>& extenders,
                              std::vector<scoring::profile_config>& profiles) {
  k8s::value::list ignored;
  for (const extender_configuration& e : extenders)
    for (const std::string& name : e.ignored_by_scheduler) ignored.emplace_back(name);
  if (ignored.empty()) return;
  for (scoring::profile_config& p : profiles) {
    auto of_fit = std::find_if(p.arguments.begin(), p.arguments.end(),
                               [](const scoring::plugin_arguments& a) { return a.name == "NodeResourcesFit"; });
    if (of_fit == p.arguments.end())
      of_fit = p.arguments.insert(of_fit, {"NodeResourcesFit", {}, p.path + ".pluginConfig[NodeResourcesFit].args"});
    if (!of_fit->args.is_null() && of_fit->args.as_map() == nullptr) continue;  // the plugin will say so
    k8s::value::map args;
    if (const k8s::value::map* given = of_fit->args.as_map())
      for (const k8s::value::member& m : *given)
        if (m.first != "ignoredResources") args.push_back(m);
    args.emplace_back("ignoredResources", ignored);
    of_fit->args = std::move(args);
  }
}

}  // namespace berth::controller
