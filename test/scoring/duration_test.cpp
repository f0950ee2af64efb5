#include "scoring/arguments.hpp"

#include <doctest/doctest.h>

using berth::scoring::parse_duration;
using namespace std::chrono_literals;

TEST_CASE("duration: any number of parts, with fractions, is read as Go reads it") {
  CHECK(parse_duration("0") == 0ns);
  CHECK(parse_duration("-1h2m3.5s") == -(1h + 2min + 3500ms));
  CHECK(parse_duration(".5s") == 500ms);
  CHECK(parse_duration("5.s") == 5s);
  CHECK(parse_duration("1us2\xc2\xb5s3\xce\xbcs") == 6us);
  CHECK(parse_duration("00000000000000000000000000000001s") == 1s);
  CHECK(parse_duration("0.3333333333333333333h") == 20min);
  CHECK(parse_duration("0.9223372036854775807h") == 3320413933267ns);
  CHECK(parse_duration("0.100000000000000000000h") == 6min);
}

TEST_CASE("duration: 292 years and no more, to the nanosecond") {
  CHECK(parse_duration("9223372036854775807ns") == std::chrono::nanoseconds::max());
  CHECK(parse_duration("-9223372036854775808ns") == std::chrono::nanoseconds::min());
  CHECK(parse_duration("-9223372036854775.808us") == std::chrono::nanoseconds::min());
  for (const char* text : {"9223372036854775808ns", "-9223372036854775809ns", "9223372036854775.808us", "3000000h",
                           "99999999999999999999s", "9223372036854775808ns9223372036854775808ns", "2562047h48m"})
    CHECK_MESSAGE(!parse_duration(text), text);
}

TEST_CASE("duration: what is none is none") {
  for (const char* text :
       {"", "+", "-", "3", "s", ".", ".s", "-.s", "1 s", "1x", "1S", "1s ", " 1s", "1e3s", "+-1s", "1h-1m", "1.2.3s"})
    CHECK_MESSAGE(!parse_duration(text), text);
}
