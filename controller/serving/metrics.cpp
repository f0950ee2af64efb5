#include "controller/serving/metrics.hpp"

#include "controller/runtime/process_stats.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

namespace berth::controller {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using buckets = Histogram::BucketBoundaries;

constexpr std::array<const char*, 3> result_names{"scheduled", "unschedulable", "error"};
constexpr std::array<const char*, 4> queue_names{"active", "backoff", "unschedulable", "gated"};
constexpr std::size_t max_attempts_label = 15;  // "15+"

// prometheus.ExponentialBuckets.
buckets exponential(double first, double factor, int count) {
  buckets b;
  for (double bound = first; count > 0; --count, bound *= factor) b.push_back(bound);
  return b;
}

Family<Counter>& counters(prometheus::Registry& r, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(r);
}
Family<Gauge>& gauges(prometheus::Registry& r, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(r);
}
Family<Histogram>& histograms(prometheus::Registry& r, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(r);
}

}  // namespace

struct metrics::series {
  explicit series(const std::vector<std::string>& profile_names);

  prometheus::Registry registry;
  std::vector<std::string> profiles;

  Family<Counter>& attempts_total;
  Family<Histogram>& attempt_duration;
  Histogram& algorithm_duration;
  Gauge& longest_cycle;
  Family<Histogram>& point_duration;
  Family<Histogram>& sli_duration;
  Histogram& pod_attempts;
  Family<Histogram>& permit_wait;
  Family<Counter>& incoming;
  Family<Gauge>& pending;
  Family<Gauge>& cache_size;
  Family<Gauge>& unschedulable;
  Family<Counter>& dropped;
  Family<Counter>& events;
  Family<Counter>& watch_failures;
  Family<Gauge>& leader;
  Family<Counter>& requests;
  Counter& after_flush;
  Counter& preemption_attempts;
  Histogram& preemption_victims;
  Family<Counter>& preemption_executions;
  Family<Histogram>& preemption_durations;
  Counter& cpu;
  Gauge& start_time;
  Gauge& resident;
  Gauge& virtual_memory;
  Gauge& open_files;
  Gauge& max_files;

  struct of_profile {
    std::array<Counter*, result_names.size()> attempts{};
    std::array<Histogram*, result_names.size()> attempt_durations{};
    static constexpr std::size_t codes = static_cast<std::size_t>(scoring::code::pending) + 1;
    std::array<std::array<Histogram*, codes>, scoring::stage_count> points{};  // made when first used
  };
  std::vector<of_profile> by_profile;
  std::array<Histogram*, max_attempts_label> sli_by_attempts{};
  std::array<Gauge*, queue_names.size()> pending_by_queue{};
  std::array<Gauge*, 3> cache_sizes{};
  using counter_by_event = std::map<std::string, Counter*, std::less<>>;
  std::map<std::string, counter_by_event, std::less<>> incoming_by_queue;
  std::map<std::pair<std::string, std::string>, Gauge*> unschedulable_by;
  std::map<int, std::map<std::string, Counter*, std::less<>>> requests_by;
};

