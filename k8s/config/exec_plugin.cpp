#include "k8s/config/exec_plugin.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

extern char** environ;

namespace berth::k8s {
namespace {

namespace asio = boost::asio;
constexpr std::size_t max_output = 1 << 20;
constexpr auto outcome = asio::as_tuple(asio::use_awaitable);

/// A process and the group it leads: killed unless it was seen to end, reaped in any case.
class child {
 public:
  explicit child(pid_t pid) : pid_(pid) {}
  ~child() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  /// Whether it has ended; then `status` is as waitpid gives it.
  bool ended(int& status) {
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    pid_ = -1;
    return true;
  }

 private:
  pid_t pid_;
};

class spawn_settings {
 public:
  explicit spawn_settings(int output) {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~spawn_settings() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  spawn_settings(const spawn_settings&) = delete;
  spawn_settings& operator=(const spawn_settings&) = delete;

  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
};

/// Ours, with the plugin's own variables in place of ours of the same name.
std::vector<std::string> environment_of(const exec_settings& plugin, const std::string& info) {
  std::vector<std::string> all;
  const auto overridden = [&](std::string_view entry) {
    const auto name = entry.substr(0, entry.find('='));
    return name == "KUBERNETES_EXEC_INFO" ||
           std::any_of(plugin.env.begin(), plugin.env.end(), [&](const auto& own) { return own.first == name; });
  };
  for (char** entry = environ; *entry; ++entry)
    if (!overridden(*entry)) all.emplace_back(*entry);
  for (const auto& [name, value] : plugin.env) all.push_back(name + "=" + value);
  all.push_back("KUBERNETES_EXEC_INFO=" + info);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

/// 0, or errno.
int start(const exec_settings& plugin, const std::string& info, int output, pid_t& pid) {
  auto variables = environment_of(plugin, info);
  std::vector<std::string> words{plugin.command};
  words.insert(words.end(), plugin.args.begin(), plugin.args.end());
  const spawn_settings settings(output);
  return ::posix_spawnp(&pid, plugin.command.c_str(), &settings.files, &settings.attributes, pointers(words).data(),
                        pointers(variables).data());
}

/// Closes the pipe when the time is over. Shared with the timer's handler, which may come late.
struct output_pipe {
  output_pipe(const asio::any_io_executor& on, int fd) : pipe(on, fd), timer(on) {}
  asio::readable_pipe pipe;
  asio::steady_timer timer;
  bool too_late = false;
};

}  // namespace

task<result<std::string>> run_exec_plugin(exec_settings plugin, std::string info, std::chrono::milliseconds timeout) {
  const auto on = co_await asio::this_coro::executor;
  const std::string who = "exec plugin " + plugin.command;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) co_return error{errc::unauthorized, who + ": no pipe: " + std::strerror(errno)};
  const auto out = std::make_shared<output_pipe>(on, ends[0]);
  pid_t pid = -1;
  const int refused = start(plugin, info, ends[1], pid);
  ::close(ends[1]);
  if (refused == ENOENT)
    co_return error{
        errc::unauthorized,
        who + ": no such program" +
            (plugin.install_hint.empty() ? "" : ": " + plugin.install_hint.substr(0, plugin.install_hint.find('\n')))};
  if (refused != 0) co_return error{errc::unauthorized, who + ": cannot be started: " + std::strerror(refused)};
  child process(pid);

  out->timer.expires_after(timeout);
  out->timer.async_wait([weak = std::weak_ptr(out)](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self) return;
    self->too_late = true;
    self->pipe.close();
  });
  const auto late = [&] {
    return error{errc::timed_out, who + ": killed, it took longer than " + std::to_string(timeout.count()) + " ms"};
  };

  std::string printed;
  for (;;) {
    char piece[4096];
    const auto [problem, n] = co_await out->pipe.async_read_some(asio::buffer(piece), outcome);
    if (out->too_late) co_return late();
    if (problem == asio::error::operation_aborted) throw boost::system::system_error(problem);
    if (problem) break;
    printed.append(piece, n);
    if (printed.size() > max_output) co_return error{errc::too_large, who + ": printed more than 1 MiB"};
  }

  // Its output is closed, so it is at its end: a moment's polling is simpler than a pidfd, which older kernels lack.
  int status = 0;
  asio::steady_timer pause(on);
  for (auto wait = std::chrono::milliseconds(1); !process.ended(status);
       wait = std::min(wait * 2, std::chrono::milliseconds(50))) {
    if (out->too_late) co_return late();
    pause.expires_after(wait);
    co_await pause.async_wait(asio::use_awaitable);
  }
  if (WIFSIGNALED(status))
    co_return error{errc::unauthorized, who + ": killed by signal " + std::to_string(WTERMSIG(status))};
  if (WEXITSTATUS(status) != 0)
    co_return error{errc::unauthorized, who + ": failed with exit code " + std::to_string(WEXITSTATUS(status))};
  co_return printed;
}

}  // namespace berth::k8s
