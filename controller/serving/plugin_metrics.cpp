#include "controller/serving/plugin_metrics.hpp"

#include "controller/serving/metric_families.hpp"
#include "scoring/plugin.hpp"

#include <array>
#include <cstdint>

namespace berth::controller {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Histogram;
using scoring::plugin_point;

// Upstream counts these four, and PreFilter and PreScore only where the plugin did not skip.
bool counted(plugin_point point, scoring::code how) noexcept {
  switch (point) {
    case plugin_point::filter:
    case plugin_point::score:
      return true;
    case plugin_point::pre_filter:
    case plugin_point::pre_score:
      return how != scoring::code::skip;
    default:
      return false;
  }
}

}  // namespace

struct plugin_metrics::series {
  series(prometheus::Registry& registry, const std::vector<std::string>& names)
      : profiles(names),
        evaluations(counters(registry, "scheduler_plugin_evaluation_total",
                             "Number of attempts to schedule pods by each plugin and the extension point (available "
                             "only in PreFilter, Filter, PreScore, and Score).")),
        durations(histograms(registry, "scheduler_plugin_execution_duration_seconds",
                             "Duration for running a plugin at a specific extension point.")),
        volume_errors(
            counters(registry, "scheduler_volume_scheduling_stage_error_total", "Volume scheduling stage error count")),
        filtering_volumes(volume_errors.Add({{"operation", "predicate"}})),
        assuming_volumes(volume_errors.Add({{"operation", "assume"}})),
        binding_volumes(volume_errors.Add({{"operation", "bind"}})),
        by_profile(names.size()) {}

  static constexpr std::size_t codes = static_cast<std::size_t>(scoring::code::pending) + 1;
  struct at_point {
    Counter* evaluations = nullptr;
    std::array<Histogram*, codes> durations{};
  };
  using of_plugin = std::array<at_point, scoring::plugin_point_count>;

  at_point& find(std::size_t profile, const scoring::plugin_call& call) {
    std::vector<of_plugin>& plugins = by_profile.at(profile);
    if (call.number >= plugins.size()) plugins.resize(call.number + 1);
    return plugins[call.number][static_cast<std::size_t>(call.point)];
  }
  void count_volume_error(const scoring::plugin_call& call) {
    if (call.who->name() != "VolumeBinding") return;
    if (call.point == plugin_point::filter) filtering_volumes.Increment();
    if (call.point == plugin_point::reserve) assuming_volumes.Increment();
    if (call.point == plugin_point::pre_bind) binding_volumes.Increment();
  }

  std::vector<std::string> profiles;
  Family<Counter>& evaluations;
  Family<Histogram>& durations;
  Family<Counter>& volume_errors;
  Counter& filtering_volumes;
  Counter& assuming_volumes;
  Counter& binding_volumes;
  std::vector<std::vector<of_plugin>> by_profile;  // then by the plugin's number
};

plugin_metrics::plugin_metrics(prometheus::Registry& registry, const std::vector<std::string>& profiles)
    : series_(std::make_unique<series>(registry, profiles)) {}

plugin_metrics::~plugin_metrics() = default;

void plugin_metrics::asked(std::size_t profile, const scoring::plugin_call& call, scoring::code how,
                           std::optional<duration> took) {
  if (how == scoring::code::error) series_->count_volume_error(call);
  const bool counts = counted(call.point, how);
  if (!counts && !took) return;
  series::at_point& there = series_->find(profile, call);
  if (counts) {
    if (there.evaluations == nullptr)
      there.evaluations = &series_->evaluations.Add({{"plugin", std::string(call.who->name())},
                                                     {"extension_point", std::string(name_of(call.point))},
                                                     {"profile", series_->profiles[profile]}});
    there.evaluations->Increment();
  }
  if (!took) return;
  Histogram*& timed = there.durations[static_cast<std::size_t>(how)];
  if (timed == nullptr)
    timed = &series_->durations.Add({{"plugin", std::string(call.who->name())},
                                     {"extension_point", std::string(name_of(call.point))},
                                     {"status", std::string(scoring::name_of(how))}},
                                    exponential(0.00001, 1.5, 20));
  timed->Observe(seconds_of(*took));
}

}  // namespace berth::controller
