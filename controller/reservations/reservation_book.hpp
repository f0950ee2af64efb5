#pragma once

#include "controller/reservations/owner_reservations.hpp"
#include "controller/reservations/reservation_opt_in.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/workload.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// All reservations for rebuilt pods: which workloads ask for them, and an `owner_reservations` for each that does or
/// that has some on a node.
///
/// Pure: told what happened, by the watches and by the cache; `catch_up` then judges the owners it concerns and says
/// which nodes' assumed annotations changed. Before everything was listed once, it only listens. On the one strand.
///
/// Bounded: owners, reservations per owner, and bytes of annotations per node, of which the API server takes 256 KiB.
namespace berth::controller {

inline constexpr std::size_t most_reserving_owners = 16384;
inline constexpr std::size_t most_annotation_bytes = 200 * 1024;

enum class workload_kind { replica_set, stateful_set, replication_controller };
const char* name_of(workload_kind kind) noexcept;

class reservation_book {
 public:
  // ---- what happened --------------------------------------------------------------------------------------------
  /// Returns what is wrong with its opt-in annotation, where that is news; "" otherwise.
  std::string workload_seen(workload_kind kind, const k8s::workload& w);
  void workload_gone(const std::string& uid);
  /// The kind was listed: of those it had before, only these are left.
  void listed(workload_kind kind, const k8s::text_set& uids);
  void placed(const k8s::pod_ptr& pod, bool assumed);
  void left(const k8s::pod_ptr& pod, bool assumed, k8s::timestamp now);
  void node_seen(const k8s::node_ptr& node);
  void node_gone(const k8s::node_ptr& node);
  /// Pods, nodes and namespaces were listed: with the three kinds of workloads, all is known.
  void cluster_listed() { cluster_listed_ = true; }
  bool synced() const noexcept { return cluster_listed_ && kinds_listed_.size() == 3; }

  // ---- what follows ---------------------------------------------------------------------------------------------
  struct news {
    std::map<std::string, annotation_overlay> nodes;  ///< whose overlay is another now
    std::vector<std::string> owners;                  ///< that may have something to write
  };
  /// `each_placed` calls back for every pod that holds room: asked once, where workloads have begun to ask.
  using placed_pods = std::function<void(const std::function<void(const k8s::pod_ptr&, bool assumed)>&)>;
  news catch_up(instant now, k8s::timestamp wall, const placed_pods& each_placed);
  bool behind() const noexcept { return synced() && !dirty_.empty(); }
  instant next_due() const noexcept { return due_.empty() ? never : due_.begin()->first; }

  struct node_patch {
    std::string node;
    std::string body;                  ///< JSON merge patch, with the node's uid as a precondition
    std::vector<std::string> gave_up;  ///< reservations for which the node had no room left in its annotations
  };
  std::vector<node_patch> take_writes(const std::string& owner, instant now);
  void not_written(const std::string& owner, const std::string& node);

  // ---- figures --------------------------------------------------------------------------------------------------
  const owner_reservations* find(const std::string& owner) const;
  /// f(kind, uid, key, problem) for each workload whose opt-in annotation is malformed.
  template <class Function>
  void for_each_problem(Function&& f) const {
    for (const auto& [uid, w] : workloads_)
      if (!w.problem.empty()) f(w.kind, uid, w.key, w.problem);
  }
  std::size_t owner_count() const noexcept { return owners_.size(); }

 private:
  struct facts {
    workload_kind kind;
    std::string problem;
    k8s::object_key key;
  };
  struct node_facts {
    std::string uid;
    std::size_t bytes = 0;         ///< of annotations
    std::set<std::string> owners;  ///< that have entries there
    annotation_overlay overlay;
  };
  owner_reservations* owner(const std::string& uid);
  void asks_no_more(const std::string& uid);
  void renew_overlay(const std::string& node, news& out);
  void forget_if_idle(const std::string& uid);
  void concern(const std::string& uid) { dirty_.insert(uid); }
  void sleep_until(const std::string& uid, instant when);
  void learn_pods(const placed_pods& each_placed);

  k8s::text_map<facts> workloads_;  ///< that ask, or whose annotation is malformed
  k8s::text_map<owner_reservations> owners_;
  k8s::text_map<node_facts> nodes_;
  std::set<std::string> overlaid_;  ///< nodes whose overlay is not empty
  std::set<std::string> dirty_;
  std::set<std::string> without_pods_;  ///< they have begun to ask; their pods are not known yet
  std::set<std::pair<instant, std::string>> due_;
  k8s::text_map<instant> due_of_;
  std::set<workload_kind> kinds_listed_;
  bool cluster_listed_ = false;
};

}  // namespace berth::controller
