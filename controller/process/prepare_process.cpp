#include "controller/process/prepare_process.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <new>

namespace berth::controller {

namespace {

[[noreturn]] void out_of_memory() {
  static constexpr char line[] = "berth: out of memory; it ends, and has to be started anew\n";
  const ssize_t ignored = ::write(STDERR_FILENO, line, sizeof line - 1);
  static_cast<void>(ignored);
  ::_exit(1);
}

}  // namespace

void open_standard_descriptors() noexcept {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest that is free, which is this one.
    const int opened = ::open("/dev/null", O_RDWR);
    static_cast<void>(opened);
  }
}

void prepare_process() noexcept {
  std::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  std::set_new_handler(out_of_memory);
}

}  // namespace berth::controller
