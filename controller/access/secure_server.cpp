#include "controller/access/secure_server.hpp"

#include "controller/serving/renewed_files.hpp"
#include "k8s/http/http_client.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace berth::controller {

namespace {

constexpr std::chrono::seconds look_at_files_every{10};
constexpr std::chrono::seconds look_up_every{60};
/// While the API server cannot be reached.
constexpr std::chrono::seconds look_up_again_after{2};
constexpr const char* cannot_renew_authorities = "Cannot take over renewed authorities; keeping the old ones";
constexpr const char* how_to_mend =
    "Usually fixed by 'kubectl create rolebinding -n kube-system ROLEBINDING_NAME "
    "--role=extension-apiserver-authentication-reader --serviceaccount=YOUR_NS:YOUR_SA'";

std::unique_ptr<k8s::client> make_client(const std::string& kubeconfig, const k8s::connection_settings& ours,
                                         const secure_server_parts& parts) {
  k8s::connection_settings where = ours;
  if (!kubeconfig.empty()) {
    const k8s::connection_request request{.kubeconfig = kubeconfig, .context = "", .server = ""};
    where = k8s::find_connection(request, k8s::environment::of_process());
  }
  k8s::client_options options;
  options.user_agent = parts.user_agent;
  options.reads = access_guard::max_reviews;
  return k8s::make_http_client(parts.io, where, options, parts.clock);
}

http_limits limits() {
  http_limits out;
  out.connections = 64;
  return out;
}

std::string address_of(const serving_options& options) {
  const std::string& host = options.bind_address;
  if (host.empty() || host == "0.0.0.0" || host == "::") return fmt::format(":{}", options.secure_port);
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, options.secure_port)
                                             : fmt::format("[{}]:{}", host, options.secure_port);
}

server_tls_files authority_files(const serving_options& options) {
  return {options.client_authority, options.proxy_authority, ""};
}

}  // namespace

secure_server::secure_server(serving_options options, const k8s::connection_settings& connection,
                             secure_server_parts parts, http_handler answer)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      certificate_(options_, parts_.host),
      trust_(options_),
      tokens_(make_client(options_.authentication_kubeconfig, connection, parts_)) {
  if (options_.authorization_kubeconfig != options_.authentication_kubeconfig)
    access_ = make_client(options_.authorization_kubeconfig, connection, parts_);
  guard_ = std::make_unique<access_guard>(
      parts_.io, parts_.clock, parts_.log, tokens_.get(), options_.token_ttl, access_ ? access_.get() : tokens_.get(),
      authorizer_settings{options_.always_allow_paths, options_.authorized_ttl, options_.unauthorized_ttl},
      std::move(answer));
  publish_trust();
  server_ = std::make_unique<http_server>(
      parts_.strand, parts_.io, address_of(options_), limits(), certificate_.load(),
      [guard = guard_.get()](http_request request) { return guard->answer(std::move(request)); });
}

secure_server::~secure_server() = default;

void secure_server::start(task_group& tasks) {
  tasks.spawn("serve HTTPS", server_->run(tasks));
  tasks.spawn("renew certificates", renew_certificates());
  if (trust_.looks_up()) tasks.spawn("look up authorities", look_up_authorities());
}

void secure_server::publish_trust() { guard_->trust(trust_.current()); }

k8s::task<void> secure_server::renew_certificates() {
  renewed_files shown(certificate_.files());
  renewed_files trusted(authority_files(options_));
  for (;;) {
    co_await parts_.clock.sleep_for(look_at_files_every);
    try {
      shown.look([this] {
        server_->renew(certificate_.load());
        parts_.log.info(2, "Took over renewed certificates", {{"certificate", certificate_.source()}});
      });
    } catch (const std::runtime_error& e) {
      parts_.log.error(e.what(), "Cannot take over renewed certificates; keeping the old ones");
    }
    try {
      trusted.look([this] { publish_trust(); });
    } catch (const std::runtime_error& e) {
      parts_.log.error(e.what(), cannot_renew_authorities);
    }
  }
}

k8s::task<void> secure_server::look_up_authorities() {
  bool told = false;
  for (bool first = true;; first = false) {
    const k8s::result<void> done = co_await trust_.look_up(*tokens_);
    if (done) {
      told = false;
      try {
        publish_trust();
      } catch (const std::runtime_error& e) {
        parts_.log.error(e.what(), cannot_renew_authorities);
      }
    } else if (first && !options_.tolerate_lookup_failure) {
      throw std::runtime_error("unable to load configmap based request-header-client-ca-file: " + done.error().detail);
    } else if (!told) {
      told = true;
      parts_.log.warning(
          "Unable to get configmap/extension-apiserver-authentication in kube-system: clients are not known by their "
          "certificates",
          {{"err", done.error().detail}, {"remedy", how_to_mend}});
    }
    const bool answered = done || done.error().http_status != 0;
    if (answered)
      co_await parts_.clock.sleep_for(look_up_every);
    else
      co_await parts_.clock.sleep_for(look_up_again_after);
  }
}

}  // namespace berth::controller
