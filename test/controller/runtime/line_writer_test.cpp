#include "controller/runtime/line_writer.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <string>

using namespace berth::controller;

namespace {

struct pipe_of {
  pipe_of() { REQUIRE(::pipe(ends) == 0); }
  ~pipe_of() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  /// What is in it at this moment.
  std::string read() {
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    std::string all;
    char some[4096];
    for (ssize_t n = 0; (n = ::read(ends[0], some, sizeof some)) > 0;) all.append(some, static_cast<std::size_t>(n));
    return all;
  }
  int ends[2] = {-1, -1};
};

std::string numbered(int n) { return "line " + std::to_string(n) + " " + std::string(200, '.') + "\n"; }

}  // namespace

TEST_CASE("log lines: a reader that stands still holds nothing up, and gets every line once it reads") {
  pipe_of p;
  line_writer out(p.ends[1]);
  std::string all;
  for (int i = 0; i < 2000; ++i) {  // several times what a pipe holds
    out.write(numbered(i));
    all += numbered(i);
  }
  CHECK(out.dropped() == 0);
  std::string got;
  for (std::string some = p.read(); !some.empty(); some = p.read()) {
    got += some;
    out.flush();
  }
  CHECK(got == all);
}

TEST_CASE("log lines: what is beyond the cap is dropped in whole lines and counted, and told once") {
  pipe_of p;
  line_writer out(p.ends[1], 10'000);
  for (int i = 0; i < 2000; ++i) out.write(numbered(i));
  CHECK(out.dropped() > 1000);
  CHECK(out.take_untold() == 0);  // there is no room to tell of it yet
  std::string got;
  for (std::string some = p.read(); !some.empty(); some = p.read()) {
    got += some;
    out.flush();
  }
  const auto lines = static_cast<std::uint64_t>(std::count(got.begin(), got.end(), '\n'));
  CHECK(lines + out.dropped() == 2000);
  for (int i = 0; i < static_cast<int>(lines); ++i) CHECK(got.find("line " + std::to_string(i) + " ") != got.npos);
  CHECK(out.take_untold() == out.dropped());
  CHECK(out.take_untold() == 0);
  out.write("after\n");
  CHECK(p.read() == "after\n");
}

TEST_CASE("log lines: a pipe without a reader, a closed descriptor and a full disk lose lines, and count them") {
  std::signal(SIGPIPE, SIG_IGN);
  pipe_of p;
  ::close(p.ends[0]);
  const int full = ::open("/dev/full", O_WRONLY);
  REQUIRE(full >= 0);
  for (const int descriptor : {p.ends[1], full, 1'000'000}) {
    CAPTURE(descriptor);
    line_writer out(descriptor);
    out.write("one\n");
    out.write("two\n");
    CHECK(out.dropped() == 2);
    out.drain(std::chrono::milliseconds(0));
  }
  ::close(full);
  p.ends[0] = ::dup(p.ends[1]);
}
