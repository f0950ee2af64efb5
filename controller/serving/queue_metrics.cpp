#include "controller/serving/queue_metrics.hpp"

#include "controller/serving/metric_families.hpp"

#include <array>
#include <tuple>
#include <utility>

namespace berth::controller {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

constexpr std::array<const char*, 4> queue_names{"active", "backoff", "unschedulable", "gated"};

}  // namespace

struct queue_metrics::series {
  explicit series(prometheus::Registry& registry);

  Family<Counter>& incoming_pods;
  Family<Counter>& incoming_entities;
  Family<Histogram>& event_handling;
  Family<Histogram>& hint_duration;
  Family<Gauge>& pending;
  Family<Gauge>& queued_entities;
  Family<Gauge>& unschedulable;
  Family<Gauge>& inflight_events;
  Gauge& oldest;

  struct incoming {
    Counter* pods = nullptr;
    Counter* entities = nullptr;
  };
  std::map<std::pair<pending_queue, const char*>, incoming> incoming_by;
  kept_series<const char*, Histogram> handling_by_event;
  // Plugins are found again by where their names are, which live as long as they do.
  kept_series<std::tuple<const char*, const char*, const char*>, Histogram> hints_by;
  struct waiting {
    Gauge* pods = nullptr;
    Gauge* entities = nullptr;
  };
  std::array<waiting, queue_names.size()> waiting_in{};
  kept_series<std::pair<std::string, std::string>, Gauge> unschedulable_by;
  kept_series<std::string, Gauge> inflight_by;
};

queue_metrics::series::series(prometheus::Registry& registry)
    : incoming_pods(counters(registry, "scheduler_queue_incoming_pods_total",
                             "Number of pods added to scheduling queues by event and queue type.")),
      incoming_entities(
          counters(registry, "scheduler_queue_incoming_entities_total",
                   "Number of scheduling entities added to scheduling queues by event, queue type, and entity type.")),
      event_handling(
          histograms(registry, "scheduler_event_handling_duration_seconds", "Event handling latency in seconds.")),
      hint_duration(histograms(registry, "scheduler_queueing_hint_execution_duration_seconds",
                               "Duration for running a queueing hint function of a plugin.")),
      pending(gauges(registry, "scheduler_pending_pods",
                     "Number of pending pods, by the queue type. 'active', 'backoff' and 'unschedulable' as in "
                     "kube-scheduler; 'gated' were never tried, because a PreEnqueue plugin holds them.")),
      queued_entities(gauges(registry, "scheduler_queued_entities",
                             "Number of queued scheduling entities by the queue type; each is a pod.")),
      unschedulable(gauges(registry, "scheduler_unschedulable_pods",
                           "The number of unschedulable pods broken down by plugin name.")),
      inflight_events(
          gauges(registry, "scheduler_inflight_events", "Number of events currently tracked in the scheduling queue.")),
      oldest(gauges(registry, "berth_oldest_schedulable_pod_seconds",
                    "For how long the oldest of the pods that nothing but the scheduler keeps waiting has waited.")
                 .Add({})) {
  for (std::size_t q = 0; q < queue_names.size(); ++q)
    waiting_in[q] = {&pending.Add({{"queue", queue_names[q]}}),
                     &queued_entities.Add({{"queue", queue_names[q]}, {"type", "pod"}})};
  // Queues of groups of pods, in kube-scheduler: here they stay empty.
  for (const char* queue : {"incomplete", "pending"}) pending.Add({{"queue", queue}});
}

queue_metrics::queue_metrics(prometheus::Registry& registry) : series_(std::make_unique<series>(registry)) {}

queue_metrics::~queue_metrics() = default;

void queue_metrics::entered(pending_queue queue, const char* event) {
  if (queue == pending_queue::gated) queue = pending_queue::unschedulable;
  series::incoming& there = series_->incoming_by[{queue, event}];
  if (there.pods == nullptr) {
    const char* const name = queue_names[static_cast<std::size_t>(queue)];
    there = {&series_->incoming_pods.Add({{"queue", name}, {"event", event}}),
             &series_->incoming_entities.Add({{"queue", name}, {"event", event}, {"type", "pod"}})};
  }
  there.pods->Increment();
  there.entities->Increment();
}

void queue_metrics::handled(const char* event, duration took) {
  const auto make = [&]() -> Histogram& {
    return series_->event_handling.Add({{"event", event}}, exponential(0.0001, 2, 12));
  };
  series_->handling_by_event.of(event, make).Observe(seconds_of(took));
}

void queue_metrics::hinted(std::string_view plugin, const char* event, const char* hint, duration took) {
  const auto make = [&]() -> Histogram& {
    return series_->hint_duration.Add({{"plugin", std::string(plugin)}, {"event", event}, {"hint", hint}},
                                      exponential(0.00001, 1.5, 20));
  };
  series_->hints_by.of({plugin.data(), event, hint}, make).Observe(seconds_of(took));
}

void queue_metrics::pending(pending_queue queue, std::size_t pods) {
  const series::waiting& there = series_->waiting_in[static_cast<std::size_t>(queue)];
  there.pods->Set(static_cast<double>(pods));
  there.entities->Set(static_cast<double>(pods));
}

void queue_metrics::refused(const std::vector<refusal_count>& counts) {
  series_->unschedulable_by.for_each([](Gauge& gauge) { gauge.Set(0); });
  for (const refusal_count& c : counts) {
    const auto make = [&]() -> Gauge& {
      return series_->unschedulable.Add({{"plugin", std::string(c.plugin)}, {"profile", std::string(c.profile)}});
    };
    series_->unschedulable_by.of({std::string(c.plugin), std::string(c.profile)}, make)
        .Increment(static_cast<double>(c.pods));
  }
}

void queue_metrics::in_flight(const std::map<std::string_view, std::size_t>& events) {
  series_->inflight_by.for_each([](Gauge& gauge) { gauge.Set(0); });
  for (const auto& [event, count] : events) {
    const auto make = [&, name = std::string(event)]() -> Gauge& {
      return series_->inflight_events.Add({{"event", name}});
    };
    series_->inflight_by.of(std::string(event), make).Set(static_cast<double>(count));
  }
}

void queue_metrics::oldest_schedulable(duration age) { series_->oldest.Set(seconds_of(age)); }

}  // namespace berth::controller
