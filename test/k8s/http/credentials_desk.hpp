#pragma once

#include "test/k8s/rig.hpp"

#include "k8s/http/credentials.hpp"

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <unistd.h>

/// Credentials that are asked for, over files in memory and a clock that jumps.
namespace berth::test {

/// Files in memory; a file named in `broken` cannot be read.
struct files {
  std::map<std::string, std::string> content;
  std::string broken;
  int reads = 0;

  k8s::environment outside() {
    return {.variable = [](const std::string&) { return std::optional<std::string>(); },
            .read_file = [this](const std::string& path) -> std::optional<std::string> {
              ++reads;
              if (path == broken) throw k8s::config_error(path + ": Input/output error");
              const auto found = content.find(path);
              return found == content.end() ? std::nullopt : std::optional(found->second);
            }};
  }
};

/// A file on the disk, that is there while the test is.
struct some_file {
  explicit some_file(const std::string& text) {
    ::close(::mkstemp(name));
    says(text);
  }
  ~some_file() { std::remove(name); }
  void says(const std::string& text) const { std::ofstream(name) << text; }
  k8s::file_or_text source() const { return {.file = name, .text = ""}; }
  char name[32] = "/tmp/berth-file-XXXXXX";
};

inline const step unauthorized =
    answer("401 Unauthorized", R"({"kind":"Status","reason":"Unauthorized","message":"Unauthorized","code":401})");

struct asked {
  k8s::identity_ptr who;
  k8s::error why;
};

inline k8s::task<asked> ask(std::shared_ptr<k8s::credentials> of, k8s::identity_ptr rejected,
                            k8s::rejection by = k8s::rejection::unauthorized) {
  k8s::result<k8s::identity_ptr> got = k8s::identity_ptr();
  if (rejected)
    got = co_await of->renewed(rejected, by);
  else
    got = co_await of->current();
  if (!got) co_return asked{nullptr, got.error()};
  co_return asked{*got, {}};
}

struct desk {
  desk() { settings.server = k8s::parse_server_url("https://h", "server"); }

  void open() {
    it = std::make_shared<k8s::credentials>(io.get_executor(), settings, in.outside(), std::chrono::seconds(20), time);
  }
  asked current() {
    if (!it) open();
    return run(io, ask(it, nullptr));
  }
  asked renewed(k8s::identity_ptr rejected, k8s::rejection by = k8s::rejection::unauthorized) {
    return run(io, ask(it, std::move(rejected), by));
  }
  std::string authorization() { return current().who->authorization; }

  boost::asio::io_context io;
  jumping_clock time;
  files in;
  k8s::connection_settings settings;
  std::shared_ptr<k8s::credentials> it;
};

}  // namespace berth::test
