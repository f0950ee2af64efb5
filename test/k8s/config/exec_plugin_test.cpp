#include "test/k8s/rig.hpp"

#include "k8s/config/exec_plugin.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace berth;
using namespace berth::k8s;
using namespace std::chrono_literals;

namespace {

exec_settings shell(const std::string& script) {
  exec_settings plugin;
  plugin.api_version = "client.authentication.k8s.io/v1";
  plugin.command = "sh";
  plugin.args = {"-c", script};
  return plugin;
}

struct outcome {
  std::string printed;
  error why;
};

task<outcome> outcome_of(exec_settings plugin, std::chrono::milliseconds timeout) {
  auto printed = co_await run_exec_plugin(std::move(plugin), "{\"info\":1}", timeout);
  if (!printed) co_return outcome{"", printed.error()};
  co_return outcome{*printed, {}};
}

outcome run_plugin(exec_settings plugin, std::chrono::milliseconds timeout = 20s) {
  boost::asio::io_context io;
  return test::run(io, outcome_of(std::move(plugin), timeout));
}

bool no_children() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

}  // namespace

TEST_CASE("exec plugin: what it prints comes back, its arguments are passed without a shell") {
  exec_settings plugin;
  plugin.command = "printf";
  plugin.args = {"%s|", "a b", "$HOME", ";x"};
  CHECK(run_plugin(plugin).printed == "a b|$HOME|;x|");
  CHECK(no_children());
}

TEST_CASE("exec plugin: it has our environment, its own before ours, and the exec info") {
  ::setenv("BERTH_TEST_OURS", "ours", 1);
  auto plugin = shell("echo $BERTH_TEST_OURS $BERTH_TEST_ITS $KUBERNETES_EXEC_INFO");
  plugin.env = {{"BERTH_TEST_ITS", "its"}};
  CHECK(run_plugin(plugin).printed == "ours its {\"info\":1}\n");
  plugin.env.emplace_back("BERTH_TEST_OURS", "overridden");
  CHECK(run_plugin(plugin).printed == "overridden its {\"info\":1}\n");
  ::unsetenv("BERTH_TEST_OURS");
}

TEST_CASE("exec plugin: its standard input is empty, and no other file of ours is open in it") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  CHECK(run_plugin(shell("cat; ls /proc/self/fd | wc -l")).printed == "4\n");  // 0, 1, 2 and the listing itself
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("exec plugin: a program that is not there is named, with the hint") {
  exec_settings plugin;
  plugin.command = "berth-there-is-no-such-program";
  CHECK(run_plugin(plugin).why.detail == "exec plugin berth-there-is-no-such-program: no such program");
  plugin.install_hint = "get it from x\nsecond line";
  CHECK(run_plugin(plugin).why.detail == "exec plugin berth-there-is-no-such-program: no such program: get it from x");
  plugin.command = "/etc/passwd";
  CHECK(run_plugin(plugin).why.detail == "exec plugin /etc/passwd: cannot be started: Permission denied");
}

TEST_CASE("exec plugin: one that fails or is killed says how") {
  CHECK(run_plugin(shell("echo {}; exit 3")).why.detail == "exec plugin sh: failed with exit code 3");
  CHECK(run_plugin(shell("kill -9 $$")).why.detail == "exec plugin sh: killed by signal 9");
  CHECK(no_children());
}

TEST_CASE("exec plugin: one that hangs is killed with what it started") {
  const auto late = run_plugin(shell("sleep 1000 & echo $!; sleep 1000"), 100ms);
  CHECK(late.why.code == errc::timed_out);
  CHECK(late.why.detail == "exec plugin sh: killed, it took longer than 100 ms");
  CHECK(no_children());
}

TEST_CASE("exec plugin: one that closes its output and lingers is killed as well") {
  CHECK(run_plugin(shell("exec 1>&-; sleep 1000"), 100ms).why.code == errc::timed_out);
  CHECK(no_children());
}

TEST_CASE("exec plugin: one that prints without end is killed") {
  CHECK(run_plugin(shell("yes")).why.detail == "exec plugin sh: printed more than 1 MiB");
  CHECK(no_children());
}

TEST_CASE("exec plugin: signals that we ignore are not ignored in it") {
  const auto before = ::signal(SIGTERM, SIG_IGN);
  CHECK(run_plugin(shell("kill -TERM $$; echo alive")).why.detail == "exec plugin sh: killed by signal 15");
  ::signal(SIGTERM, before);
}

TEST_CASE("exec plugin: cancelling the caller kills it") {
  boost::asio::io_context io;
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  std::exception_ptr thrown;
  auto note = [&](std::exception_ptr problem, outcome) {
    thrown = problem;
    ended = true;
  };
  boost::asio::co_spawn(io, outcome_of(shell("sleep 1000"), 1h),
                        boost::asio::bind_cancellation_slot(cancel.slot(), note));
  io.poll();
  CHECK_FALSE(ended);
  cancel.emit(boost::asio::cancellation_type::terminal);
  while (!ended) REQUIRE(io.run_one_for(1min) > 0);
  CHECK(thrown);
  CHECK(no_children());
}
