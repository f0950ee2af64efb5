#include "k8s/lease/leader_elector.hpp"

#include "k8s/codec/encode.hpp"
#include "k8s/config/kubeconfig.hpp"
#include "k8s/first_of.hpp"
#include "k8s/text/ascii.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace berth::k8s {
namespace {

namespace asio = boost::asio;

task<void> signalled(asio::steady_timer& never) { co_await never.async_wait(asio::as_tuple(asio::use_awaitable)); }

}  // namespace

leader_elector::leader_elector(client& api, clock& time, leader_election_settings settings, leader_callbacks callbacks,
                               std::uint64_t seed, leadership* lead)
    : api_(api),
      time_(time),
      settings_(std::move(settings)),
      callbacks_(std::move(callbacks)),
      lead_(lead),
      rules_(settings_, seed),
      path_("/apis/coordination.k8s.io/v1/namespaces/" + percent_encoded(settings_.namespace_) + "/leases") {
  if (const auto problem = settings_.problem(); !problem.empty()) throw config_error("leaderElection: " + problem);
}

task<election_end> leader_elector::run() {
  using kind = election_action::kind;
  stop_signal_.emplace(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  auto action = rules_.start(time_.now(), time_.wall());
  for (;;) {
    switch (action.what) {
      case kind::get:
      case kind::create:
      case kind::replace: {
        const auto answer = co_await perform(action);
        if (!answer && answer.error().code != errc::not_found && callbacks_.failed)
          callbacks_.failed(answer.error(), rules_.leading());
        action = rules_.answered(answer, time_.now(), time_.wall());
        publish();
        break;
      }
      case kind::sleep:
        report();
        if (!stopping_) co_await wait(action.how_long);
        action = stopping_ ? rules_.stop(time_.now(), time_.wall()) : rules_.slept(time_.now(), time_.wall());
        publish();
        break;
      case kind::lost:
      case kind::stopped:
        if (leading_.exchange(false) && callbacks_.stopped_leading) callbacks_.stopped_leading();
        report();
        co_return action.what == kind::lost ? election_end::lost : election_end::stopped;
    }
  }
}

void leader_elector::stop() {
  stopping_ = true;
  if (stop_signal_) stop_signal_->cancel();
}

bool leader_elector::overdue(clock::time_point now, clock::duration tolerance) const noexcept {
  const clock::time_point observed(clock::duration(observed_at_.load()));
  return leading_ && now - observed > settings_.lease_duration + tolerance;
}

task<result<lease>> leader_elector::perform(election_action action) {
  using kind = election_action::kind;
  // A retry inside the client would outlive the deadline that the rules gave.
  const request_options options{.lane = lane::lease, .timeout = action.timeout, .retry = false};
  const std::string one = path_ + "/" + percent_encoded(settings_.name);
  result<std::string> text = std::string();
  if (action.what == kind::get)
    text = co_await api_.get(one, options);
  else if (action.what == kind::create)
    text = co_await api_.create(path_, encode(action.to_write), options);
  else
    text = co_await api_.replace(one, encode(action.to_write), options);
  if (!text) co_return text.error();
  co_return decode_lease(*text);
}

task<void> leader_elector::wait(std::chrono::milliseconds how_long) {
  co_await first_of(time_.sleep_for(how_long), signalled(*stop_signal_));
}

void leader_elector::publish() {
  observed_at_ = rules_.observed_at().time_since_epoch().count();
  if (lead_ != nullptr) lead_->extend(rules_.fresh_until());
}

/// Tells who leads, ourselves first.
void leader_elector::report() {
  const bool newly = rules_.leading() && !leading_;
  if (newly) leading_ = true;
  if (rules_.holder() != reported_holder_) {
    reported_holder_ = rules_.holder();
    if (callbacks_.new_leader) callbacks_.new_leader(reported_holder_);
  }
  if (newly && callbacks_.started_leading) callbacks_.started_leading();
}

}  // namespace berth::k8s
