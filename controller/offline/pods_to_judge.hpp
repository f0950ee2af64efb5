#pragma once

#include "k8s/codec/cluster_file.hpp"

#include <optional>
#include <string>
#include <vector>

/// Whether there is anything in a cluster's file for `explain` and `simulate` to judge, and what to tell the person who
/// asked where there is not: one line that says what was found instead. Pure.
namespace berth::controller {

struct question {
  std::string cluster;                                      ///< the file's name, for the message
  std::string configuration;                                ///< the same; "" where there is none
  std::optional<std::vector<std::string>> scheduler_names;  ///< of the profiles; absent: any name is judged
  std::string pod;                                          ///< NAMESPACE/NAME of the only one asked about, or ""
  bool live = false;                                        ///< the cluster is a server's: it is all there
};

/// Why nothing can be judged; "" where something can.
std::string why_nothing(const k8s::cluster_objects& objects, const question& asked);

/// A file has pods and no node for them: it is the dump that lacks, and not the cluster.
bool lacks_nodes(const k8s::cluster_objects& objects, const question& asked);

/// What of the file takes no part, a line each: kinds that are not read, pending pods of other schedulers, and that
/// there are no nodes.
std::vector<std::string> remarks(const k8s::cluster_objects& objects, const question& asked);

}  // namespace berth::controller
