#include "k8s/http/mailbox.hpp"

#include <doctest/doctest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <numeric>
#include <thread>

using namespace berth::k8s;

namespace {

std::vector<int> up_to(int n) {
  std::vector<int> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace

TEST_CASE("mailbox: a burst is delivered in order, in few turns") {
  boost::asio::io_context io;
  std::vector<int> got;
  const auto box = std::make_shared<mailbox<int>>(io.get_executor(), [&](int i) { got.push_back(i); });
  for (int i = 0; i < 2000; ++i) CHECK(box->push(i) == static_cast<std::size_t>(i + 1));
  CHECK(got.empty());
  const auto turns = io.run();
  CHECK(got == up_to(2000));
  CHECK(turns <= 5);
  io.restart();
  box->push(2000);
  io.run();
  CHECK(got.back() == 2000);
}

TEST_CASE("mailbox: the receiver's other work has its turn between batches") {
  boost::asio::io_context io;
  int got = 0;
  int seen = 0;
  const auto box = std::make_shared<mailbox<int>>(io.get_executor(), [&](int) { ++got; });
  for (int i = 0; i < 2000; ++i) box->push(i);
  boost::asio::post(io, [&] { seen = got; });
  io.run();
  CHECK(seen == 512);
}

TEST_CASE("mailbox: what is pushed while a delivery runs comes after it") {
  boost::asio::io_context io;
  std::vector<int> got;
  std::shared_ptr<mailbox<int>> box;
  box = std::make_shared<mailbox<int>>(io.get_executor(), [&](int i) {
    got.push_back(i);
    if (i < 10) box->push(i + 1);
  });
  box->push(0);
  io.run();
  CHECK(got == up_to(11));
}

TEST_CASE("mailbox: drain delivers now, and nothing twice") {
  boost::asio::io_context io;
  std::vector<int> got;
  const auto box = std::make_shared<mailbox<int>>(io.get_executor(), [&](int i) { got.push_back(i); });
  for (int i = 0; i < 3; ++i) box->push(i);
  box->drain();
  CHECK(got == up_to(3));
  io.run();
  CHECK(got == up_to(3));
}

TEST_CASE("mailbox: nothing comes after close") {
  boost::asio::io_context io;
  int got = 0;
  const auto box = std::make_shared<mailbox<int>>(io.get_executor(), [&](int) { ++got; });
  box->push(1);
  box->close();
  io.run();
  CHECK(got == 0);
}

TEST_CASE("mailbox: one thread pushes, another receives all of it in order") {
  boost::asio::io_context io;
  auto strand = boost::asio::make_strand(io);
  std::vector<int> got;
  const auto box = std::make_shared<mailbox<int>>(strand, [&](int i) { got.push_back(i); });
  auto work = boost::asio::make_work_guard(io);
  std::thread receiver([&] { io.run(); });
  for (int i = 0; i < 20'000; ++i) box->push(i);
  work.reset();
  receiver.join();
  CHECK(got == up_to(20'000));
}
