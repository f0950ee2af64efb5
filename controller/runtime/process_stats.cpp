#include "controller/runtime/process_stats.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace berth::controller {

namespace {

double boot_time() {
  std::ifstream stat("/proc/stat");
  for (std::string word; stat >> word;)
    if (double seconds = 0; word == "btime" && stat >> seconds) return seconds;
  return 0;
}

}  // namespace

process_stats read_process_stats() {
  process_stats s;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));

  // The name, in brackets, may hold anything: fields are counted from behind it. See proc(5).
  std::ifstream file("/proc/self/stat");
  std::string line{std::istreambuf_iterator<char>(file), {}};
  if (const std::size_t bracket = line.rfind(')'); bracket != std::string::npos) {
    std::istringstream fields(line.substr(bracket + 1));
    std::string skipped;
    double user = 0, system = 0, started = 0;
    for (int i = 3; i <= 13; ++i) fields >> skipped;
    fields >> user >> system;
    for (int i = 16; i <= 21; ++i) fields >> skipped;
    std::int64_t pages = 0;
    fields >> started >> s.virtual_bytes >> pages;
    s.cpu_seconds = (user + system) / ticks;
    s.start_time_seconds = boot_time() + started / ticks;
    s.resident_bytes = pages * ::sysconf(_SC_PAGESIZE);
  }
  std::error_code unreadable;
  for (std::filesystem::directory_iterator open("/proc/self/fd", unreadable), end; !unreadable && open != end;
       open.increment(unreadable))
    ++s.open_files;
  if (rlimit limit{}; ::getrlimit(RLIMIT_NOFILE, &limit) == 0) s.max_files = static_cast<std::int64_t>(limit.rlim_cur);
  if (rlimit limit{}; ::getrlimit(RLIMIT_AS, &limit) == 0) s.max_virtual_bytes = static_cast<double>(limit.rlim_cur);
  return s;
}

}  // namespace berth::controller
