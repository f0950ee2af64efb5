#include "k8s/http/credentials.hpp"

#include "k8s/config/exec_plugin.hpp"
#include "k8s/run_on.hpp"
#include "k8s/text/base64.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace berth::k8s {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto token_period = 50s;
constexpr auto token_retry = 1s;
constexpr auto certificate_period = 5min;
constexpr auto certificate_retry = 10s;
/// However many requests are refused.
constexpr auto refusal_pause = 1s;
/// Neither a plugin that fails, nor one that gives what has expired (its clock or ours is wrong), nor a server that
/// refuses what it gave makes us run it for every request.
constexpr auto plugin_pause = 5s;

std::string trimmed(std::string text) {
  const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && blank(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), blank));
  return text;
}

/// "FIELD: FILE: ", or what is known of these.
std::string place_of(const file_or_text& source) { return source.field.empty() ? "" : source.field + ": "; }

std::string text_of(const file_or_text& source, const environment& files) {
  if (!source.text.empty() || source.file.empty()) return source.text;
  std::optional<std::string> text;
  try {
    text = files.read_file(source.file);
  } catch (const config_error& unreadable) {
    throw config_error(place_of(source) + unreadable.what());
  }
  if (!text) throw config_error(place_of(source) + source.file + ": no such file");
  if (text->empty()) throw config_error(place_of(source) + source.file + ": is empty");
  return *text;
}

/// `usual` is the field's name where none is known.
std::string name_of(const file_or_text& source, const char* usual) {
  if (source.text.empty() && !source.file.empty()) return place_of(source) + source.file;
  return source.field.empty() ? std::string(usual) + "-data" : source.field;
}

}  // namespace

credentials::credentials(asio::any_io_executor io, connection_settings settings, environment files,
                         std::chrono::milliseconds exec_timeout, clock& time)
    : strand_(asio::make_strand(io)),
      settings_(std::move(settings)),
      files_(std::move(files)),
      exec_timeout_(exec_timeout),
      time_(time),
      token_(settings_.token),
      turn_(strand_, asio::steady_timer::time_point::max()) {
  if (!settings_.token_file.empty()) {
    read_token();
    if (token_.empty())
      throw config_error(place_of(settings_.token_file) + settings_.token_file.file +
                         ": no such file, or no token in it");
  }
  if (settings_.server.tls) {
    material_ = read_material();
    auto context = make_tls_context(material_);
    if (!context) throw config_error(context.error().detail);
    tls_ = *context;
    if (certificates_in_files()) certificates_due_ = time_.now() + certificate_period;
  }
  // As in client-go, a token, password or certificate of the kubeconfig makes the plugin superfluous.
  plugin_needed_ = settings_.exec && token_.empty() && settings_.basic_auth.empty() && material_.certificate.empty();
  if (!plugin_needed_) settings_.exec.reset();
  if (!plugin_needed_) publish();
}

bool credentials::certificates_in_files() const noexcept {
  return settings_.server.tls &&
         (!settings_.certificate_authority.file.empty() || !settings_.client_certificate.file.empty());
}

tls_material credentials::read_material() const {
  tls_material read;
  read.authority = text_of(settings_.certificate_authority, files_);
  read.authority_from = name_of(settings_.certificate_authority, "certificate-authority");
  read.certificate = text_of(settings_.client_certificate, files_);
  read.certificate_from = name_of(settings_.client_certificate, "client-certificate");
  read.key = text_of(settings_.client_key, files_);
  read.key_from = name_of(settings_.client_key, "client-key");
  read.verify = !settings_.insecure_skip_tls_verify;
  return read;
}

void credentials::read_token() {
  std::string read;
  try {
    read = trimmed(files_.read_file(settings_.token_file.file).value_or(""));
  } catch (const config_error& unreadable) {
    if (token_.empty()) throw config_error(place_of(settings_.token_file) + unreadable.what());
  }
  const bool fine =
      !read.empty() && std::none_of(read.begin(), read.end(), [](char c) { return c <= ' ' || c >= 0x7f; });
  if (fine) token_ = read;
  token_due_ = time_.now() + (fine ? clock::duration(token_period) : clock::duration(token_retry));
}

