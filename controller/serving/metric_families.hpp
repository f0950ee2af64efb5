#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <string>
#include <string_view>

/// How families and series of metrics are made. Included by the .cpp files that name metrics, and by nobody else.
namespace berth::controller {

using metric_buckets = prometheus::Histogram::BucketBoundaries;

/// As prometheus.ExponentialBuckets in Go.
inline metric_buckets exponential(double first, double factor, int count) {
  metric_buckets b;
  for (double bound = first; count > 0; --count, bound *= factor) b.push_back(bound);
  return b;
}

inline prometheus::Family<prometheus::Counter>& counters(prometheus::Registry& r, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(r);
}
inline prometheus::Family<prometheus::Gauge>& gauges(prometheus::Registry& r, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(r);
}
inline prometheus::Family<prometheus::Histogram>& histograms(prometheus::Registry& r, const char* name,
                                                             const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(r);
}

/// Series that were looked up once, so that labels are built only the first time: `of(key, make)` is make()'s series.
template <class Key, class Metric>
class kept_series {
 public:
  template <class Make>
  Metric& of(const Key& key, Make&& make) {
    Metric*& there = series_[key];
    if (there == nullptr) there = &make();
    return *there;
  }
  template <class F>
  void for_each(F&& f) {
    for (auto& [key, metric] : series_) f(*metric);
  }

 private:
  std::map<Key, Metric*> series_;
};

}  // namespace berth::controller
