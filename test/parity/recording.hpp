#pragma once

#include "test/parity/events.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// A recorded cluster with kube-scheduler's verdicts: `{"config", "cluster", "events", "verdicts"}` as JSON. The
/// verdicts were made by kube-scheduler v1.37.2's own framework with its default gates, all nodes examined
/// (test/parity/oracle).
namespace berth::test {

struct recorded_node {
  std::string name;
  bool feasible = false;
  std::string plugin;  ///< that refused; "" where a PreFilter named other nodes
  std::string code;
  std::vector<std::string> reasons;  ///< sorted
  std::map<std::string, std::int64_t> scores;
  std::int64_t total = 0;
};

struct recorded_pod {
  std::string pod;
  std::vector<std::string> best;
  std::string message;  ///< where preemption drew among equal nodes, it ends before what that changed
  std::string error;    ///< of the cycle
  std::string panic;    ///< what ended kube-scheduler in this cycle; `nodes` may be empty then
  /// What the cycle might also have ended with: the errors of all nodes on which a Filter fails. Empty for just one.
  std::vector<std::string> errors;
  std::string held;                    ///< why it would not be tried at all
  std::vector<std::string> nominated;  ///< any of these
  /// By node in `nominated`, in the order in which they were chosen. Absent in older recordings.
  std::map<std::string, std::vector<std::string>> victims;
  std::vector<bool> wakes;           ///< by event of the recording; empty for a pod that fits
  std::vector<recorded_node> nodes;  ///< by name
};

struct recording {
  std::string config;       ///< a name: "packing"; else ""
  std::string config_text;  ///< the configuration itself as JSON; else ""
  k8s::cluster_objects cluster;
  std::vector<recorded_event> events;  ///< each by itself
  std::vector<recorded_pod> verdicts;
};

/// Throws std::runtime_error naming the text's `name`.
recording parse_recording(std::string_view text, const std::string& name);

/// The same for a gzipped file.
recording read_recording(const std::filesystem::path& file);

}  // namespace berth::test
