#include "controller/serving/body_ledger.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <vector>

using berth::controller::body_ledger;

namespace {

struct body {
  explicit body(body_ledger& of) : share(of, [this] { ++given_up; }) {}
  int given_up = 0;
  body_ledger::share share;
};

}  // namespace

TEST_CASE("bodies: what goes back may be taken by others") {
  body_ledger all(1000);
  for (int i = 0; i < 10; ++i) {
    body one(all);
    CHECK(one.share.grow_to(400));
    CHECK(one.share.grow_to(1000));
  }
}

TEST_CASE("bodies: the slowest is given up for one that comes in faster") {
  body_ledger all(1000);
  body slow(all), slower(all), quick(all);
  CHECK(slower.share.grow_to(1));
  CHECK(slow.share.grow_to(300));
  CHECK(quick.share.grow_to(900));
  CHECK(slower.given_up == 1);
  CHECK(slow.given_up == 1);
  CHECK(quick.given_up == 0);
  CHECK_FALSE(slow.share.grow_to(301));
  CHECK(quick.share.grow_to(1000));
}

TEST_CASE("bodies: one that is slower than all others is refused itself, and no one for it") {
  body_ledger all(1000);
  body quick(all), slow(all);
  CHECK(quick.share.grow_to(900));
  CHECK_FALSE(slow.share.grow_to(101));
  CHECK(quick.given_up == 0);
}

TEST_CASE("bodies: one that has come in is being answered, and not given up any more") {
  body_ledger all(1000);
  body answered(all), quick(all);
  CHECK(answered.share.grow_to(200));
  answered.share.complete();
  CHECK_FALSE(quick.share.grow_to(900));
  CHECK(answered.given_up == 0);
}

TEST_CASE("bodies: a crowd of slow senders keeps no quick one out") {
  body_ledger all(1000);
  std::vector<std::unique_ptr<body>> crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.push_back(std::make_unique<body>(all));
    CHECK(crowd.back()->share.grow_to(10));
  }
  body quick(all);
  CHECK(quick.share.grow_to(1000));
  for (const auto& one : crowd) CHECK(one->given_up == 1);
}
