#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace prometheus {
class Registry;
}

/// Metrics of the process itself: its CPU seconds, memory and files, what it was built from, whether it leads.
namespace berth::controller {

class process_metrics {
 public:
  explicit process_metrics(prometheus::Registry& registry);
  ~process_metrics();

  /// leader_election_master_status.
  void leading(std::string_view lease, bool leads);
  /// berth_log_lines_dropped_total: how many so far.
  void dropped_lines(std::uint64_t so_far);
  /// Asks the kernel: before metrics are read.
  void refresh();

 private:
  struct series;
  std::unique_ptr<series> series_;
};

}  // namespace berth::controller
