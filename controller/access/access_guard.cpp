#include "controller/access/access_guard.hpp"

#include "controller/access/refusals.hpp"
#include "k8s/run_on.hpp"
#include "k8s/text/ascii.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

namespace berth::controller {

namespace {

constexpr std::chrono::seconds between_reports{10};

class counted {
 public:
  explicit counted(std::size_t& of) : of_(of) { ++of_; }
  ~counted() { --of_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;

 private:
  std::size_t& of_;
};

/// What was authorized is what is answered: the path decoded, unless it would read as another target then.
std::string plain_target(const std::string& target) {
  const std::optional<std::string> path = decoded_path(target);
  if (!path || path->find('?') != std::string::npos) return target;
  const auto query = target.find('?');
  return query == std::string::npos ? *path : *path + target.substr(query);
}

}  // namespace

access_guard::access_guard(boost::asio::any_io_executor io, k8s::clock& time, controller::log& log, k8s::client* tokens,
                           std::chrono::nanoseconds token_ttl, k8s::client* access, authorizer_settings settings,
                           http_handler next)
    : strand_(boost::asio::make_strand(io)),
      clock_(time),
      log_(log),
      authenticator_(tokens, time, token_ttl),
      authorizer_(access, time, std::move(settings)),
      next_(std::move(next)) {}

void access_guard::trust(trusted_ptr what) {
  boost::asio::post(strand_, [this, what = std::move(what)] { authenticator_.trust(what); });
}

k8s::task<http_answer> access_guard::answer(http_request request) {
  std::optional<http_answer> refusal = co_await k8s::run_on(strand_, refuse(request));
  if (refusal) co_return std::move(*refusal);
  request.target = plain_target(request.target);
  co_return co_await next_(std::move(request));
}

k8s::task<std::optional<http_answer>> access_guard::refuse(const http_request& request) {
  const std::optional<std::string> path = decoded_path(request.target);
  if (!path) co_return http_answer{.status = 400, .body = "400 Bad Request"};
  if (authenticator::has_token(request) || !authorizer_.always_allowed(*path)) {
    if (under_way_ >= max_reviews)
      co_return http_answer{.status = 503, .body = "too many requests are being authenticated\n"};
    const counted one(under_way_);
    co_return co_await review(request, *path);
  }
  co_return co_await review(request, *path);
}

k8s::task<std::optional<http_answer>> access_guard::review(const http_request& request, const std::string& path) {
  const identification who = co_await authenticator_.identify(request);
  if (!who.user) {
    report("Unable to authenticate the request", who.problem);
    co_return unauthorized();
  }
  const std::string verb = k8s::to_lower(request.method);
  k8s::access_question question{*who.user, path, verb};
  const authorization may = co_await authorizer_.authorize(std::move(question));
  if (may.allowed) co_return std::nullopt;
  if (!may.problem.empty()) {
    report("Unable to authorize the request", may.problem);
    co_return cannot_tell(request.target, may.problem);
  }
  log_.info(4, "Forbidden", {{"URI", request.target}, {"user", who.user->name}, {"reason", may.reason}});
  co_return forbidden(who.user->name, verb, path, may.reason);
}

// One line in ten seconds: whoever floods us with bad tokens does not fill the log.
void access_guard::report(const char* what, const std::string& problem) {
  const auto now = clock_.now();
  if (reported_ && now < *reported_ + between_reports) return;
  reported_ = now;
  log_.warning(what, {{"err", problem}});
}

}  // namespace berth::controller
