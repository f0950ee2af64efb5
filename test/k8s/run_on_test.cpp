#include "k8s/run_on.hpp"

#include <doctest/doctest.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace berth::k8s;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

using strand = asio::strand<asio::io_context::executor_type>;

task<bool> runs_in(strand where) { co_return where.running_in_this_thread(); }
task<void> nothing() { co_return; }
task<int> breaks() {
  throw std::runtime_error("broken");
  co_return 1;
}
task<int> waits_for_ever(bool& unwound) {
  asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  struct at_end {
    bool& flag;
    ~at_end() { flag = true; }
  } const note{unwound};
  co_await never.async_wait(asio::use_awaitable);
  co_return 1;
}
task<void> nap(std::chrono::microseconds how_long) {
  asio::steady_timer timer(co_await asio::this_coro::executor, how_long);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

task<void> there_and_back(strand here, strand there, std::vector<bool>& seen) {
  seen.push_back(here.running_in_this_thread());
  seen.push_back(co_await run_on(there, runs_in(there)));
  seen.push_back(here.running_in_this_thread());
  co_await run_on(there, nothing());
  seen.push_back(here.running_in_this_thread());
}

task<void> meet(strand there, int times, std::atomic<int>& met) {
  using namespace asio::experimental::awaitable_operators;
  for (int i = 0; i < times; ++i) {
    const std::chrono::microseconds one(20 + i % 37);
    const std::chrono::microseconds other(20 + i % 41);
    co_await (run_on(there, nap(one)) || nap(other));
    ++met;
  }
}

}  // namespace

TEST_CASE("run_on: the work runs there, and its caller goes on here") {
  asio::io_context io;
  const auto here = asio::make_strand(io);
  const auto there = asio::make_strand(io);
  std::vector<bool> seen;
  bool failed = true;
  auto note = [&](std::exception_ptr problem) { failed = problem != nullptr; };
  asio::co_spawn(here, there_and_back(here, there, seen), note);
  io.run();
  CHECK(seen == std::vector<bool>{true, true, true, true});
  CHECK_FALSE(failed);
}

TEST_CASE("run_on: what the work throws, its caller catches") {
  asio::io_context io;
  std::exception_ptr caught;
  auto note = [&](std::exception_ptr problem, int) { caught = problem; };
  asio::co_spawn(asio::make_strand(io), run_on(asio::make_strand(io), breaks()), note);
  io.run();
  REQUIRE(caught);
  CHECK_THROWS_WITH(std::rethrow_exception(caught), "broken");
}

TEST_CASE("run_on: a cancelled caller's work unwinds where it runs") {
  asio::io_context io;
  asio::cancellation_signal cancel;
  bool unwound = false;
  bool ended = false;
  auto note = [&](std::exception_ptr problem, int) { ended = problem != nullptr; };
  asio::co_spawn(io, run_on(asio::make_strand(io), waits_for_ever(unwound)),
                 asio::bind_cancellation_slot(cancel.slot(), note));
  io.poll();
  CHECK_FALSE(unwound);
  cancel.emit(asio::cancellation_type::terminal);
  io.poll();
  CHECK(unwound);
  CHECK(ended);
}

// What this shows it shows under AddressSanitizer or ThreadSanitizer: plain co_spawn fails it at once.
TEST_CASE("run_on: a cancellation may come at the moment the work ends") {
  asio::io_context io{4};
  std::atomic<int> met = 0;
  auto note = [](std::exception_ptr problem) { CHECK_FALSE(problem); };
  for (int i = 0; i < 8; ++i) asio::co_spawn(asio::make_strand(io), meet(asio::make_strand(io), 500, met), note);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { io.run(); });
  for (auto& t : threads) t.join();
  CHECK(met == 8 * 500);
}
