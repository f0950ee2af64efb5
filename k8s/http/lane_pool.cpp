#include "k8s/http/lane_pool.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace berth::k8s {
namespace {

namespace asio = boost::asio;
constexpr auto outcome = asio::as_tuple(asio::use_awaitable);

clock::time_point right_now() { return std::chrono::steady_clock::now(); }

}  // namespace

struct lane_pool::line {
  line(const asio::any_io_executor& strand, std::size_t buffer_bytes, std::size_t max_header)
      : link(strand), reader(buffer_bytes, max_header) {}

  connection link;
  response_reader reader;
  std::string request;  ///< its storage is reused
  std::uint64_t tls_generation = 0;
  clock::time_point idle_since{};
};

/// One of the lane's `cap` turns; passed on to the next in line at its end.
class lane_pool::turn {
 public:
  explicit turn(lane_pool& of) : of_(of) {}
  ~turn() {
    --of_.under_way_;
    of_.wake();
  }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

 private:
  lane_pool& of_;
};

lane_pool::lane_pool(asio::any_io_executor strand, std::shared_ptr<const lane_common> common, std::size_t cap,
                     std::size_t buffer_bytes)
    : strand_(std::move(strand)),
      common_(std::move(common)),
      cap_(std::max<std::size_t>(cap, 1)),
      buffer_bytes_(buffer_bytes) {}

lane_pool::~lane_pool() = default;

task<result<response_head>> lane_pool::send(const http_request& request, answer_sink& into, std::size_t max_body,
                                            clock::time_point deadline) {
  const auto alive = shared_from_this();
  if (const auto mine = co_await wait_for_turn(deadline); !mine) co_return mine.error();
  const turn held(*this);
  auto as = co_await who();
  if (!as) co_return as.error();
  bool may_reuse = true;
  for (bool asked_again = false;;) {
    into.restart();
    auto end = co_await attempt(request, into, max_body, deadline, *as, may_reuse);
    if (end.stale) {
      may_reuse = false;
      continue;
    }
    const bool refused = end.answer ? end.answer->status == 401 : end.answer.error().code == errc::tls_failure;
    if (!refused || asked_again) co_return std::move(end.answer);
    asked_again = true;
    auto renewed =
        co_await common_->identities->renewed(*as, end.answer ? rejection::unauthorized : rejection::handshake);
    if (!renewed || (*renewed)->same_as(**as)) co_return std::move(end.answer);
    as = identity_ = *renewed;
  }
}

task<result<identity_ptr>> lane_pool::who() {
  if (!identity_ || common_->time.now() >= identity_->stale_at) {
    auto fresh = co_await common_->identities->current();
    if (!fresh) co_return fresh.error();
    identity_ = *fresh;
  }
  co_return identity_;
}

task<result<void>> lane_pool::wait_for_turn(clock::time_point deadline) {
  if (under_way_ < cap_ && waiting_.empty()) {
    ++under_way_;
    co_return result<void>();
  }
  asio::steady_timer place(strand_, deadline);
  struct queued {
    queued(lane_pool& p, asio::steady_timer& t) : pool(p), me(&t) { pool.waiting_.push_back(me); }
    ~queued() {
      std::erase(pool.waiting_, me);
      pool.wake();
    }
    lane_pool& pool;
    asio::steady_timer* me;
  } const waiting(*this, place);
  while (under_way_ >= cap_ || waiting_.front() != &place) {
    const auto [ended] = co_await place.async_wait(outcome);
    if (!ended)
      co_return error{errc::unreachable, "timed out waiting for one of " + std::to_string(cap_) + " connections"};
    // A turn became free, or the caller was cancelled.
    if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
      throw boost::system::system_error(asio::error::operation_aborted);
  }
  ++under_way_;
  co_return result<void>();
}

void lane_pool::wake() {
  if (under_way_ < cap_ && !waiting_.empty()) waiting_.front()->cancel();
}

std::unique_ptr<lane_pool::line> lane_pool::take_idle(std::uint64_t tls_generation) {
  const auto too_old = right_now() - common_->idle_timeout;
  std::erase_if(idle_,
                [&](const auto& one) { return one->idle_since < too_old || one->tls_generation != tls_generation; });
  while (!idle_.empty()) {
    auto one = std::move(idle_.back());
    idle_.pop_back();
    if (one->link.quiet()) return one;
  }
  return nullptr;
}

void lane_pool::give_back(std::unique_ptr<line> one) {
  one->link.expires_at(clock::time_point::max());
  one->idle_since = right_now();
  idle_.push_back(std::move(one));
}

task<lane_pool::attempt_end> lane_pool::attempt(const http_request& request, answer_sink& into, std::size_t max_body,
                                                clock::time_point deadline, identity_ptr as, bool may_reuse) {
  auto one = may_reuse ? take_idle(as->tls_generation) : nullptr;
  const bool reused = one != nullptr;
  if (!one) {
    one = std::make_unique<line>(strand_, buffer_bytes_, common_->max_header);
    one->tls_generation = as->tls_generation;
  }
  struct listed {
    listed(std::vector<line*>& l, line* o) : list(l), me(o) { list.push_back(me); }
    ~listed() { std::erase(list, me); }
    std::vector<line*>& list;
    line* me;
  } const busy(busy_, one.get());

  if (!reused) {
    const auto opened =
        co_await one->link.open(common_->where, as->tls, std::min(deadline, right_now() + common_->connect_timeout));
    if (!opened) co_return attempt_end{opened.error()};
  }
  if (request.needs_lead && common_->lead != nullptr && !common_->lead->fresh(common_->time.now())) {
    give_back(std::move(one));
    co_return attempt_end{error{errc::unreachable, "not sent: the lease has run out"}};
  }
  one->link.expires_at(deadline);
  common_->writer.write(one->request, request, as->authorization);
  auto& reader = one->reader;
  reader.begin(into, max_body);
  const auto sent = co_await one->link.write(one->request);
  if (!sent) {
    const bool unsent = sent.error().code == errc::unreachable;
    co_return attempt_end{sent.error(),
                          reused && (unsent || (request.may_repeat() && sent.error().code == errc::connection_lost))};
  }
  while (!reader.done() && !reader.stopped()) {
    const auto n = co_await one->link.read_some(reader.space());
    const auto understood = !n ? result<void>(n.error()) : *n == 0 ? reader.ended() : reader.received(*n);
    if (understood) continue;
    // The server closed an idle connection just as we used it. A request that changes something may have been read.
    const bool stale =
        reused && !reader.begun() && request.may_repeat() && understood.error().code == errc::connection_lost;
    co_return attempt_end{understood.error(), stale};
  }
  attempt_end end{reader.head()};
  if (reader.reusable()) give_back(std::move(one));
  co_return end;
}

void lane_pool::drop_all(const std::string& why) {
  idle_.clear();
  identity_.reset();
  for (line* one : busy_) one->link.close(why);
}

}  // namespace berth::k8s
