#include "controller/process/prepare_process.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <string>

using namespace berth::controller;

namespace {

/// Runs `child` in a process of its own; what it returns is that process's exit code. What it writes to standard error
/// is put into `said`.
template <class Child>
int in_child(Child child, std::string* said = nullptr) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::_exit(child());
  }
  ::close(ends[1]);
  char some[512];
  for (ssize_t n = 0; (n = ::read(ends[0], some, sizeof some)) > 0;)
    if (said != nullptr) said->append(some, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool open_at(int descriptor) { return ::fcntl(descriptor, F_GETFD) != -1; }

}  // namespace

TEST_CASE("process: closed standard descriptors are opened, so that no socket becomes standard error") {
  for (int closed = 0; closed < 8; ++closed) {
    CAPTURE(closed);
    const int code = in_child([&] {
      for (int d = 0; d < 3; ++d)
        if ((closed & (1 << d)) != 0) ::close(d);
      open_standard_descriptors();
      if (!open_at(0) || !open_at(1) || !open_at(2)) return 1;
      return ::socket(AF_INET, SOCK_STREAM, 0) > 2 ? 0 : 2;
    });
    CHECK(code == 0);
  }
}

TEST_CASE("process: the limit of open files is raised to the hard one") {
  const int code = in_child([] {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = 20;
    ::setrlimit(RLIMIT_NOFILE, &files);
    prepare_process();
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur == files.rlim_max ? 0 : 1;
  });
  CHECK(code == 0);
}

TEST_CASE("process: a peer that closes its end is an error and no signal") {
  const int code = in_child([] {
    prepare_process();
    int ends[2];
    if (::pipe(ends) != 0) return 1;
    ::close(ends[0]);
    return ::write(ends[1], "x", 1) == -1 && errno == EPIPE ? 0 : 2;
  });
  CHECK(code == 0);
}

TEST_CASE("process: memory that cannot be had ends it with one line and exit code 1, and runs no destructor" *
          doctest::test_suite("unsanitized")) {
  std::string said;
  const int code = in_child(
      [] {
        prepare_process();
        struct hangs {
          ~hangs() {
            for (;;) ::pause();
          }
        } const held;
        const rlimit little{std::size_t{1} << 30, std::size_t{1} << 30};
        ::setrlimit(RLIMIT_AS, &little);
        try {
          for (;;) static_cast<volatile char*>(::operator new (std::size_t{64} << 20))[0] = 1;
        } catch (...) {
        }
        return 9;
      },
      &said);
  CHECK(code == 1);
  CHECK(said == "berth: out of memory; it ends, and has to be started anew\n");
}
