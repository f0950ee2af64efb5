#include "controller/serving/extender_metrics.hpp"

#include "controller/serving/metric_families.hpp"

#include <algorithm>
#include <array>

namespace berth::controller {

namespace {

using prometheus::Counter;
using prometheus::Histogram;

constexpr std::array<const char*, 4> verbs{"filter", "prioritize", "preempt", "bind"};

// From a request that names its nodes to one that brings 15,000 of them whole.
metric_buckets of_sizes() { return exponential(1024, 4, 10); }

}  // namespace

struct extender_metrics::series {
  explicit series(prometheus::Registry& registry) {
    auto& requests = counters(registry, "berth_extender_requests_total",
                              "Requests of kube-scheduler by verb and result: success, or error.");
    auto& durations = histograms(registry, "berth_extender_request_duration_seconds",
                                 "How long a request took, from its last byte to the answer, by verb.");
    auto& received =
        histograms(registry, "berth_extender_request_size_bytes", "Sizes of requests' bodies in bytes, by verb.");
    auto& sent =
        histograms(registry, "berth_extender_response_size_bytes", "Sizes of answers' bodies in bytes, by verb.");
    for (std::size_t i = 0; i < verbs.size(); ++i) {
      const prometheus::Labels verb{{"verb", verbs[i]}};
      by_verb[i] = {&requests.Add({{"verb", verbs[i]}, {"result", "success"}}),
                    &requests.Add({{"verb", verbs[i]}, {"result", "error"}}),
                    &durations.Add(verb, exponential(0.0001, 2, 17)), &received.Add(verb, of_sizes()),
                    &sent.Add(verb, of_sizes())};
    }
  }

  struct of_verb {
    Counter* successes;
    Counter* errors;
    Histogram* durations;
    Histogram* received;
    Histogram* sent;
  };
  const of_verb* find(std::string_view verb) const {
    const auto there = std::find(verbs.begin(), verbs.end(), verb);
    return there == verbs.end() ? nullptr : &by_verb[static_cast<std::size_t>(there - verbs.begin())];
  }
  std::array<of_verb, verbs.size()> by_verb{};
};

extender_metrics::extender_metrics(prometheus::Registry& registry) : series_(std::make_unique<series>(registry)) {}

extender_metrics::~extender_metrics() = default;

void extender_metrics::judged(std::string_view verb, bool well) {
  const series::of_verb* const there = series_->find(verb);
  if (there != nullptr) (well ? there->successes : there->errors)->Increment();
}

void extender_metrics::answered(std::string_view verb, duration took, std::size_t request_bytes,
                                std::size_t response_bytes) {
  const series::of_verb* const there = series_->find(verb);
  if (there == nullptr) return;
  there->durations->Observe(seconds_of(took));
  there->received->Observe(static_cast<double>(request_bytes));
  there->sent->Observe(static_cast<double>(response_bytes));
}

}  // namespace berth::controller
