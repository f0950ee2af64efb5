#include "controller/serving/scheduling_metrics.hpp"

#include "controller/serving/metric_families.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace berth::controller {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

constexpr std::array<const char*, 3> result_names{"scheduled", "unschedulable", "error"};
constexpr std::size_t max_attempts_label = 15;  // "15+"
// Kubelets' own words; anything else, as after the name of an extended resource, which others may choose, is "other".
constexpr std::array<std::string_view, 7> refusal_reasons{"OutOfcpu",  "OutOfmemory",  "OutOfephemeral-storage",
                                                          "OutOfpods", "NodeAffinity", "UnexpectedAdmissionError",
                                                          "other"};

metric_buckets of_attempts() { return exponential(0.001, 2, 15); }
metric_buckets of_preemptions() { return exponential(0.01, 2, 20); }

}  // namespace

struct scheduling_metrics::series {
  series(prometheus::Registry& registry, const std::vector<std::string>& profile_names);
  Histogram& add_point(std::string_view point, scoring::code how, std::size_t profile) {
    return point_duration.Add({{"extension_point", std::string(point)},
                               {"status", std::string(scoring::name_of(how))},
                               {"profile", profiles[profile]}},
                              exponential(0.0001, 2, 12));
  }

  std::vector<std::string> profiles;

  Family<Counter>& attempts_total;
  Family<Histogram>& attempt_duration;
  Histogram& algorithm_duration;
  Counter& withheld;
  std::array<Counter*, 2> races{};
  std::array<Counter*, refusal_reasons.size()> refusals{};
  Gauge& longest_cycle;
  Family<Histogram>& point_duration;
  Family<Histogram>& sli_duration;
  Histogram& pod_attempts;
  Family<Histogram>& permit_wait;
  Counter& after_flush;
  Family<Gauge>& cache_size;
  Counter& preemption_attempts;
  Histogram& preemption_victims;
  Family<Counter>& preemption_executions;
  Family<Histogram>& preemption_durations;

  static constexpr std::size_t codes = static_cast<std::size_t>(scoring::code::pending) + 1;
  struct of_profile {
    std::array<Counter*, result_names.size()> attempts{};
    std::array<Histogram*, result_names.size()> attempt_durations{};
    std::array<std::array<Histogram*, codes>, scoring::stage_count> points{};  // made when first used
    std::array<Histogram*, codes> pre_enqueue{};
  };
  std::vector<of_profile> by_profile;
  std::array<Histogram*, max_attempts_label> sli_by_attempts{};
  std::array<Gauge*, 3> cache_sizes{};
  std::array<std::pair<Counter*, Histogram*>, 2> preemptions{};  // of those that failed: the second
};

scheduling_metrics::series::series(prometheus::Registry& registry, const std::vector<std::string>& profile_names)
    : profiles(profile_names),
      attempts_total(
          counters(registry, "scheduler_schedule_attempts_total",
                   "Number of attempts to schedule pods, by the result. 'unschedulable' means a pod could not be "
                   "scheduled, while 'error' means an internal scheduler problem.")),
      attempt_duration(histograms(registry, "scheduler_scheduling_attempt_duration_seconds",
                                  "Scheduling attempt latency in seconds (scheduling algorithm + binding)")),
      algorithm_duration(histograms(registry, "scheduler_scheduling_algorithm_duration_seconds",
                                    "Scheduling algorithm latency in seconds")
                             .Add({}, of_attempts())),
      withheld(counters(registry, "berth_bindings_withheld_total",
                        "Bindings that were not sent because the lease had run out.")
                   .Add({})),
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
      after_flush(
          counters(registry, "scheduler_pod_scheduled_after_flush_total",
                   "Number of pods that were successfully scheduled after being flushed from unschedulableEntities "
                   "due to timeout.")
              .Add({})),
      cache_size(gauges(registry, "scheduler_cache_size",
                        "Number of nodes, pods, and assumed (bound) pods in the scheduler cache.")),
      preemption_attempts(
          counters(registry, "scheduler_preemption_attempts_total", "Total preemption attempts in the cluster till now")
              .Add({})),
      preemption_victims(histograms(registry, "scheduler_preemption_victims",
                                    "Number of selected preemption victims for preemption initiated by a single pod")
                             .Add({}, exponential(1, 2, 7))),
      preemption_executions(counters(registry, "scheduler_preemption_goroutines_execution_total",
                                     "Number of preemption goroutines executed.")),
      preemption_durations(histograms(registry, "scheduler_preemption_goroutines_duration_seconds",
                                      "Duration in seconds for running goroutines for the preemption.")) {
  for (const std::string& profile : profiles) {
    of_profile& mine = by_profile.emplace_back();
    for (std::size_t r = 0; r < result_names.size(); ++r) {
      mine.attempts[r] = &attempts_total.Add({{"result", result_names[r]}, {"profile", profile}});
      mine.attempt_durations[r] =
          &attempt_duration.Add({{"result", result_names[r]}, {"profile", profile}}, of_attempts());
    }
  }
  Family<Counter>& raced = counters(registry, "berth_races_total",
                                    "Times that another scheduler wanted the same room: avoided (the pod was decided "
                                    "again before it was bound) or overcommitted (the node holds too much).");
  races = {&raced.Add({{"outcome", "avoided"}}), &raced.Add({{"outcome", "overcommitted"}})};
  Family<Counter>& refused = counters(registry, "berth_kubelet_refusals_total",
                                      "Pods that were bound and that the kubelet of their node would not run.");
  for (std::size_t i = 0; i < refusal_reasons.size(); ++i)
    refusals[i] = &refused.Add({{"reason", std::string(refusal_reasons[i])}});
  cache_sizes = {&cache_size.Add({{"type", "nodes"}}), &cache_size.Add({{"type", "pods"}}),
                 &cache_size.Add({{"type", "assumed_pods"}})};
  for (const bool failed : {false, true}) {
    const prometheus::Labels how{{"result", failed ? "error" : "success"}};
    preemptions[failed ? 1 : 0] = {&preemption_executions.Add(how), &preemption_durations.Add(how, of_preemptions())};
  }
}

