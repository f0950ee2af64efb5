#include "controller/serving/process_metrics.hpp"

#include "controller/runtime/process_stats.hpp"
#include "controller/runtime/version.hpp"
#include "controller/serving/metric_families.hpp"

namespace berth::controller {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;

#if defined(__aarch64__)
constexpr const char* platform = "linux/arm64";
#else
constexpr const char* platform = "linux/amd64";
#endif

// Upstream's labels; what has no counterpart is empty.
prometheus::Labels build_labels() {
  const std::string version = version_number();
  const std::size_t dot = version.find('.');
  const std::string minor = version.substr(dot + 1, version.find('.', dot + 1) - dot - 1);
  return {{"major", version.substr(0, dot)}, {"minor", minor},   {"git_version", "v" + version},
          {"git_commit", version_commit()},  {"build_date", ""}, {"git_tree_state", ""},
          {"compiler", version_build()},     {"go_version", ""}, {"platform", platform}};
}

}  // namespace

struct process_metrics::series {
  explicit series(prometheus::Registry& registry)
      : leader(gauges(registry, "leader_election_master_status",
                      "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 "
                      "indicates master. 'name' is the string used to identify the lease. Please make sure to group by "
                      "name.")),
        lines_dropped(counters(registry, "berth_log_lines_dropped_total",
                               "Lines of the log that standard error did not take in time.")
                          .Add({})),
        cpu(counters(registry, "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.")
                .Add({})),
        start_time(
            gauges(registry, "process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
                .Add({})),
        resident(gauges(registry, "process_resident_memory_bytes", "Resident memory size in bytes.").Add({})),
        virtual_memory(gauges(registry, "process_virtual_memory_bytes", "Virtual memory size in bytes.").Add({})),
        max_virtual_memory(
            gauges(registry, "process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.")
                .Add({})),
        open_files(gauges(registry, "process_open_fds", "Number of open file descriptors.").Add({})),
        max_files(gauges(registry, "process_max_fds", "Maximum number of open file descriptors.").Add({})) {
    gauges(registry, "kubernetes_build_info",
           "A metric with a constant '1' value labeled by berth's own version, commit, compiler and platform.")
        .Add(build_labels())
        .Set(1);
  }

  Family<Gauge>& leader;
  Counter& lines_dropped;
  Counter& cpu;
  Gauge& start_time;
  Gauge& resident;
  Gauge& virtual_memory;
  Gauge& max_virtual_memory;
  Gauge& open_files;
  Gauge& max_files;
};

process_metrics::process_metrics(prometheus::Registry& registry) : series_(std::make_unique<series>(registry)) {}

process_metrics::~process_metrics() = default;

void process_metrics::leading(std::string_view lease, bool leads) {
  series_->leader.Add({{"name", std::string(lease)}}).Set(leads ? 1 : 0);
}

void process_metrics::dropped_lines(std::uint64_t so_far) {
  series_->lines_dropped.Increment(static_cast<double>(so_far) - series_->lines_dropped.Value());
}

void process_metrics::refresh() {
  const process_stats now = read_process_stats();
  series_->cpu.Increment(now.cpu_seconds - series_->cpu.Value());
  series_->start_time.Set(now.start_time_seconds);
  series_->resident.Set(static_cast<double>(now.resident_bytes));
  series_->virtual_memory.Set(static_cast<double>(now.virtual_bytes));
  series_->max_virtual_memory.Set(now.max_virtual_bytes);
  series_->open_files.Set(static_cast<double>(now.open_files));
  series_->max_files.Set(static_cast<double>(now.max_files));
}

}  // namespace berth::controller