metrics::series::series(const std::vector<std::string>& profile_names)
    : profiles(profile_names),
      attempts_total(
          counters(registry, "scheduler_schedule_attempts_total",
                   "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be "
                   "scheduled, while 'error' means an internal scheduler problem.")),
      attempt_duration(histograms(registry, "scheduler_scheduling_attempt_duration_seconds",
                                  "Scheduling attempt latency in seconds (scheduling algorithm + binding)")),
      algorithm_duration(histograms(registry, "scheduler_scheduling_algorithm_duration_seconds",
                                    "Scheduling algorithm latency in seconds")
                             .Add({}, exponential(0.001, 2, 15))),
      longest_cycle(gauges(registry, "berth_scheduling_cycle_longest_seconds",
                           "The longest that one pod has held up all others since the process started.")
                        .Add({})),
      point_duration(histograms(registry, "scheduler_framework_extension_point_duration_seconds",
                                "Latency for running all plugins of a specific extension point.")),
      sli_duration(
          histograms(registry, "scheduler_pod_scheduling_sli_duration_seconds",
                     "E2e latency for a pod being scheduled, from the time the pod enters the scheduling queue and "
                     "might involve multiple scheduling attempts.")),
      pod_attempts(histograms(registry, "scheduler_pod_scheduling_attempts",
                              "Number of attempts to successfully schedule a pod.")
                       .Add({}, exponential(1, 2, 5))),
      permit_wait(histograms(registry, "scheduler_permit_wait_duration_seconds", "Duration of waiting on permit.")),
      incoming(counters(registry, "scheduler_queue_incoming_pods_total",
                        "Number of pods added to scheduling queues by event and queue type.")),
      pending(gauges(registry, "scheduler_pending_pods",
                     "Number of pending pods, by the queue type: active, backoff, unschedulable or gated.")),
      cache_size(gauges(registry, "scheduler_cache_size",
                        "Number of nodes, pods, and assumed (bound) pods in the scheduler cache.")),
      unschedulable(gauges(registry, "scheduler_unschedulable_pods",
                           "The number of unschedulable pods broken down by plugin name.")),
      dropped(
          counters(registry, "berth_dropped_objects_total", "Objects that could not be decoded and were left out.")),
      events(counters(registry, "berth_events_total", "Events by what became of them: written, failed or discarded.")),
      watch_failures(
          counters(registry, "berth_watch_failures_total", "Lists and watches that failed, by resource and reason.")),
      leader(gauges(registry, "leader_election_master_status", "1 while this process holds the lease, else 0.")),
      requests(counters(registry, "rest_client_requests_total",
                        "Number of HTTP requests, partitioned by status code and method.")),
      after_flush(
          counters(registry, "scheduler_pod_scheduled_after_flush_total",
                   "Number of pods that were successfully scheduled after being flushed from unschedulableEntities "
                   "due to timeout.")
              .Add({})),
      preemption_attempts(
          counters(registry, "scheduler_preemption_attempts_total", "Total preemption attempts in the cluster till now")
              .Add({})),
      preemption_victims(histograms(registry, "scheduler_preemption_victims",
                                    "Number of selected preemption victims for preemption initiated by a single pod")
                             .Add({}, exponential(1, 2, 7))),
      preemption_executions(counters(registry, "scheduler_preemption_goroutines_execution_total",
                                     "Number of preemption goroutines executed.")),
      preemption_durations(histograms(registry, "scheduler_preemption_goroutines_duration_seconds",
                                      "Duration in seconds for running goroutines for the preemption.")),
      cpu(counters(registry, "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.").Add({})),
      start_time(
          gauges(registry, "process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
              .Add({})),
      resident(gauges(registry, "process_resident_memory_bytes", "Resident memory size in bytes.").Add({})),
      virtual_memory(gauges(registry, "process_virtual_memory_bytes", "Virtual memory size in bytes.").Add({})),
      open_files(gauges(registry, "process_open_fds", "Number of open file descriptors.").Add({})),
      max_files(gauges(registry, "process_max_fds", "Maximum number of open file descriptors.").Add({})) {
  for (const std::string& profile : profiles) {
    of_profile& mine = by_profile.emplace_back();
    for (std::size_t r = 0; r < result_names.size(); ++r) {
      mine.attempts[r] = &attempts_total.Add({{"result", result_names[r]}, {"profile", profile}});
      mine.attempt_durations[r] =
          &attempt_duration.Add({{"result", result_names[r]}, {"profile", profile}}, exponential(0.001, 2, 15));
    }
  }
  for (std::size_t q = 0; q < queue_names.size(); ++q) pending_by_queue[q] = &pending.Add({{"queue", queue_names[q]}});
  cache_sizes = {&cache_size.Add({{"type", "nodes"}}), &cache_size.Add({{"type", "pods"}}),
                 &cache_size.Add({{"type", "assumed_pods"}})};
}

metrics::metrics(const std::vector<std::string>& profiles) : series_(std::make_unique<series>(profiles)) {}

metrics::~metrics() = default;

void metrics::attempted(std::size_t profile, attempt_result result, duration took) {
  const series::of_profile& mine = series_->by_profile.at(profile);
  const auto r = static_cast<std::size_t>(result);
  mine.attempts[r]->Increment();
  mine.attempt_durations[r]->Observe(seconds_of(took));
}

void metrics::decided(duration took) { series_->algorithm_duration.Observe(seconds_of(took)); }

void metrics::held_up_others(duration took) {
  Gauge& longest = series_->longest_cycle;
  longest.Set(std::max(longest.Value(), seconds_of(took)));
}

void metrics::ran(std::size_t profile, scoring::stage point, scoring::code how, duration took) {
  auto& of_point = series_->by_profile.at(profile).points[static_cast<std::size_t>(point)];
  Histogram*& there = of_point[static_cast<std::size_t>(how)];
  if (there == nullptr)
    there = &series_->point_duration.Add({{"extension_point", std::string(scoring::name_of(point))},
                                          {"status", std::string(scoring::name_of(how))},
                                          {"profile", series_->profiles[profile]}},
                                         exponential(0.0001, 2, 12));
  there->Observe(seconds_of(took));
}

void metrics::bound(std::size_t attempts, duration since_queued) {
  series_->pod_attempts.Observe(static_cast<double>(attempts));
  const std::size_t slot = std::clamp<std::size_t>(attempts, 1, max_attempts_label) - 1;
  Histogram*& there = series_->sli_by_attempts[slot];
  if (there == nullptr) {
    const std::string label = slot + 1 == max_attempts_label ? "15+" : std::to_string(slot + 1);
    there = &series_->sli_duration.Add({{"attempts", label}}, exponential(0.01, 2, 20));
  }
  there->Observe(seconds_of(since_queued));
}

void metrics::waited_on_permit(std::string_view result, duration took) {
  series_->permit_wait.Add({{"result", std::string(result)}}, exponential(0.001, 2, 15)).Observe(seconds_of(took));
}

void metrics::queued(std::string_view queue, std::string_view event) {
  auto by_event = series_->incoming_by_queue.find(queue);
  if (by_event == series_->incoming_by_queue.end())
    by_event = series_->incoming_by_queue.emplace(std::string(queue), series::counter_by_event{}).first;
  auto there = by_event->second.find(event);
  if (there == by_event->second.end()) {
    Counter& made = series_->incoming.Add({{"queue", std::string(queue)}, {"event", std::string(event)}});
    there = by_event->second.emplace(std::string(event), &made).first;
  }
  there->second->Increment();
}

void metrics::pending(pending_queue queue, std::size_t pods) {
  series_->pending_by_queue[static_cast<std::size_t>(queue)]->Set(static_cast<double>(pods));
}

void metrics::cached(std::size_t nodes, std::size_t pods, std::size_t assumed) {
  series_->cache_sizes[0]->Set(static_cast<double>(nodes));
  series_->cache_sizes[1]->Set(static_cast<double>(pods));
  series_->cache_sizes[2]->Set(static_cast<double>(assumed));
}

void metrics::refused(const std::vector<refusal_count>& counts) {
  for (auto& [labels, gauge] : series_->unschedulable_by) gauge->Set(0);
  for (const refusal_count& c : counts) {
    Gauge*& there = series_->unschedulable_by[{std::string(c.plugin), std::string(c.profile)}];
    if (there == nullptr)
      there = &series_->unschedulable.Add({{"plugin", std::string(c.plugin)}, {"profile", std::string(c.profile)}});
    there->Increment(static_cast<double>(c.pods));
  }
}

void metrics::bound_after_flush() { series_->after_flush.Increment(); }

void metrics::tried_to_preempt() { series_->preemption_attempts.Increment(); }

void metrics::chose_victims(std::size_t pods) { series_->preemption_victims.Observe(static_cast<double>(pods)); }

void metrics::preempted(bool failed, duration took) {
  const prometheus::Labels how{{"result", failed ? "error" : "success"}};
  series_->preemption_executions.Add(how).Increment();
  series_->preemption_durations.Add(how, exponential(0.01, 2, 20)).Observe(seconds_of(took));
}

void metrics::requested(std::string_view method, int code) {
  auto& by_method = series_->requests_by[code];
  auto there = by_method.find(method);
  if (there == by_method.end()) {
    const std::string text = code == 0 ? std::string("<error>") : std::to_string(code);
    Counter& made = series_->requests.Add({{"method", std::string(method)}, {"code", text}});
    there = by_method.emplace(std::string(method), &made).first;
  }
  there->second->Increment();
}

void metrics::dropped_object(std::string_view resource) {
  series_->dropped.Add({{"resource", std::string(resource)}}).Increment();
}

void metrics::event_written(std::string_view outcome, std::size_t count) {
  series_->events.Add({{"outcome", std::string(outcome)}}).Increment(static_cast<double>(count));
}

void metrics::watch_failed(std::string_view resource, k8s::errc why) {
  series_->watch_failures.Add({{"resource", std::string(resource)}, {"reason", k8s::name_of(why)}}).Increment();
}

void metrics::leading(std::string_view lease, bool leads) {
  series_->leader.Add({{"name", std::string(lease)}}).Set(leads ? 1 : 0);
}

std::string metrics::text() const {
  const process_stats now = read_process_stats();
  series_->cpu.Increment(now.cpu_seconds - series_->cpu.Value());
  series_->start_time.Set(now.start_time_seconds);
  series_->resident.Set(static_cast<double>(now.resident_bytes));
  series_->virtual_memory.Set(static_cast<double>(now.virtual_bytes));
  series_->open_files.Set(static_cast<double>(now.open_files));
  series_->max_files.Set(static_cast<double>(now.max_files));
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, series_->registry.Collect());
  return std::move(out).str();
}

}  // namespace berth::controller