scheduling_metrics::scheduling_metrics(prometheus::Registry& registry, const std::vector<std::string>& profiles)
    : series_(std::make_unique<series>(registry, profiles)) {}

scheduling_metrics::~scheduling_metrics() = default;

void scheduling_metrics::attempted(std::size_t profile, attempt_result result, duration took) {
  const series::of_profile& mine = series_->by_profile.at(profile);
  const auto r = static_cast<std::size_t>(result);
  mine.attempts[r]->Increment();
  mine.attempt_durations[r]->Observe(seconds_of(took));
}

void scheduling_metrics::withheld() { series_->withheld.Increment(); }

void scheduling_metrics::raced(race how) { series_->races.at(static_cast<std::size_t>(how))->Increment(); }

void scheduling_metrics::kubelet_refused(std::string_view reason) {
  const auto known = std::find(refusal_reasons.begin(), refusal_reasons.end() - 1, reason);
  series_->refusals.at(static_cast<std::size_t>(known - refusal_reasons.begin()))->Increment();
}

void scheduling_metrics::decided(duration took) { series_->algorithm_duration.Observe(seconds_of(took)); }

void scheduling_metrics::held_up_others(duration took) {
  Gauge& longest = series_->longest_cycle;
  longest.Set(std::max(longest.Value(), seconds_of(took)));
}

void scheduling_metrics::ran(std::size_t profile, scoring::stage point, scoring::code how, duration took) {
  Histogram*& there =
      series_->by_profile.at(profile).points[static_cast<std::size_t>(point)][static_cast<std::size_t>(how)];
  if (there == nullptr) there = &series_->add_point(scoring::name_of(point), how, profile);
  there->Observe(seconds_of(took));
}

void scheduling_metrics::ran_pre_enqueue(std::size_t profile, scoring::code how, duration took) {
  Histogram*& there = series_->by_profile.at(profile).pre_enqueue[static_cast<std::size_t>(how)];
  if (there == nullptr) there = &series_->add_point("PreEnqueue", how, profile);
  there->Observe(seconds_of(took));
}

void scheduling_metrics::bound(std::size_t attempts, duration since_queued) {
  series_->pod_attempts.Observe(static_cast<double>(attempts));
  const std::size_t slot = std::clamp<std::size_t>(attempts, 1, max_attempts_label) - 1;
  Histogram*& there = series_->sli_by_attempts[slot];
  if (there == nullptr) {
    const std::string label = slot + 1 == max_attempts_label ? "15+" : std::to_string(slot + 1);
    there = &series_->sli_duration.Add({{"attempts", label}}, exponential(0.01, 2, 20));
  }
  there->Observe(seconds_of(since_queued));
}

void scheduling_metrics::waited_on_permit(std::string_view result, duration took) {
  series_->permit_wait.Add({{"result", std::string(result)}}, of_attempts()).Observe(seconds_of(took));
}

void scheduling_metrics::bound_after_flush() { series_->after_flush.Increment(); }

void scheduling_metrics::cached(std::size_t nodes, std::size_t pods, std::size_t assumed) {
  series_->cache_sizes[0]->Set(static_cast<double>(nodes));
  series_->cache_sizes[1]->Set(static_cast<double>(pods));
  series_->cache_sizes[2]->Set(static_cast<double>(assumed));
}

void scheduling_metrics::tried_to_preempt() { series_->preemption_attempts.Increment(); }

void scheduling_metrics::chose_victims(std::size_t pods) {
  series_->preemption_victims.Observe(static_cast<double>(pods));
}

void scheduling_metrics::preempted(bool failed, duration took) {
  const auto& [executions, durations] = series_->preemptions[failed ? 1 : 0];
  executions->Increment();
  durations->Observe(seconds_of(took));
}

}  // namespace berth::controller
