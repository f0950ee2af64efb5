#pragma once

#include "k8s/codec/cluster_file.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// A recorded cluster with kube-scheduler's verdicts: `{"config", "cluster", "verdicts"}` as gzipped JSON. The verdicts
/// were made by kube-scheduler v1.37.2's own framework with its default gates, all nodes examined.
namespace berth::test {

struct recorded_node {
  std::string name;
  bool feasible = false;
  std::string plugin;  ///< that refused; "" where a PreFilter named other nodes
  std::string code;
  std::vector<std::string> reasons;  ///< sorted
  std::map<std::string, std::int64_t> scores;
};

struct recorded_pod {
  std::string pod;
  std::vector<std::string> best;
  std::string message;
  std::vector<recorded_node> nodes;  ///< by name
};

struct recording {
  std::string config;  ///< "packing", or "" for none
  k8s::cluster_objects cluster;
  std::vector<recorded_pod> verdicts;
};

/// Throws std::runtime_error naming the file.
recording read_recording(const std::filesystem::path& file);

}  // namespace berth::test
