#pragma once

#include "k8s/codec/cluster_file.hpp"
#include "scoring/index/live_cluster.hpp"
#include "test/parity/random_objects.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Random histories of a cluster, lived through twice: in berth's index, change by change, and in lists of objects.
namespace berth::test {

/// One change. It means something by itself, whatever came before: a history without some of its steps is a history
/// too.
struct step {
  unsigned what;
  std::uint64_t seed;
  bool judged = true;  ///< a pod is judged after it
};
std::vector<step> random_history(std::uint64_t seed, std::size_t length);
/// As people read it: "place p7 on n3".
std::string describe(const step& s);

/// A cluster in both forms.
class two_clusters {
 public:
  /// `seed` says what the workloads are like.
  explicit two_clusters(std::uint64_t seed);

  void apply(const step& s);
  /// A pod that waits, of one of the workloads; it is in neither form.
  k8s::pod_ptr waiting_pod(std::uint64_t seed) const;

  scoring::live_cluster live;
  k8s::cluster_objects objects;

 private:
  const std::shared_ptr<const k8s::pod_spec>& workload_of(unsigned pod) const;
  k8s::pod pod(unsigned number) const;
  void set_node(const std::string& name, dice& d);
  void remove_node(const std::string& name);
  void place(unsigned number, const std::string& node, dice& d);
  void remove_pod(unsigned number);
  void nominate(unsigned number, const std::string& node);
  void try_something(dice& d);
  void change_namespace(dice& d);
  void change_selecting(dice& d);
  void change_budget(dice& d);
  void change_storage(dice& d);
  void take_out(const std::string& uid);

  std::vector<std::shared_ptr<const k8s::pod_spec>> workloads_;
};

}  // namespace berth::test
