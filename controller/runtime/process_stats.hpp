#pragma once

#include <cstdint>

/// What the kernel says of this process: for the process_* metrics, which Prometheus' clients serve everywhere.
namespace berth::controller {

struct process_stats {
  double cpu_seconds = 0;         ///< user and system
  double start_time_seconds = 0;  ///< since the epoch
  std::int64_t resident_bytes = 0;
  std::int64_t virtual_bytes = 0;
  double max_virtual_bytes = 0;  ///< 2^64 - 1 where there is no limit
  std::int64_t open_files = 0;
  std::int64_t max_files = 0;
};

/// From /proc; what cannot be read is 0.
process_stats read_process_stats();

}  // namespace berth::controller
