#include "controller/serving/metrics.hpp"

#include <doctest/doctest.h>

using namespace berth::controller;
using namespace std::chrono_literals;
using berth::scoring::code;
using berth::scoring::stage;

TEST_CASE("metrics: names, labels and buckets are kube-scheduler's") {
  metrics m({"berth", "other"});
  m.attempted(1, attempt_result::scheduled, 3ms);
  m.decided(100us);
  m.ran(0, stage::filter, code::success, 50us);
  m.bound(1, 20ms);
  m.bound(40, 2s);
  m.queued("active", "PodAdd");
  m.queued("active", "PodAdd");
  m.pending(pending_queue::unschedulable, 7);
  m.cached(3, 9, 2);
  m.refused({{"NodeResourcesFit", "berth", 2}, {"NodeAffinity", "berth", 1}});
  m.refused({{"NodeResourcesFit", "berth", 1}});
  m.requested("POST", 201);
  m.requested("GET", 0);
  m.tried_to_preempt();
  m.chose_victims(3);
  m.preempted(false, 40ms);
  const std::string text = m.text();
  const auto has = [&](const char* line) { return text.find(line) != std::string::npos; };
  CHECK(has("scheduler_schedule_attempts_total{profile=\"other\",result=\"scheduled\"} 1"));
  CHECK(has("scheduler_schedule_attempts_total{profile=\"berth\",result=\"error\"} 0"));
  CHECK(has(
      "scheduler_scheduling_attempt_duration_seconds_bucket{profile=\"other\",result=\"scheduled\",le=\"0.004\"} 1"));
  CHECK(has("scheduler_scheduling_algorithm_duration_seconds_count 1"));
  CHECK(has("scheduler_scheduling_algorithm_duration_seconds_sum 0.0001"));
  CHECK(has("scheduler_scheduling_algorithm_duration_seconds_bucket{le=\"16.384\"} 1"));
  CHECK(has("extension_point=\"Filter\""));
  CHECK(has("scheduler_pod_scheduling_sli_duration_seconds_count{attempts=\"1\"} 1"));
  CHECK(has("scheduler_pod_scheduling_sli_duration_seconds_count{attempts=\"15+\"} 1"));
  CHECK(has("scheduler_queue_incoming_pods_total{event=\"PodAdd\",queue=\"active\"} 2"));
  CHECK(has("scheduler_pending_pods{queue=\"unschedulable\"} 7"));
  CHECK(has("scheduler_cache_size{type=\"assumed_pods\"} 2"));
  CHECK(has("scheduler_unschedulable_pods{plugin=\"NodeResourcesFit\",profile=\"berth\"} 1"));
  CHECK(has("scheduler_unschedulable_pods{plugin=\"NodeAffinity\",profile=\"berth\"} 0"));
  CHECK(has("rest_client_requests_total{code=\"201\",method=\"POST\"} 1"));
  CHECK(has("rest_client_requests_total{code=\"<error>\",method=\"GET\"} 1"));
  CHECK(has("scheduler_preemption_attempts_total 1"));
  CHECK(has("scheduler_preemption_victims_bucket{le=\"2\"} 0"));
  CHECK(has("scheduler_preemption_victims_bucket{le=\"4\"} 1"));
  CHECK(has("scheduler_preemption_victims_bucket{le=\"64\"} 1"));
  CHECK(has("scheduler_preemption_goroutines_execution_total{result=\"success\"} 1"));
  CHECK(has("scheduler_preemption_goroutines_duration_seconds_bucket{result=\"success\",le=\"0.04\"} 1"));
}

TEST_CASE("metrics: the longest cycle since the start stays") {
  metrics m({"berth"});
  const auto shows = [&](const char* seconds) {
    return m.text().find(std::string("\nberth_scheduling_cycle_longest_seconds ") + seconds + "\n") !=
           std::string::npos;
  };
  CHECK(shows("0"));
  m.held_up_others(2ms);
  m.held_up_others(1500ms);
  m.held_up_others(1ms);
  CHECK(shows("1.5"));
}

TEST_CASE("metrics: the process tells when it began, its memory and its files") {
  const std::string text = metrics({"berth"}).text();
  for (const char* name : {"process_start_time_seconds", "process_resident_memory_bytes", "process_open_fds"}) {
    const std::size_t at = text.find(std::string("\n") + name + " ");
    REQUIRE(at != std::string::npos);
    CHECK(std::stod(text.substr(text.find(' ', at + 1))) > 0);
  }
}
