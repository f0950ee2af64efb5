#pragma once

#include "controller/cluster/annotation_overlay.hpp"
#include "controller/reservations/reservation_rules.hpp"
#include "scoring/reservations/reservations.hpp"

#include <map>
#include <optional>
#include <string>

/// The reservations of one owner, from the moment a pod of it is being deleted until their annotations are gone again.
///
/// Pure: told what happened and what time it is; says what is assumed on which node, and what is to be written. Level-
/// triggered: whatever it missed, `judge` decides from what is known now; what the nodes' annotations say counts as
/// known, so that a restart, and another berth beside this one, change nothing.
///
/// What has ended does not come back: its entry stays until its annotations are gone, and for a while more, lest an old
/// watch event or a late write bring it back. One that is surplus (replicas were taken away, a replacement found
/// another node) ends for good after `settle_after`, for one watch may be behind another; it keeps its room until then,
/// since what was given away cannot be kept again. One whose annotations somebody took away has ended, likewise.
namespace berth::controller {

inline constexpr duration settle_after = seconds(1);
inline constexpr duration write_again_after = seconds(10);
inline constexpr duration remember_ended_for = minutes(5);
inline constexpr std::size_t most_reservations_per_owner = 4096;

struct kept_reservation : reservation_entry {
  k8s::string_map keys;       ///< the annotations that say it; what is to be on the node
  k8s::string_map on_server;  ///< what is there of it, as last seen
  bool was_on_server = false;
  bool was_sent = false;
  bool dated = true;         ///< since and expires are known
  bool before_known = true;  ///< what was adopted before the owner's pods were known learns it then
  bool to_write = false;     ///< it holds
  bool effective = false;    ///< and nobody claims it: the next decision goes by it
  bool held = false;         ///< it has held once
  std::optional<instant> surplus_since;
  std::optional<instant> vanished_since;
  std::optional<instant> ended;
  instant not_before{};  ///< its last write is not confirmed yet
};

/// Annotations of one node to write: no value takes the key away.
using annotation_changes = std::map<std::string, std::optional<std::string>>;

class owner_reservations {
 public:
  explicit owner_reservations(std::string uid) { owner_.uid = std::move(uid); }

  reservation_owner& owner() noexcept { return owner_; }
  const reservation_owner& owner() const noexcept { return owner_; }
  const std::map<std::string, kept_reservation>& entries() const noexcept { return entries_; }
  /// There is something to judge.
  bool busy() const noexcept { return !entries_.empty() || terminating_ > 0; }

  void placed(const k8s::pod_ptr& pod, bool assumed);
  void left(const k8s::pod_ptr& pod, bool assumed, k8s::timestamp now);
  /// No pods are known any more; those that are placed are told anew, and then `pods_told`.
  void forget_pods();
  void pods_told() noexcept { pods_known_ = true; }

  /// The node has these annotations of this reservation now.
  void on_node(const std::string& node, const scoring::reservation& r, k8s::string_map keys);
  /// It has none.
  void off_node(const std::string& id);
  void node_gone(const std::string& node);

  /// Decides, and returns when to decide again.
  instant judge(instant now, k8s::timestamp wall);
  /// Nothing of this will be written (the node's annotations are full, or the node is not there): it ends.
  void give_up(const std::string& id, instant now);

  /// Adds what is assumed on the node beyond what it has. False where there is nothing about that node.
  bool lay_over(const std::string& node, annotation_overlay& out) const;
  /// What to write now, by node. Not repeated before the watch had time to show it.
  std::map<std::string, annotation_changes> take_writes(instant now);
  /// What was taken for that node could not be written: it may be taken again at once.
  void not_written(const std::string& node);

 private:
  void date(k8s::timestamp wall);
  void learn_what_was_before();
  void look_for_terminating(k8s::timestamp wall, std::map<std::string, kept_reservation>& found) const;
  void apply(kept_reservation& e, const ruling& r, instant now);
  void render(kept_reservation& e) const;

  reservation_owner owner_;
  std::map<std::string, kept_reservation> entries_;  ///< by id
  std::size_t terminating_ = 0;                      ///< of owner_.pods
  bool pods_known_ = false;
};

}  // namespace berth::controller
