#include "controller/runtime/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cassert>

namespace berth::controller {

namespace asio = boost::asio;

namespace {

bool is_cancellation(const std::exception_ptr& e) {
  try {
    std::rethrow_exception(e);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

std::string text_of(const std::exception_ptr& e) {
  try {
    std::rethrow_exception(e);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace

task_group::task_group(asio::any_io_executor strand)
    : strand_(std::move(strand)), all_ended_(strand_, asio::steady_timer::time_point::max()) {}

task_group::~task_group() { assert(children_.empty()); }

void task_group::spawn(std::string name, k8s::task<void> work) {
  if (stopping_) return;
  const auto here = children_.emplace(children_.end());
  here->name = std::move(name);
  // The handler runs on the strand as well, and the slot is only ever emitted there: the three never race.
  auto when_done = [this, here](std::exception_ptr how) { ended(here, how); };
  asio::co_spawn(strand_, std::move(work),
                 asio::bind_cancellation_slot(here->cancel.slot(), asio::bind_executor(strand_, std::move(when_done))));
}

void task_group::ended(std::list<child>::iterator which, std::exception_ptr how) {
  if (how && !failure_ && !(stopping_ && is_cancellation(how))) {
    failure_ = how;
    failed_task_ = which->name;
  }
  children_.erase(which);
  if (failure_ && !stopping_) stop();
  if (children_.empty()) all_ended_.cancel();
}

void task_group::stop() {
  stopping_ = true;
  // An emission may end a child on the spot, which takes it out of the list.
  for (auto next = children_.begin(); next != children_.end();) {
    child& c = *next++;
    asio::post(strand_, [this, name = &c] {
      for (child& there : children_)
        if (&there == name) return there.cancel.emit(asio::cancellation_type::terminal);
    });
  }
}

k8s::task<void> task_group::join() {
  while (!children_.empty()) co_await all_ended_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!failure_) co_return;
  try {
    std::rethrow_exception(failure_);
  } catch (const task_failed&) {
    throw;  // a task that waited for another group: that one's task is named already
  } catch (...) {
  }
  throw task_failed(failed_task_, text_of(failure_));
}

}  // namespace berth::controller
