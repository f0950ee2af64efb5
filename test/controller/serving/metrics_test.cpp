#include "controller/serving/metrics.hpp"

#include "controller/serving/work_queue_metrics.hpp"
#include "scoring/plugin.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace berth::controller;
using namespace std::chrono_literals;
using berth::scoring::code;
using berth::scoring::stage;

TEST_CASE("metrics: names, labels and buckets are kube-scheduler's") {
  metrics m({"berth", "other"});
  m.scheduling.attempted(1, attempt_result::scheduled, 3ms);
  m.scheduling.decided(100us);
  m.scheduling.ran(0, stage::filter, code::success, 50us);
  m.scheduling.bound(1, 20ms);
  m.scheduling.bound(40, 2s);
  m.queue.entered(pending_queue::active, "PodAdd");
  m.queue.entered(pending_queue::active, "PodAdd");
  m.queue.pending(pending_queue::unschedulable, 7);
  m.scheduling.cached(3, 9, 2);
  m.queue.refused({{"NodeResourcesFit", "berth", 2}, {"NodeAffinity", "berth", 1}});
  m.queue.refused({{"NodeResourcesFit", "berth", 1}});
  m.client.asks("https://10.0.0.1:6443/prefix");
  m.client.requested({.verb = "POST", .code = 201, .took = 30ms, .sent_bytes = 300, .received_bytes = 65});
  m.client.requested({.verb = "GET", .code = 0});
  m.scheduling.tried_to_preempt();
  m.scheduling.chose_victims(3);
  m.scheduling.preempted(false, 40ms);
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
  CHECK(has("rest_client_requests_total{code=\"201\",host=\"10.0.0.1:6443\",method=\"POST\"} 1"));
  CHECK(has("rest_client_requests_total{code=\"<error>\",host=\"10.0.0.1:6443\",method=\"GET\"} 1"));
  CHECK(has("rest_client_request_duration_seconds_bucket{host=\"10.0.0.1:6443\",verb=\"POST\",le=\"0.025\"} 0"));
  CHECK(has("rest_client_request_duration_seconds_bucket{host=\"10.0.0.1:6443\",verb=\"POST\",le=\"0.1\"} 1"));
  CHECK(has("rest_client_request_size_bytes_bucket{host=\"10.0.0.1:6443\",verb=\"POST\",le=\"512\"} 1"));
  CHECK(has("rest_client_response_size_bytes_bucket{host=\"10.0.0.1:6443\",verb=\"POST\",le=\"64\"} 0"));
  CHECK_FALSE(has("rest_client_request_duration_seconds_count{host=\"10.0.0.1:6443\",verb=\"GET\"}"));
  CHECK(has("scheduler_queue_incoming_entities_total{event=\"PodAdd\",queue=\"active\",type=\"pod\"} 2"));
  CHECK(has("scheduler_queued_entities{queue=\"unschedulable\",type=\"pod\"} 7"));
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
  m.scheduling.held_up_others(2ms);
  m.scheduling.held_up_others(1500ms);
  m.scheduling.held_up_others(1ms);
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

TEST_CASE("metrics: what counts errors is there from the start, at 0") {
  metrics m({"berth"});
  m.client.follows("pods");
  const std::string text = m.text();
  for (const char* series : {
           "scheduler_schedule_attempts_total{profile=\"berth\",result=\"error\"}",
           "scheduler_preemption_goroutines_execution_total{result=\"error\"}",
           "scheduler_volume_scheduling_stage_error_total{operation=\"predicate\"}",
           "scheduler_volume_scheduling_stage_error_total{operation=\"assume\"}",
           "scheduler_volume_scheduling_stage_error_total{operation=\"bind\"}",
           "berth_events_total{outcome=\"failed\"}",
           "berth_events_total{outcome=\"discarded\"}",
           "berth_dropped_objects_total{resource=\"pods\"}",
           "berth_watch_missed_total{resource=\"pods\"}",
           "berth_watch_failures_total{reason=\"malformed\",resource=\"pods\"}",
           "berth_watch_failures_total{reason=\"tls_failure\",resource=\"pods\"}",
       })
    CHECK_MESSAGE(text.find(std::string(series) + " 0\n") != text.npos, series);
}

TEST_CASE("metrics: events in flight and refusals that are gone fall to 0") {
  metrics m({"berth"});
  m.queue.in_flight({{"NodeAdd", 2}, {"PodPopped", 1}});
  m.queue.in_flight({{"PodPopped", 3}});
  m.queue.oldest_schedulable(90s);
  const std::string text = m.text();
  CHECK(text.find("scheduler_inflight_events{event=\"NodeAdd\"} 0\n") != text.npos);
  CHECK(text.find("scheduler_inflight_events{event=\"PodPopped\"} 3\n") != text.npos);
  CHECK(text.find("berth_oldest_schedulable_pod_seconds 90\n") != text.npos);
}

TEST_CASE("metrics: a plugin counts where upstream counts it, and is timed where it was timed") {
  struct named final : berth::scoring::plugin {
    explicit named(const char* n) : of(n) {}
    std::string_view name() const override { return of; }
    const char* of;
  };
  using berth::scoring::plugin_point;
  const named fit("NodeResourcesFit");
  const named volumes("VolumeBinding");
  metrics m({"berth"});
  m.plugins.asked(0, {plugin_point::filter, 3, &fit}, code::success, std::nullopt);
  m.plugins.asked(0, {plugin_point::filter, 3, &fit}, code::success, 12us);
  m.plugins.asked(0, {plugin_point::pre_filter, 3, &fit}, code::skip, std::nullopt);
  m.plugins.asked(0, {plugin_point::reserve, 7, &volumes}, code::error, 1ms);
  const std::string text = m.text();
  const auto has = [&](const char* line) { return text.find(line) != std::string::npos; };
  CHECK(has(
      "scheduler_plugin_evaluation_total{extension_point=\"Filter\",plugin=\"NodeResourcesFit\",profile=\"berth\"} 2"));
  CHECK_FALSE(has("scheduler_plugin_evaluation_total{extension_point=\"PreFilter\""));
  CHECK_FALSE(has("scheduler_plugin_evaluation_total{extension_point=\"Reserve\""));
  CHECK(
      has("scheduler_plugin_execution_duration_seconds_count{extension_point=\"Filter\",plugin=\"NodeResourcesFit\","
          "status=\"Success\"} 1"));
  CHECK(
      has("scheduler_plugin_execution_duration_seconds_bucket{extension_point=\"Filter\","
          "plugin=\"NodeResourcesFit\",status=\"Success\",le=\"1e-05\"} 0"));
  CHECK(
      has("scheduler_plugin_execution_duration_seconds_count{extension_point=\"Reserve\",plugin=\"VolumeBinding\","
          "status=\"Error\"} 1"));
  CHECK(has("scheduler_volume_scheduling_stage_error_total{operation=\"assume\"} 1"));
}

TEST_CASE("metrics: a work queue has client-go's metrics under its name from the start, with its buckets") {
  metrics m({"berth"});
  work_queue_metrics reservations(m.registry(), "reservations");
  work_queue_metrics other(m.registry(), "other");
  const auto shows = [&](const std::string& line) {
    return m.text().find(fmt::format("\nworkqueue_{}\n", line)) != std::string::npos;
  };
  for (const char* nothing : {"depth", "adds_total", "retries_total", "unfinished_work_seconds",
                              "longest_running_processor_seconds", "queue_duration_seconds_count",
                              "work_duration_seconds_count"})
    for (const char* name : {"reservations", "other"})
      CHECK_MESSAGE(shows(fmt::format("{}{{name=\"{}\"}} 0", nothing, name)), nothing);

  reservations.added();
  reservations.added();
  reservations.taken(20ms);
  reservations.worked(3s);
  reservations.retried();
  reservations.stands({.depth = 7, .unfinished = 5s, .longest = 4s});
  CHECK(shows(R"(adds_total{name="reservations"} 2)"));
  CHECK(shows(R"(adds_total{name="other"} 0)"));
  CHECK(shows(R"(retries_total{name="reservations"} 1)"));
  CHECK(shows(R"(depth{name="reservations"} 7)"));
  CHECK(shows(R"(unfinished_work_seconds{name="reservations"} 5)"));
  CHECK(shows(R"(longest_running_processor_seconds{name="reservations"} 4)"));
  CHECK(shows(R"(queue_duration_seconds_bucket{name="reservations",le="0.01"} 0)"));
  CHECK(shows(R"(queue_duration_seconds_bucket{name="reservations",le="0.1"} 1)"));
  CHECK(shows(R"(work_duration_seconds_bucket{name="reservations",le="1"} 0)"));
  CHECK(shows(R"(work_duration_seconds_bucket{name="reservations",le="10"} 1)"));
  CHECK(shows(R"(work_duration_seconds_sum{name="reservations"} 3)"));
}
