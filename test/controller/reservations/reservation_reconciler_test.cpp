#include "test/controller/reservations/reservation_world.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::test;

namespace {

k8s::workload_ptr asking(const std::string& name, const std::string& how_long) {
  k8s::workload w;
  w.key = {"default", name};
  w.uid = name + "-uid";
  w.annotations.set(controller::opt_in_annotation, how_long);
  return std::make_shared<const k8s::workload>(std::move(w));
}

}  // namespace

TEST_CASE("reservations: what is wrong with a workload's annotation is told by the replica that leads, each once") {
  boost::asio::io_context io;
  fake_time time{io};
  fake_client api{time};
  reserving_berth one(io, time, api, 1);
  one.workloads().applied(asking("wrong", "soon"));
  one.workloads().applied(asking("mended", "soon"));
  one.workloads().applied(asking("mended", "10m"));
  one.workloads().applied(asking("gone", "soon"));
  one.workloads().removed(asking("gone", "soon"));
  CHECK(one.warnings.empty());
  one.lead();
  const std::string why =
      " berth.dev/reserve-on-recreate: \"soon\" is not a duration like 10m or 1h30m; nothing is reserved";
  REQUIRE(one.warnings.size() == 1);
  CHECK(one.warnings[0] == "ReplicaSet wrong" + why);
  one.workloads().applied(asking("wrong", "soon"));
  one.workloads(controller::workload_kind::stateful_set).applied(asking("late", "soon"));
  REQUIRE(one.warnings.size() == 2);
  CHECK(one.warnings[1] == "StatefulSet late" + why);
  one.stop();
  time.run();
}
