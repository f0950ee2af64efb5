#include "controller/observe/observed_client.hpp"

#include "test/support/fake_time.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;

namespace {

/// Answers after 30 ms: each request alike, lists with two items.
class slow_server final : public k8s::client {
 public:
  explicit slow_server(controller::alarm_clock& time) : clock_(time) {}
  k8s::task<k8s::result<std::string>> get(std::string, k8s::request_options) override { return serve(); }
  k8s::task<k8s::result<std::string>> create(std::string, std::string, k8s::request_options) override {
    return serve();
  }
  k8s::task<k8s::result<std::string>> replace(std::string, std::string, k8s::request_options) override {
    return serve();
  }
  k8s::task<k8s::result<std::string>> patch(std::string, k8s::patch_type, std::string, k8s::request_options) override {
    return serve();
  }
  k8s::task<k8s::result<std::string>> remove(std::string, std::string, k8s::request_options) override {
    return serve();
  }
  k8s::task<k8s::result<k8s::list_head>> list(std::string, item_handler on_item, k8s::stream_options) override {
    co_await clock_.sleep_for(30ms);
    const std::string item(100, 'x');
    on_item({std::string_view(item).substr(0, 60), k8s::encoding::protobuf, "Node"});
    on_item({std::string_view(item).substr(0, 40)});
    co_return k8s::list_head{};
  }
  k8s::task<k8s::result<void>> watch(std::string, event_handler, k8s::stream_options) override {
    co_await clock_.sleep_for(5min);
    co_return k8s::result<void>();
  }
  std::string server() const override { return "https://api.example:6443"; }

  bool refuses = false;

 private:
  k8s::task<k8s::result<std::string>> serve() {
    co_await clock_.sleep_for(30ms);
    if (refuses) co_return k8s::error{.code = k8s::errc::too_many_requests, .detail = "later", .http_status = 429};
    co_return std::string(100, 'x');
  }

  controller::alarm_clock& clock_;
};

struct observed {
  boost::asio::io_context io;
  berth::test::fake_time time{io};
  std::vector<std::string> lines;
  controller::log out{
      log_format::text, 0,
      [](void* to, std::string_view line) { static_cast<std::vector<std::string>*>(to)->emplace_back(line); }, &lines};
  metrics figures{{"berth"}};
  slow_server server{time};
  observed_client api{io.get_executor(), server, time, out, figures};

  template <class Task>
  void run(Task task) {
    boost::asio::co_spawn(io, std::move(task), boost::asio::detached);
    time.advance(10min);
  }
  bool shows(const std::string& line) const {
    return const_cast<metrics&>(figures).text().find(line + "\n") != std::string::npos;
  }
};

const std::string host = "host=\"api.example:6443\"";

}  // namespace

TEST_CASE_FIXTURE(observed, "observed client: a request is counted, timed and measured by verb and host") {
  run(api.create("/api/v1/namespaces/default/pods/a/binding", std::string(70, 'x'), {}));
  CHECK(shows("rest_client_requests_total{code=\"201\"," + host + ",method=\"POST\"} 1"));
  CHECK(shows("rest_client_request_duration_seconds_sum{" + host + ",verb=\"POST\"} 0.03"));
  CHECK(shows("rest_client_request_size_bytes_sum{" + host + ",verb=\"POST\"} 70"));
  CHECK(shows("rest_client_response_size_bytes_sum{" + host + ",verb=\"POST\"} 100"));
}

TEST_CASE_FIXTURE(observed, "observed client: an answer that is an error counts by its code") {
  server.refuses = true;
  run(api.patch("/api/v1/nodes/a", k8s::patch_type::merge, "{}", {}));
  CHECK(shows("rest_client_requests_total{code=\"429\"," + host + ",method=\"PATCH\"} 1"));
  CHECK(shows("rest_client_request_duration_seconds_count{" + host + ",verb=\"PATCH\"} 1"));
}

TEST_CASE_FIXTURE(observed, "observed client: lists and watches are GETs; a watch is counted and not timed") {
  run(api.list("/api/v1/nodes", [](const k8s::encoded&) {}, {.timeout = 30s}));
  CHECK(shows("rest_client_requests_total{code=\"200\"," + host + ",method=\"GET\"} 1"));
  CHECK(shows("rest_client_request_duration_seconds_sum{" + host + ",verb=\"GET\"} 0.03"));
  CHECK(shows("rest_client_response_size_bytes_sum{" + host + ",verb=\"GET\"} 100"));
  run(api.watch("/api/v1/nodes?watch=1", [](const k8s::encoded&) { return true; }, {.timeout = 10min}));
  CHECK(shows("rest_client_requests_total{code=\"200\"," + host + ",method=\"GET\"} 2"));
  CHECK(shows("rest_client_request_duration_seconds_count{" + host + ",verb=\"GET\"} 1"));
}
