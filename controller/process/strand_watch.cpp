#include "controller/process/strand_watch.hpp"

#include <boost/asio/post.hpp>

namespace berth::controller {

namespace {

constexpr seconds ask_every{5};
/// Shorter than this is no news: a very large cluster is listed.
constexpr seconds worth_a_line{10};

}  // namespace

duration strand_watch::stuck_for(instant now) const {
  if (!unanswered_->load()) return duration::zero();
  return now - instant(duration(asked_at_.load()));
}

k8s::task<void> strand_watch::run() {
  for (;;) {
    look();
    log_.flush();
    co_await clock_.sleep_for(ask_every);
  }
}

void strand_watch::look() {
  const instant now = clock_.now();
  const duration stuck = stuck_for(now);
  if (stuck == duration::zero()) {
    if (std::exchange(told_, false))
      log_.info(0, "Decisions go on", {{"after", now - instant(duration(asked_at_.load()))}});
    asked_at_ = now.time_since_epoch().count();
    unanswered_->store(true);
    boost::asio::post(watched_, [unanswered = unanswered_] { unanswered->store(false); });
  } else if (stuck >= worth_a_line && !std::exchange(told_, true)) {
    log_.warning("Decisions stand still: a plugin, or a decision, does not return", {{"for", stuck}});
  }
}

}  // namespace berth::controller
