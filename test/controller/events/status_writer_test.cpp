#include "controller/events/status_writer.hpp"
#include "test/support/fake_client.hpp"
#include "test/support/fake_time.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>

#include <string>
#include <vector>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;

namespace {

struct desk final : status_listener {
  desk() { writer.start(tasks); }
  ~desk() override {
    tasks.stop();
    time.run();
  }
  void status_not_written(const k8s::object_key& pod, const k8s::error&) override { given_up.push_back(pod.name); }

  bool write(const std::string& pod, std::string message) {
    return writer.write(make_pod(pod).build(), "Unschedulable", std::move(message));
  }

  boost::asio::io_context io;
  fake_time time{io};
  fake_client api{time};
  task_group tasks{io.get_executor()};
  std::vector<std::string> given_up;
  status_writer writer{io.get_executor(), api, time, 2, *this};
};

}  // namespace

TEST_CASE("status writer: what waits to be written is bounded, and what is refused then is taken later") {
  desk d;
  const std::string large(32'768, 'm');  // as long as a message can be
  std::size_t taken = 0;
  for (int i = 0; i < 1100; ++i) {
    const std::string name = "p" + std::to_string(i);
    d.api.create_pod(make_pod(name));
    taken += d.write(name, large);
    REQUIRE(d.writer.bytes() <= status_writer::most_bytes);
  }
  CHECK(taken > 900);  // of 32 KiB and a little
  CHECK(taken < 1024);
  CHECK(d.writer.waiting() == taken);
  CHECK(d.write("p0", "small"));  // in the place of the large one
  d.time.advance(seconds(10));
  CHECK(d.writer.waiting() == 0);
  CHECK(d.writer.bytes() == 0);
  CHECK(d.api.pods.at({"default", "p0"}).scheduled->message == "small");
  CHECK_FALSE(d.api.pods.at({"default", "p1099"}).scheduled);
  CHECK(d.write("p1099", large));
  d.time.advance(seconds(10));
  CHECK(d.api.pods.at({"default", "p1099"}).scheduled->message == large);
  CHECK(d.given_up.empty());
}

TEST_CASE("status writer: one message that is larger than all that may wait is sent where nothing else waits") {
  desk d;
  d.api.plan = [](const request&) { return fault::not_found; };
  CHECK(d.write("p", std::string(status_writer::most_bytes + 1, 'm')));
  CHECK(d.writer.waiting() == 1);
  d.time.advance(seconds(10));
  CHECK(d.writer.waiting() == 0);
  CHECK(d.writer.bytes() == 0);
}
