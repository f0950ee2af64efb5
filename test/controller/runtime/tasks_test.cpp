#include "controller/runtime/job_list.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/runtime/wakeup.hpp"
#include "test/support/fake_time.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;

namespace {

struct fixture {
  boost::asio::io_context io;
  test::fake_time time{io};
  task_group tasks{io.get_executor()};
  std::vector<std::string> said;
  std::string joined = "not yet";

  ~fixture() {
    tasks.stop();
    time.run();
  }
  k8s::task<void> sleep(std::string name, duration how_long) {
    struct farewell {
      fixture& f;
      std::string name;
      ~farewell() { f.said.push_back(name + " unwound"); }
    } guard{*this, name};
    co_await time.sleep_for(how_long);
    said.push_back(name + " slept");
  }
  k8s::task<void> fail_after(duration how_long, std::string why) {
    co_await time.sleep_for(how_long);
    throw std::runtime_error(why);
  }
  k8s::task<void> abort_after(duration how_long) {
    co_await time.sleep_for(how_long);
    throw boost::system::system_error(boost::asio::error::operation_aborted);
  }
  k8s::task<void> work(job_list<int>& jobs) {
    for (;;) {
      const int job = co_await jobs.take();
      said.push_back("begun " + std::to_string(job));
      co_await time.sleep_for(1s);
      said.push_back("done " + std::to_string(job));
    }
  }
  k8s::task<void> wait(wakeup& w, instant until) {
    co_await w.wait_until(until);
    said.push_back("woken");
  }
  k8s::task<void> watch() {
    try {
      co_await tasks.join();
      joined = "well";
    } catch (const task_failed& e) {
      joined = e.what();
    }
  }
  void join() {
    boost::asio::co_spawn(io, watch(), [](std::exception_ptr) {});
    time.run();
  }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "tasks: join waits for all, and is content when all have ended") {
  tasks.spawn("a", sleep("a", 1s));
  tasks.spawn("b", sleep("b", 2s));
  join();
  time.advance(1s);
  CHECK(joined == "not yet");
  CHECK(tasks.running() == 1);
  time.advance(1s);
  CHECK(joined == "well");
}

TEST_CASE_FIXTURE(fixture, "tasks: the first failure is kept by name, the rest are stopped and unwind") {
  tasks.spawn("sleeper", sleep("sleeper", 1h));
  tasks.spawn("first", fail_after(1s, "broken"));
  tasks.spawn("second", fail_after(1s, "broken too"));
  join();
  time.advance(1s);
  CHECK(joined == "first: broken");
  CHECK(said == std::vector<std::string>{"sleeper unwound"});
}

TEST_CASE_FIXTURE(fixture, "tasks: stop ends all without a failure, and nothing is started any more") {
  tasks.spawn("sleeper", sleep("sleeper", 1h));
  join();
  tasks.stop();
  tasks.spawn("late", sleep("late", 1s));
  time.run();
  CHECK(joined == "well");
  CHECK(said == std::vector<std::string>{"sleeper unwound"});
}

TEST_CASE_FIXTURE(fixture, "tasks: a cancellation that nobody asked for is a failure") {
  tasks.spawn("cut off", abort_after(1s));
  join();
  time.advance(1s);
  CHECK(joined.starts_with("cut off: "));
}

TEST_CASE_FIXTURE(fixture, "jobs: as many run at once as there are lanes, in order") {
  job_list<int> jobs(io.get_executor());
  for (int lane = 0; lane < 2; ++lane) tasks.spawn("lane", work(jobs));
  time.run();
  for (int i = 1; i <= 3; ++i) jobs.put(i);
  time.run();
  CHECK(said == std::vector<std::string>{"begun 1", "begun 2"});
  CHECK(jobs.size() == 1);
  time.advance(1s);
  CHECK(said == std::vector<std::string>{"begun 1", "begun 2", "done 1", "begun 3", "done 2"});
  time.advance(1s);
  CHECK(said.back() == "done 3");
  tasks.stop();
  time.run();
  CHECK(tasks.running() == 0);
}

TEST_CASE_FIXTURE(fixture, "wakeup: wakes at its time, when notified, and at once when it was notified before") {
  wakeup w(io.get_executor(), time);
  tasks.spawn("at its time", wait(w, time.now() + 1s));
  time.advance(999ms);
  CHECK(said.empty());
  time.advance(1ms);
  CHECK(said.size() == 1);
  tasks.spawn("notified", wait(w, never));
  time.advance(1h);
  CHECK(said.size() == 1);
  w.notify();
  time.run();
  CHECK(said.size() == 2);
  w.notify();
  tasks.spawn("before", wait(w, never));
  time.run();
  CHECK(said.size() == 3);
}
