#include "controller/serving/client_metrics.hpp"

#include "controller/serving/metric_families.hpp"

#include <utility>

namespace berth::controller {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;

// Upstream: component-base/metrics/prometheus/restclient.
metric_buckets of_requests() { return {0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0}; }
metric_buckets of_sizes() { return {64, 256, 512, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216}; }

std::string host_of(std::string_view server) {
  if (const std::size_t scheme = server.find("://"); scheme != server.npos) server.remove_prefix(scheme + 3);
  return std::string(server.substr(0, server.find('/')));
}

}  // namespace

struct client_metrics::series {
  explicit series(prometheus::Registry& registry)
      : requests(counters(registry, "rest_client_requests_total",
                          "Number of HTTP requests, partitioned by status code, method, and host.")),
        durations(histograms(registry, "rest_client_request_duration_seconds",
                             "Request latency in seconds. Broken down by verb, and host.")),
        sent(histograms(registry, "rest_client_request_size_bytes",
                        "Request size in bytes. Broken down by verb and host.")),
        received(histograms(registry, "rest_client_response_size_bytes",
                            "Response size in bytes. Broken down by verb and host.")),
        dropped(
            counters(registry, "berth_dropped_objects_total", "Objects that could not be decoded and were left out.")),
        missed(
            counters(registry, "berth_watch_missed_total", "Changes that a watch never brought, found by comparing.")),
        events(
            counters(registry, "berth_events_total", "Events by what became of them: written, failed or discarded.")),
        watch_failures(counters(registry, "berth_watch_failures_total",
                                "Lists and watches that failed, by resource and reason.")) {
    for (const char* outcome : {"written", "failed", "discarded"}) events.Add({{"outcome", outcome}});
  }

  std::string host;
  Family<Counter>& requests;
  Family<Histogram>& durations;
  Family<Histogram>& sent;
  Family<Histogram>& received;
  Family<Counter>& dropped;
  Family<Counter>& missed;
  Family<Counter>& events;
  Family<Counter>& watch_failures;
  kept_series<std::pair<const char*, int>, Counter> requests_by;
  kept_series<const char*, Histogram> durations_by;
  kept_series<const char*, Histogram> sent_by;
  kept_series<const char*, Histogram> received_by;
};

client_metrics::client_metrics(prometheus::Registry& registry) : series_(std::make_unique<series>(registry)) {}

client_metrics::~client_metrics() = default;

void client_metrics::asks(std::string_view server) { series_->host = host_of(server); }

void client_metrics::requested(const request& r) {
  series& s = *series_;
  const auto counter = [&]() -> Counter& {
    const std::string code = r.code == 0 ? std::string("<error>") : std::to_string(r.code);
    return s.requests.Add({{"code", code}, {"method", r.verb}, {"host", s.host}});
  };
  s.requests_by.of({r.verb, r.code}, counter).Increment();
  const auto observe = [&](Family<Histogram>& family, kept_series<const char*, Histogram>& by, auto buckets,
                           double value) {
    const auto make = [&]() -> Histogram& { return family.Add({{"verb", r.verb}, {"host", s.host}}, buckets()); };
    by.of(r.verb, make).Observe(value);
  };
  if (r.took) observe(s.durations, s.durations_by, of_requests, seconds_of(*r.took));
  if (r.sent_bytes) observe(s.sent, s.sent_by, of_sizes, static_cast<double>(*r.sent_bytes));
  if (r.received_bytes) observe(s.received, s.received_by, of_sizes, static_cast<double>(*r.received_bytes));
}

void client_metrics::follows(std::string_view resource) {
  const std::string name(resource);
  series_->dropped.Add({{"resource", name}});
  series_->missed.Add({{"resource", name}});
  for (int code = 1; code <= static_cast<int>(k8s::errc::tls_failure); ++code)
    series_->watch_failures.Add({{"resource", name}, {"reason", k8s::name_of(static_cast<k8s::errc>(code))}});
}

void client_metrics::dropped_object(std::string_view resource) {
  series_->dropped.Add({{"resource", std::string(resource)}}).Increment();
}

void client_metrics::missed_line(std::string_view resource) {
  series_->missed.Add({{"resource", std::string(resource)}}).Increment();
}

void client_metrics::watch_failed(std::string_view resource, k8s::errc why) {
  series_->watch_failures.Add({{"resource", std::string(resource)}, {"reason", k8s::name_of(why)}}).Increment();
}

void client_metrics::event_written(std::string_view outcome, std::size_t count) {
  series_->events.Add({{"outcome", std::string(outcome)}}).Increment(static_cast<double>(count));
}

}  // namespace berth::controller
