#include "controller/access/trusted.hpp"

#include "k8s/text/ascii.hpp"

#include <algorithm>
#include <string_view>

namespace berth::controller {

namespace {

constexpr const char* credential_id = "authentication.kubernetes.io/credential-id";

const std::string* header(const http_request& request, const std::string& name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return &value;
  return nullptr;
}

/// Of the first of these headers that has one.
std::string first_value(const http_request& request, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (const std::string* value = header(request, name); value != nullptr && !value->empty()) return *value;
  return "";
}

/// Keys of extra fields are percent-encoded; one that is not stays as it is.
std::string decode_key(std::string_view key) { return k8s::percent_decoded(key).value_or(std::string(key)); }

void add_extra(k8s::user_info& user, std::string key, const std::string& value) {
  const auto there = std::find_if(user.extra.begin(), user.extra.end(), [&](const auto& e) { return e.first == key; });
  if (there != user.extra.end())
    there->second.push_back(value);
  else
    user.extra.emplace_back(std::move(key), std::vector<std::string>{value});
}

std::optional<k8s::user_info> user_in_headers(const http_request& request, const k8s::request_header_settings& s) {
  k8s::user_info user;
  user.name = first_value(request, s.username_headers);
  if (user.name.empty()) return std::nullopt;
  user.uid = first_value(request, s.uid_headers);
  for (const std::string& name : s.group_headers)
    for (const auto& [key, value] : request.headers)
      if (key == name && !value.empty()) user.groups.push_back(value);
  for (const std::string& prefix : s.extra_prefixes)
    for (const auto& [key, value] : request.headers)
      if (key.starts_with(prefix)) add_extra(user, decode_key(std::string_view(key).substr(prefix.size())), value);
  return user;
}

}  // namespace

identification identify_by_certificate(const http_request& request, const trusted& trust,
                                       std::chrono::system_clock::time_point now) {
  identification out;
  if (!request.certificates) return out;
  const auto note = [&](const std::string& problem) { out.problem += (out.problem.empty() ? "" : "; ") + problem; };

  if (trust.proxies) {
    const k8s::result<certificate_subject> proxy = trust.proxies->verify(*request.certificates, now);
    const auto& names = trust.request_header.allowed_names;
    if (!proxy) {
      note(proxy.error().detail);
    } else if (!names.empty() && std::find(names.begin(), names.end(), proxy->common_name) == names.end()) {
      note("the certificate of " + proxy->common_name + " may not speak for others");
    } else if ((out.user = user_in_headers(request, trust.request_header))) {
      return out;
    }
  }
  if (trust.clients) {
    const k8s::result<certificate_subject> client = trust.clients->verify(*request.certificates, now);
    if (!client) {
      note(client.error().detail);
    } else if (!client->common_name.empty()) {
      out.user = k8s::user_info{
          client->common_name, "", client->organizations, {{credential_id, {"X509SHA256=" + client->fingerprint}}}};
    }
  }
  return out;
}

}  // namespace berth::controller
