#include "test/k8s/rig.hpp"

#include <boost/asio/strand.hpp>

#include <atomic>
#include <thread>

using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

struct tally {
  std::atomic<int> answered = 0;
  std::atomic<int> failed = 0;
  std::atomic<int> items = 0;
};

task<void> post_many(client& api, tally& count, int n, lane through) {
  for (int i = 0; i < n; ++i) {
    const auto got = co_await api.create("/x", "{\"some\":\"body\"}", {.lane = through});
    ++(got ? count.answered : count.failed);
  }
}

task<void> list_many(client& api, tally& count, int n) {
  for (int i = 0; i < n; ++i) {
    client::item_handler on_item = [&count](const encoded&) { ++count.items; };
    const stream_options options{.timeout = 10s};
    const auto got = co_await api.list("/l", on_item, options);
    ++(got ? count.answered : count.failed);
  }
}

}  // namespace

// What this shows it shows under ThreadSanitizer: calls from many threads share lanes, credentials and the limiter.
TEST_CASE("client: many callers on many threads, over TLS, with lists between the writes") {
  boost::asio::io_context server_io{1};
  const test_authority authority("trusted");
  scripted_server server(server_io, authority.issue("server", "IP:127.0.0.1"));
  // Serves a list and a write alike: both take a list for an answer.
  std::vector<step> script;
  for (int i = 0; i < 400; ++i)
    script.insert(script.end(),
                  {request, ok(R"({"kind":"List","metadata":{"resourceVersion":"1"},"items":[{"a":1},{"b":2}]})")});
  server.always(script);
  auto open = boost::asio::make_work_guard(server_io);
  std::thread serving([&] { server_io.run(); });

  boost::asio::io_context io{4};
  system_clock time;
  connection_settings settings;
  settings.server = parse_server_url("https://" + server.authority(), "server");
  settings.certificate_authority.text = authority.certificate();
  auto api =
      make_http_client(io.get_executor(), settings, {.bindings = 8, .writes = 3, .qps = 100'000, .burst = 10}, time);
  tally count;
  std::atomic<int> ended = 0;
  auto note = [&](std::exception_ptr problem) {
    if (problem) ++count.failed;
    if (++ended == 10) io.stop();
  };
  for (int i = 0; i < 5; ++i)
    boost::asio::co_spawn(boost::asio::make_strand(io), post_many(*api, count, 40, lane::bindings), note);
  for (int i = 0; i < 3; ++i) boost::asio::co_spawn(io, post_many(*api, count, 40, lane::writes), note);
  for (int i = 0; i < 2; ++i) boost::asio::co_spawn(io, list_many(*api, count, 20), note);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { io.run_for(1min); });
  for (auto& t : threads) t.join();
  CHECK(count.answered == 8 * 40 + 2 * 20);
  CHECK(count.failed == 0);
  CHECK(count.items == 2 * 20 * 2);
  api.reset();
  server_io.stop();
  serving.join();
}
