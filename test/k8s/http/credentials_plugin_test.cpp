#include "test/k8s/http/credentials_desk.hpp"

#include "k8s/api/time.hpp"

#include <cstdio>
#include <fstream>
#include <string>

#include <stdlib.h>
#include <unistd.h>

using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

/// A folder that a plugin can count its runs in, and read what to say from.
struct plugin_folder {
  plugin_folder() {
    char name[] = "/tmp/berth-plugin-XXXXXX";
    path = ::mkdtemp(name);
    says("{}");
  }
  ~plugin_folder() {
    for (const char* file : {"/says", "/runs", "/fails"}) std::remove((path + file).c_str());
    ::rmdir(path.c_str());
  }
  void says(const std::string& status) const {
    std::ofstream(path + "/says")
        << R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":)" << status << "}";
  }
  void fails(bool yes) const {
    if (yes)
      std::ofstream(path + "/fails") << "";
    else
      std::remove((path + "/fails").c_str());
  }
  std::size_t runs() const {
    std::ifstream in(path + "/runs", std::ios::ate);
    return in ? static_cast<std::size_t>(in.tellg()) : 0;
  }
  exec_settings plugin() const {
    exec_settings p;
    p.api_version = "client.authentication.k8s.io/v1";
    p.command = "sh";
    p.args = {"-c", "printf x >> " + path + "/runs; test ! -e " + path + "/fails || exit 1; cat " + path + "/says"};
    return p;
  }
  std::string path;
};

}  // namespace

TEST_CASE("credentials: a plugin runs once, until what it gave expires") {
  const plugin_folder folder;
  desk d;
  d.settings.exec = folder.plugin();
  folder.says(R"({"token":"one","expirationTimestamp":")" + format_time(d.time.wall() + 10min) + "\"}");
  CHECK(d.authorization() == "Bearer one");
  d.time.forward(9min);
  CHECK(d.authorization() == "Bearer one");
  CHECK(folder.runs() == 1);
  folder.says(R"({"token":"two"})");
  d.time.forward(1min);
  CHECK(d.authorization() == "Bearer two");
  d.time.forward(24h);
  CHECK(d.authorization() == "Bearer two");
  CHECK(folder.runs() == 2);
}

TEST_CASE("credentials: a plugin runs again when the server refused what it gave, but not for every request") {
  const plugin_folder folder;
  folder.says(R"({"token":"one"})");
  desk d;
  d.settings.exec = folder.plugin();
  const auto first = d.current().who;
  d.time.forward(6s);
  folder.says(R"({"token":"two"})");
  const auto second = d.renewed(first).who;
  CHECK(second->authorization == "Bearer two");
  CHECK(d.renewed(first).who == second);
  CHECK(folder.runs() == 2);
  CHECK(d.renewed(second).who->same_as(*second));
  CHECK(folder.runs() == 2);
}

TEST_CASE(
    "credentials: a plugin that fails is an error only where there is nothing else, and is not run for every request") {
  const plugin_folder folder;
  folder.fails(true);
  desk d;
  d.settings.exec = folder.plugin();
  CHECK(d.current().why.detail == "exec plugin sh: failed with exit code 1");
  CHECK(d.current().why.detail == "exec plugin sh: failed with exit code 1");
  CHECK(folder.runs() == 1);
  folder.fails(false);
  folder.says(R"({"token":"one"})");
  d.time.forward(5s);
  const auto first = d.current().who;
  CHECK(first->authorization == "Bearer one");
  folder.fails(true);
  d.time.forward(6s);
  CHECK(d.renewed(first).who->same_as(*first));
  CHECK(folder.runs() == 3);
}

TEST_CASE("credentials: a plugin that gives what has expired already is not run for every request") {
  const plugin_folder folder;
  desk d;
  d.settings.exec = folder.plugin();
  folder.says(R"({"token":"one","expirationTimestamp":")" + format_time(d.time.wall() - 1min) + "\"}");
  for (int i = 0; i < 10; ++i) CHECK(d.authorization() == "Bearer one");
  CHECK(folder.runs() == 1);
  d.time.forward(5s);
  CHECK(d.authorization() == "Bearer one");
  CHECK(folder.runs() == 2);
}

TEST_CASE("credentials: what a plugin prints and is no credential is an error that names the field") {
  const plugin_folder folder;
  desk d;
  d.settings.exec = folder.plugin();
  CHECK(d.current().why.detail == "what exec plugin sh printed: status.token: not given, nor is a client certificate");
}

TEST_CASE("credentials: many that ask at once share one run of the plugin") {
  const plugin_folder folder;
  folder.says(R"({"token":"one"})");
  desk d;
  d.settings.exec = folder.plugin();
  d.open();
  int answered = 0;
  auto note = [&answered](std::exception_ptr, asked got) {
    answered += got.who && got.who->authorization == "Bearer one";
  };
  for (int i = 0; i < 20; ++i) boost::asio::co_spawn(d.io, ask(d.it, nullptr), note);
  d.io.run();
  CHECK(answered == 20);
  CHECK(folder.runs() == 1);
}

TEST_CASE("credentials: a plugin may give a certificate, and another one means new connections") {
  const test_authority authority("a");
  const auto json = [](std::string pem) {
    std::string out;
    for (const char c : pem) out += c == '\n' ? std::string("\\n") : std::string(1, c);
    return out;
  };
  const auto status = [&](const certificate_and_key& c) {
    return R"({"clientCertificateData":")" + json(c.certificate) + R"(","clientKeyData":")" + json(c.key) + "\"}";
  };
  const plugin_folder folder;
  folder.says(status(authority.issue("me", "")));
  desk d;
  d.settings.exec = folder.plugin();
  const auto first = d.current().who;
  CHECK(first->authorization.empty());
  d.time.forward(6s);
  folder.says(status(authority.issue("me", "")));
  CHECK(d.renewed(first).who->tls_generation == first->tls_generation + 1);
}

TEST_CASE("credentials: a plugin is superfluous beside a token or a certificate") {
  const plugin_folder folder;
  desk d;
  d.settings.exec = folder.plugin();
  d.settings.token = "abc";
  CHECK(d.authorization() == "Bearer abc");
  CHECK(folder.runs() == 0);
}
