#include "k8s/text/ascii.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

TEST_CASE("ascii: letters of ASCII become small, bytes of other alphabets stay") {
  CHECK(to_lower(std::string("X-Remote-USER[9]")) == "x-remote-user[9]");
  CHECK(to_lower(std::string("\xc3\x84@Z")) == "\xc3\x84@z");
}

TEST_CASE("ascii: percent-encoded bytes are decoded, in either case of their digits; a broken one is nothing") {
  CHECK(percent_decoded("a%2Fb%2fc%00") == std::string("a/b/c\0", 6));
  CHECK(percent_decoded("") == "");
  for (const char* broken : {"%", "%2", "a%2", "%g0", "%0g", "%-1", "%+1", "% 1", "%%20"}) {
    CAPTURE(broken);
    CHECK_FALSE(percent_decoded(broken));
  }
}
