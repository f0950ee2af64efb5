#include "controller/access/trust_source.hpp"

#include "k8s/codec/review.hpp"
#include "k8s/config/read_file.hpp"
#include "k8s/text/ascii.hpp"

#include <stdexcept>

namespace berth::controller {

namespace {

constexpr std::size_t max_file_bytes = std::size_t{4} << 20;
constexpr std::chrono::milliseconds lookup_time{10'000};
constexpr const char* published_at = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";
constexpr const char* published_name = "configmap kube-system/extension-apiserver-authentication";

std::vector<std::string> lower(std::vector<std::string> names) {
  for (std::string& name : names) name = k8s::to_lower(std::move(name));
  return names;
}

std::shared_ptr<const client_authorities> authorities(const std::string& pem, const std::string& from) {
  auto read = client_authorities::read(pem, from);
  if (!read) throw std::runtime_error(read.error().detail);
  return std::move(*read);
}

std::shared_ptr<const client_authorities> authorities_in(const char* flag, const std::string& file) {
  const auto text = k8s::read_file(file, max_file_bytes);
  if (!text) throw std::runtime_error(std::string(flag) + ": " + text.error().detail);
  return authorities(*text, std::string(flag) + ": " + file);
}

}  // namespace

trusted_ptr trust_source::current() const {
  auto out = std::make_shared<trusted>();
  const bool published = !options_.skip_lookup;
  if (!options_.client_authority.empty())
    out->clients = authorities_in("--client-ca-file", options_.client_authority);
  else if (published && !published_.client_authority.empty())
    out->clients = authorities(published_.client_authority, published_name);

  k8s::request_header_settings& proxy = out->request_header;
  if (!options_.proxy_authority.empty()) {
    out->proxies = authorities_in("--requestheader-client-ca-file", options_.proxy_authority);
    proxy.allowed_names = options_.proxy_names;
    proxy.username_headers = options_.username_headers;
    proxy.uid_headers = options_.uid_headers;
    proxy.group_headers = options_.group_headers;
    proxy.extra_prefixes = options_.extra_prefixes;
  } else if (published && !published_.request_header.authority.empty()) {
    out->proxies = authorities(published_.request_header.authority, published_name);
    proxy = published_.request_header;
    proxy.authority.clear();
  }
  for (auto* names : {&proxy.username_headers, &proxy.uid_headers, &proxy.group_headers, &proxy.extra_prefixes})
    *names = lower(std::move(*names));
  return out;
}

k8s::task<k8s::result<void>> trust_source::look_up(k8s::client& api) {
  const k8s::request_options options{.timeout = lookup_time, .retry = false};
  const k8s::result<std::string> answer = co_await api.get(published_at, options);
  if (!answer) co_return answer.error();
  k8s::result<k8s::authentication_settings> read = k8s::decode_authentication_settings(*answer);
  if (!read) co_return read.error();
  published_ = std::move(*read);
  co_return k8s::result<void>();
}

}  // namespace berth::controller
