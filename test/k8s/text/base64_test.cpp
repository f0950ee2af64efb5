#include "k8s/text/base64.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

TEST_CASE("base64: RFC 4648's examples, both ways") {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : examples) {
    CHECK(encode_base64(plain) == encoded);
    CHECK(decode_base64(encoded) == plain);
  }
}

TEST_CASE("base64: every byte survives") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  CHECK(decode_base64(encode_base64(bytes)) == bytes);
}

TEST_CASE("base64: lines are joined, wherever they end") {
  CHECK(decode_base64("Zm9v\r\nYmFy\n") == "foobar");
  CHECK(decode_base64("\nZ\nm9\rv\n\n") == "foo");
  CHECK(decode_base64("Zg=\n=\r\n") == "f");
}

TEST_CASE("base64: bits beyond the last byte do not matter") {
  CHECK(decode_base64("Zh==") == "f");
  CHECK(decode_base64("Zm9=") == "fo");
  CHECK(decode_base64("Z/==") == "g");
}

TEST_CASE("base64: what is not base64 is refused") {
  for (const char* bad : {"Z", "Zg", "Zg=", "Zg===", "=Zg=", "Zg==Zg==", "Zm9v!", "Zm 9v", "Zm\t9v", "Zm-_", "===="})
    CHECK_MESSAGE(!decode_base64(bad), bad);
}
