#include "controller/commands/trace.hpp"

#include "controller/commands/trace_text.hpp"
#include "controller/runtime/clock.hpp"
#include "k8s/http/http_client.hpp"
#include "k8s/text/text_at.hpp"
#include "k8s/text/value_reader.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <ostream>

namespace berth::controller {

namespace {

namespace asio = boost::asio;

constexpr milliseconds patience{5'000};
/// Between two looks while watching.
constexpr milliseconds pause_between{250};

class conversation {
 public:
  conversation(const trace_options& options, k8s::client& api, machine_clock& time, std::ostream& out,
               std::ostream& err)
      : options_(options),
        api_(api),
        clock_(time),
        out_(out),
        err_(err),
        path_("/debug/trace/" + options.namespace_ + "/" + options.name) {}

  k8s::task<void> run() {
    for (;;) {
      const std::string path = path_ + "?after=" + std::to_string(after_);
      const k8s::request_options options{.timeout = patience, .retry = false};
      const k8s::result<std::string> answer = co_await api_.get(path, options);
      if (!answer && !may_come(answer.error())) co_return complain(path, answer.error());
      if (answer && show(*answer)) co_return;
      if (!options_.watch) co_return;
      co_await clock_.sleep_for(pause_between);
    }
  }
  int exit_code() const noexcept { return exit_code_; }

 private:
  // The pod is not there yet, and we are to wait.
  bool may_come(const k8s::error& why) {
    if (!options_.watch || why.code != k8s::errc::not_found || why.detail.find("has not seen it") == std::string::npos)
      return false;
    if (!told_)
      err_ << options_.program << ": trace: pod " << options_.namespace_ << '/' << options_.name
           << " is not there yet; waiting for it" << std::endl;
    told_ = true;
    return true;
  }

  std::string what_to_try(const k8s::error& why) const {
    if (options_.from.starts_with("http://") && why.code == k8s::errc::connection_lost)
      return "; it may serve HTTPS: --from https://...";
    if (options_.from == trace_options().from)
      return "; one in a cluster is reached by `kubectl -n kube-system port-forward deployment/berth 10259`, another "
             "one by --from URL";
    return "";
  }

  void complain(const std::string& path, const k8s::error& why) {
    exit_code_ = 1;
    // Of "GET URL: NotFound: pod default/x: ..." the reader needs the end.
    std::string detail = why.detail;
    for (const std::string& head : {"GET " + api_.server() + path + ": ", std::string("NotFound: ")})
      if (detail.starts_with(head)) detail.erase(0, head.size());
    if (why.code == k8s::errc::unreachable || why.code == k8s::errc::timed_out ||
        why.code == k8s::errc::connection_lost)
      err_ << options_.program << ": trace: no scheduler answers at " << options_.from << ": " << detail
           << what_to_try(why) << std::endl;
    else if (why.code == k8s::errc::unauthorized || why.code == k8s::errc::forbidden)
      err_ << options_.program << ": trace: the scheduler at " << options_.from << " does not let us in: " << detail
           << std::endl;
    else if (why.http_status >= 500)
      err_ << options_.program << ": trace: the scheduler at " << options_.from << " cannot answer: " << detail
           << std::endl;
    else if (detail.starts_with("pod "))
      err_ << options_.program << ": trace: " << detail << std::endl;
    else
      err_ << options_.program << ": trace: what answers at " << options_.from
           << " is no scheduler that can be traced: " << detail << std::endl;
  }

  // Whether that was all.
  bool show(const std::string& answer) {
    const k8s::result<k8s::value> read = k8s::read_value(answer, "the answer");
    const k8s::value* next = read ? read->find("next") : nullptr;
    if (next == nullptr || next->as_int() == nullptr) {
      err_ << options_.program << ": trace: what answers at " << options_.from << " is no scheduler that can be traced"
           << (read ? "" : ": " + read.error().detail) << std::endl;
      exit_code_ = 1;
      return true;
    }
    const k8s::value& journey = *read;
    const std::string uid = k8s::text_at(&journey, "uid");
    const std::int64_t upto = *next->as_int();
    // Another pod under that name, or one whose beginning was dropped: the next look shows it from its start.
    if (after_ > upto || (!uid_.empty() && uid != uid_)) {
      after_ = 0;
      uid_.clear();
      return false;
    }
    const bool first = uid_.empty();
    uid_ = uid;
    if (options_.output == "json") {
      if (first || upto > after_) out_ << answer << std::flush;
    } else {
      if (first) out_ << trace_head(journey);
      out_ << trace_lines(journey) << std::flush;
    }
    after_ = upto;
    const std::string state = k8s::text_at(&journey, "state");
    if (options_.watch && state == "deleted" && k8s::text_at(&journey, "node").empty()) exit_code_ = 1;
    return state == "bound" || state == "deleted" || state == "rejected";
  }

  const trace_options& options_;
  k8s::client& api_;
  machine_clock& clock_;
  std::ostream& out_;
  std::ostream& err_;
  std::string path_;
  std::string uid_;
  std::int64_t after_ = 0;
  bool told_ = false;
  int exit_code_ = 0;
};

bool on_this_host(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

/// Where the scheduler is, and over HTTPS who we are: as the kubeconfig says, if there is one.
k8s::connection_settings scheduler_at(const trace_options& options) {
  const k8s::server_url server = k8s::parse_server_url(options.from, "--from", true);
  k8s::connection_settings out;
  if (server.tls) {
    try {
      const k8s::connection_request request{.kubeconfig = options.kubeconfig, .context = options.context, .server = ""};
      out = k8s::find_connection(request, k8s::environment::of_process());
    } catch (const k8s::config_error&) {
      // Whoever has no kubeconfig asks all the same, and is told that it is not allowed.
      if (!options.kubeconfig.empty() || !options.context.empty()) throw;
    }
  }
  out.server = server;
  out.tls_server_name.clear();
  out.proxy.reset();
  out.impersonation.clear();
  out.certificate_authority = {};
  out.certificate_authority.file = options.certificate_authority;
  // A scheduler that was given no certificate has made one that nobody knows.
  out.insecure_skip_tls_verify = options.certificate_authority.empty() && on_this_host(server.host);
  return out;
}

}  // namespace

int run_trace(const trace_options& options, std::ostream& out, std::ostream& err) {
  try {
    const k8s::connection_settings where = scheduler_at(options);
    asio::io_context io;
    machine_clock time;
    const std::unique_ptr<k8s::client> api =
        k8s::make_http_client(io.get_executor(), where, k8s::client_options{.user_agent = "berth/trace"}, time);
    conversation talk(options, *api, time, out, err);
    std::exception_ptr failed;
    asio::co_spawn(io, talk.run(), [&](std::exception_ptr how) {
      failed = how;
      io.stop();  // idle connections would keep it going
    });
    io.run();
    if (failed) std::rethrow_exception(failed);
    return talk.exit_code();
  } catch (const std::exception& e) {
    err << options.program << ": trace: " << e.what() << std::endl;
    return 1;
  }
}

}  // namespace berth::controller
