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

TEST_CASE("ascii: a text that is percent-encoded is one segment of a path, whatever it says") {
  CHECK(percent_encoded("web-0.a_b~C") == "web-0.a_b~C");
  CHECK(percent_encoded("kube-system/secrets?") == "kube-system%2Fsecrets%3F");
  CHECK(percent_encoded("a%2Fb\r\n c#&=") == "a%252Fb%0D%0A%20c%23%26%3D");
  CHECK(percent_encoded("\xc3\xa4") == "%C3%A4");
  CHECK(percent_encoded(".") == "%2E");
  CHECK(percent_encoded("..") == "%2E%2E");
  CHECK(percent_encoded("...") == "...");
  CHECK(percent_encoded("") == "");
}
