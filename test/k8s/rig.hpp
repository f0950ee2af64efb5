#pragma once

#include "k8s/http/http_client.hpp"
#include "test/k8s/print.hpp"
#include "test/k8s/scripted_server.hpp"

#include <doctest/doctest.h>
#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

/// A client and a scripted server in one thread.
namespace berth::test {

/// Waits by turning itself forward: nothing sleeps, and what would have slept is written down.
class jumping_clock final : public k8s::clock {
 public:
  time_point now() const override { return now_; }
  wall_time wall() const override {
    return wall_time(std::chrono::seconds(1'700'000'000)) +
           std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
  }
  boost::asio::awaitable<void> sleep_until(time_point when) override {
    slept.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(when - now_));
    now_ = std::max(now_, when);
    co_return;
  }
  void forward(duration by) { now_ += by; }

  std::vector<std::chrono::milliseconds> slept;

 private:
  time_point now_{std::chrono::hours(100)};
};

/// Runs the loop until `work` has ended. A loop that stands still for a minute is a failed test.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> work) {
  std::optional<T> value;
  std::exception_ptr thrown;
  bool ended = false;
  auto note = [&](std::exception_ptr problem, T result) {
    thrown = problem;
    value.emplace(std::move(result));
    ended = true;
  };
  boost::asio::co_spawn(io, std::move(work), note);
  io.restart();
  while (!ended) REQUIRE_MESSAGE(io.run_one_for(std::chrono::minutes(1)) > 0, "nothing happens any more");
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*value);
}

struct rig {
  explicit rig(std::optional<certificate_and_key> tls = std::nullopt, std::string client_authority = "",
               bool v6 = false)
      : server(io, std::move(tls), std::move(client_authority), v6) {
    settings.server = k8s::parse_server_url("http://" + server.authority(), "server");
  }

  /// Made at its first use, so that a test can set `settings` and `options` before.
  k8s::client& api() {
    if (!client) client = k8s::make_http_client(io.get_executor(), settings, options, time);
    return *client;
  }
  template <class T>
  T wait(boost::asio::awaitable<T> work) {
    return run(io, std::move(work));
  }
  k8s::result<std::string> get(const std::string& path = "/x", k8s::request_options with = {}) {
    return wait(api().get(path, with));
  }
  k8s::result<std::string> post(const std::string& body = "{}", k8s::request_options with = {}) {
    return wait(api().create("/x", body, with));
  }
  template <class Condition>
  void until(Condition holds) {
    io.restart();
    while (!holds()) REQUIRE_MESSAGE(io.run_one_for(std::chrono::minutes(1)) > 0, "nothing happens any more");
  }
  std::string url() const { return settings.server.text(); }

  boost::asio::io_context io{1};
  scripted_server server;
  jumping_clock time;
  k8s::connection_settings settings;
  k8s::client_options options;
  std::unique_ptr<k8s::client> client;
};

/// A rig over TLS, whose authority the client trusts.
struct tls_rig : rig {
  explicit tls_rig(const std::string& names = "IP:127.0.0.1,DNS:localhost", std::string client_authority = "",
                   int from_day = -1, int to_day = 1)
      : tls_rig(std::make_shared<test_authority>("trusted"), names, std::move(client_authority), from_day, to_day) {}
  tls_rig(std::shared_ptr<test_authority> by, const std::string& names, std::string client_authority, int from_day,
          int to_day)
      : rig(by->issue("server", names, from_day, to_day), std::move(client_authority)), authority(std::move(by)) {
    settings.server.tls = true;
    settings.certificate_authority.text = authority->certificate();
  }

  std::shared_ptr<test_authority> authority;
};

}  // namespace berth::test
