#pragma once

#include "k8s/api/disruption_budget.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/api/selecting_object.hpp"
#include "k8s/api/storage.hpp"
#include "k8s/error.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Clusters in files: what `kubectl get nodes,pods,... -A -o json` (or yaml) prints. Pure.
namespace berth::k8s {

struct cluster_objects {
  std::vector<pod_ptr> pods;
  std::vector<node_ptr> nodes;
  std::vector<namespace_ptr> namespaces;
  std::vector<disruption_budget_ptr> disruption_budgets;
  std::vector<label_selecting_ptr> services;
  std::vector<label_selecting_ptr> replication_controllers;
  std::vector<workload_selecting_ptr> replica_sets;
  std::vector<workload_selecting_ptr> stateful_sets;
  std::vector<volume_ptr> volumes;
  std::vector<claim_ptr> claims;
  std::vector<storage_class_ptr> storage_classes;
  std::vector<csi_node_ptr> csi_nodes;
  std::vector<csi_driver_ptr> csi_drivers;
  std::vector<csi_storage_capacity_ptr> csi_storage_capacities;
  std::vector<volume_attachment_ptr> volume_attachments;
  std::map<std::string, std::size_t> other_kinds;  ///< kind to count: what is in the file and not read
  std::vector<error> dropped;                      ///< malformed objects, each named
  std::vector<std::string> warnings;               ///< what an API server would not have taken so, a line each
};

/// Who wrote the objects.
enum class object_source : std::uint8_t {
  file,    ///< a person, perhaps: what an API server would refuse is malformed, what it would fill in is filled in
  server,  ///< an API server: all is as it should be, or newer than this code
};

/// Any number of documents, each a List (of mixed or one kind, or of Lists), a single object, or a bare list of objects
/// as `jq .items` prints it: YAML ones separated by "---", JSON ones one after another, as `kubectl cluster-info dump`
/// prints them (the logs in it are passed over). What kubectl writes to people among them is passed over too, but for
/// its errors: what they stand for is missing. A kind counts only with its own API group, if it names one.
/// JSON is split as it is read, never held as a tree; items are capped as list_splitter caps them, the text at 512 MiB.
/// `name` is the file's, for errors. An error is returned where the text as a whole cannot be read; a malformed object
/// only goes into `dropped`.
///
/// Of a file, words that an enumeration does not have and negative quantities are malformed. Pods without a priority
/// get that of their PriorityClass. Told in `warnings`: fields whose names are nearly those of fields that are read;
/// objects that stand there twice, of which the last counts; PriorityClasses that are missing.
result<cluster_objects> read_cluster(std::string_view text, std::string name, object_source from = object_source::file);

}  // namespace berth::k8s
