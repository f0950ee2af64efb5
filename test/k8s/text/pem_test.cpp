#include "k8s/text/pem.hpp"

#include "k8s/text/base64.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

/// After Go's encoding/pem.
namespace {

std::string block(const std::string& type, const std::string& inside) {
  return "-----BEGIN " + type + "-----\n" + inside + "-----END " + type + "-----\n";
}

std::string contents(const std::string& text) {
  std::string all;
  for (const pem_block& b : read_pem(text)) all += b.type + (b.has_headers ? "+" : "") + "=" + b.bytes + ";";
  return all;
}

}  // namespace

TEST_CASE("pem: blocks in their order, and nothing of what is around them") {
  CHECK(contents("") == "");
  CHECK(contents("hello\n") == "");
  CHECK(contents(block("A", "Zm9v\n")) == "A=foo;");
  CHECK(contents("x\n" + block("A", "Zm9v\n") + "y\n" + block("B C", "Zg==\n") + "z") == "A=foo;B C=f;");
  CHECK(contents(block("A", "")) == "A=;");
}

TEST_CASE("pem: lines have any length, any end and blanks") {
  CHECK(contents("-----BEGIN A-----\r\nZm9v\r\nYmFy\r\n-----END A-----\r\n") == "A=foobar;");
  CHECK(contents("-----BEGIN A----- \t\n Zm 9v \n\tYm\n\nFy\n-----END A-----  ") == "A=foobar;");
  const std::string much(100'000, 'x');
  CHECK(contents(block("A", encode_base64(much) + "\n")) == "A=" + much + ";");
}

TEST_CASE("pem: headers are noted") {
  CHECK(contents(block("A", "Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nZm9v\n")) == "A+=foo;");
}

TEST_CASE("pem: a block that is broken costs only itself") {
  const std::string good = block("A", "Zm9v\n");
  for (const std::string& broken :
       {block("A", "%%\n"), block("A", "Zm9\n"), std::string("-----BEGIN A-----\nZm9v\n-----END B-----\n"),
        std::string("-----BEGIN A-----\nZm9v\n"), std::string("-----BEGIN A----\nZm9v\n-----END A-----\n"),
        std::string("-----BEGIN A-----\nZm9v\n-----END A-----x\n"), std::string("-----END A-----\n"),
        std::string(" -----BEGIN A-----\nZm9v\n-----END A-----\n")}) {
    CAPTURE(broken);
    CHECK(contents(broken) == "");
    CHECK(contents(good + broken) == "A=foo;");
    CHECK(contents(broken + good) == "A=foo;");
  }
}

TEST_CASE("pem: what private keys are called") {
  CHECK(pem_block{"PRIVATE KEY", false, ""}.is_private_key());
  CHECK(pem_block{"EC PRIVATE KEY", false, ""}.is_private_key());
  CHECK_FALSE(pem_block{"PUBLIC KEY", false, ""}.is_private_key());
  CHECK_FALSE(pem_block{"EC PARAMETERS", false, ""}.is_private_key());
  CHECK_FALSE(pem_block{"TRUSTED CERTIFICATE", false, ""}.is_certificate());
}