void credentials::check_certificates() {
  certificates_due_ = time_.now() + certificate_retry;
  try {
    auto read = read_material();
    // What the plugin gave is in no file.
    if (settings_.exec) std::tie(read.certificate, read.key) = std::tie(material_.certificate, material_.key);
    if (read != material_) {
      auto context = make_tls_context(read);
      if (!context) return;
      material_ = std::move(read);
      tls_ = *context;
      ++tls_generation_;
      if (on_tls_change) on_tls_change();
    }
    certificates_due_ = time_.now() + certificate_period;
  } catch (const config_error&) {
    return;  // The old ones stay.
  }
}

task<result<void>> credentials::run_plugin() {
  const auto& plugin = *settings_.exec;
  const auto printed = co_await run_exec_plugin(plugin, exec_info(settings_, material_.authority), exec_timeout_);
  if (!printed) co_return printed.error();
  const auto found = read_exec_credential(*printed, plugin);
  if (!found) co_return found.error();
  if (found->certificate != material_.certificate || found->key != material_.key) {
    auto next = material_;
    next.certificate = found->certificate;
    next.key = found->key;
    next.certificate_from = "exec plugin " + plugin.command + ": status.clientCertificateData";
    next.key_from = "exec plugin " + plugin.command + ": status.clientKeyData";
    auto context = make_tls_context(next);
    if (!context) co_return context.error();
    material_ = std::move(next);
    tls_ = *context;
    ++tls_generation_;
    if (on_tls_change) on_tls_change();
  }
  token_ = found->token;
  plugin_needed_ = false;
  token_due_ = clock::time_point::max();
  if (found->expires)
    token_due_ = time_.now() + std::max<clock::duration>(*found->expires - time_.wall(), plugin_pause);
  co_return result<void>();
}

void credentials::publish() {
  identity next;
  if (!token_.empty())
    next.authorization = "Bearer " + token_;
  else if (!settings_.basic_auth.empty())
    next.authorization = "Basic " + encode_base64(settings_.basic_auth);
  next.tls = tls_;
  next.tls_generation = tls_generation_;
  next.stale_at = std::min(token_due_, certificates_due_);
  identity_ = std::make_shared<const identity>(std::move(next));
}

bool credentials::stale() const { return !identity_ || time_.now() >= identity_->stale_at; }

task<result<identity_ptr>> credentials::refresh(std::shared_ptr<credentials> self, identity_ptr rejected,
                                                rejection by) {
  while (self->busy_) co_await self->turn_.async_wait(asio::as_tuple(asio::use_awaitable));
  const bool refused = rejected && self->identity_ && rejected->same_as(*self->identity_);
  if (!refused && !self->stale()) co_return self->identity_;

  struct turn {
    explicit turn(credentials& c) : of(c) { of.busy_ = true; }
    ~turn() {
      of.busy_ = false;
      of.turn_.cancel();
    }
    credentials& of;
  } const mine(*self);

  const auto now = self->time_.now();
  const bool unauthorized = refused && by == rejection::unauthorized;
  const bool look = refused && !(self->looked_at_ && now - *self->looked_at_ < refusal_pause);
  if (look) self->looked_at_ = now;
  if (now >= self->certificates_due_ || (look && self->certificates_in_files())) self->check_certificates();
  if (self->settings_.exec) {
    const bool needed = self->plugin_needed_ || now >= self->token_due_;
    const bool just_ran = self->plugin_ran_ && now - *self->plugin_ran_ < plugin_pause;
    if ((needed && !(just_ran && self->plugin_failed_)) || (unauthorized && !just_ran)) {
      self->plugin_ran_ = now;
      const auto ran = co_await self->run_plugin();
      self->plugin_failed_.reset();
      if (!ran) self->plugin_failed_.emplace(ran.error());
    }
    // While the old credential may still be good, a plugin that fails costs nothing.
    if (needed && self->plugin_failed_) co_return *self->plugin_failed_;
  } else if (!self->settings_.token_file.empty() && (look || now >= self->token_due_)) {
    self->read_token();
  }
  self->publish();
  co_return self->identity_;
}

task<result<identity_ptr>> credentials::current() { return run_on(strand_, refresh(shared_from_this(), nullptr, {})); }

task<result<identity_ptr>> credentials::renewed(identity_ptr rejected, rejection by) {
  return run_on(strand_, refresh(shared_from_this(), std::move(rejected), by));
}

}  // namespace berth::k8s
