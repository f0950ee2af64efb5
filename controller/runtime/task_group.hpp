#pragma once

#include "k8s/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <exception>
#include <list>
#include <string>

/// The loops of the process, each under a name. The first that fails is remembered and the rest are stopped; `join`
/// waits for all and rethrows that failure. Nothing in the process runs outside a group.
///
///   task_group tasks(strand);
///   tasks.spawn("watch nodes", watch(api, nodes));   // runs until it fails or is stopped
///   tasks.spawn("schedule", schedule(queue));
///   ...                                              // on SIGTERM: tasks.stop()
///   co_await tasks.join();                           // throws task_failed{"watch nodes: ..."} where one failed
///
/// Refused: `a() && b()` of awaitable_operators. It reports three failures as one "multiple exceptions", and `||`
/// swallows them.
///
/// Thread safety: none; used on one strand, which also runs the children. Lifetime: outlives its children, so `join`
/// before it dies. What a child refers to must live until `join` has returned.
namespace berth::controller {

/// What `join` throws: which task ended, and why.
class task_failed : public std::runtime_error {
 public:
  task_failed(const std::string& task, const std::string& why) : std::runtime_error(task + ": " + why) {}
};

class task_group {
 public:
  explicit task_group(boost::asio::any_io_executor strand);
  ~task_group();
  task_group(const task_group&) = delete;
  task_group& operator=(const task_group&) = delete;

  /// Starts the work on the strand. After `stop` nothing is started any more.
  void spawn(std::string name, k8s::task<void> work);
  /// Cancels all children: each unwinds with operation_aborted at what it waits for.
  void stop();
  /// Returns when no child is left; throws task_failed for the first that failed.
  k8s::task<void> join();

  std::size_t running() const noexcept { return children_.size(); }

 private:
  struct child {
    std::string name;
    boost::asio::cancellation_signal cancel;
  };
  void ended(std::list<child>::iterator which, std::exception_ptr how);

  boost::asio::any_io_executor strand_;
  std::list<child> children_;
  boost::asio::steady_timer all_ended_;
  std::string failed_task_;
  std::exception_ptr failure_;
  bool stopping_ = false;
};

}  // namespace berth::controller
