#include "k8s/api/time.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;
using namespace std::chrono_literals;

namespace {

constexpr timestamp moment =
    std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 15h + 4min + 5s + std::chrono::microseconds(6789);

}  // namespace

TEST_CASE("time: seconds and microseconds are written as metav1.Time and MicroTime write them") {
  CHECK(format_time(moment) == "2026-01-02T15:04:05Z");
  CHECK(format_micro_time(moment) == "2026-01-02T15:04:05.006789Z");
  CHECK(format_micro_time(timestamp{-1us}) == "1969-12-31T23:59:59.999999Z");
  CHECK(format_time(timestamp{-1us}) == "1969-12-31T23:59:59Z");
}

TEST_CASE("time: what is written is read back") {
  for (const timestamp t : {moment, timestamp{}, timestamp{-1us}, timestamp{253402300799999999us}}) {
    CHECK(parse_time(format_micro_time(t)).value() == t);
    CHECK(parse_time(format_time(t)).value() == std::chrono::floor<std::chrono::seconds>(t));
  }
}

TEST_CASE("time: offsets and any number of fraction digits are read") {
  CHECK(parse_time("2026-01-02T17:34:05.006789+02:30").value() == moment);
  CHECK(parse_time("2026-01-02T14:04:05.006789999-01:00").value() == moment);
  CHECK(parse_time("2026-01-02T15:04:05.1Z").value() == moment - 6789us + 100ms);
  CHECK(parse_time("2024-02-29T00:00:00Z").has_value());
}

TEST_CASE("time: what is no time is an error that names it") {
  for (const char* text :
       {"", "Z", "2026-01-02", "2026-01-02T15:04:05", "2026-01-02 15:04:05Z", "2026-13-02T15:04:05Z",
        "2026-02-29T15:04:05Z", "2026-01-02T24:00:00Z", "2026-01-02T15:60:05Z", "2026-01-02T15:04:60Z",
        "2026-01-02T15:04:05.Z", "2026-01-02T15:04:05ZZ", "2026-01-02T15:04:05+2:00", "2026-01-02T15:04:05+24:00",
        "-026-01-02T15:04:05Z", "2026-01-02T15:04:05z"}) {
    CAPTURE(text);
    const auto t = parse_time(text);
    REQUIRE(t.has_error());
    CHECK(t.error().code == errc::malformed);
    CHECK(t.error().detail == "\"" + std::string(text) + "\" is not a time");
  }
  CHECK(parse_time(std::string(1000, '9')).error().detail.size() < 100);
}

TEST_CASE("time: what an offset leads beyond the years 0 to 9999 is no time, for none could be written") {
  CHECK(parse_time("0000-01-01T00:00:00Z").has_value());
  CHECK(parse_time("0000-01-01T00:00:00-01:00").has_value());
  CHECK(parse_time("0000-01-01T00:00:00+00:01").has_error());
  CHECK(parse_time("9999-12-31T23:59:59.999999Z").has_value());
  CHECK(parse_time("9999-12-31T23:59:59-00:01").has_error());
}
