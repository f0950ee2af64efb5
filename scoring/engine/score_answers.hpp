#pragma once

#include "scoring/cluster.hpp"
#include "scoring/engine/changed_nodes.hpp"
#include "scoring/engine/lineup.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The raw scores that one Score plugin gave, for pods that agree in all that it reads of a pod: of the nodes that it
/// was asked about, which are those where such a pod fits.
///
/// Kept from cycle to cycle and shared by all classes of such pods (answer_table).
namespace berth::scoring {

class score_answers {
 public:
  /// What several calls use one after another.
  struct scratch {
    changed_nodes changed;
    std::vector<node_id> unknown;
    std::vector<std::int64_t> scores;
    std::vector<std::uint8_t> bytes;
  };

  /// `how` is the plugin's, and not scaling::own; `in_bytes` is what the lineup says of it.
  score_answers(k8s::pod_ptr like, const dependencies& reads, scaling how, bool in_bytes)
      : like_(std::move(like)), reach_(reads.of_cluster), how_(how), in_bytes_(in_bytes) {}

  /// One of the pods.
  const k8s::pod_ptr& like() const noexcept { return like_; }

  /// Forgets what changed, and asks about the nodes of `feasible`, in ascending order `list`, that it does not know.
  /// The message of a plugin that broke, else "".
  std::string update(const at_point<score_plugin>& of, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                     const node_set& feasible, std::span<const node_id> list, scratch& work);

  /// It gave scores that these columns cannot hold: negative ones, or from 2^31 on. It has to be asked in each cycle.
  bool odd() const noexcept { return odd_; }
  /// It never gave anything but 0.
  bool all_zero() const noexcept { return zero_; }
  bool relative() const noexcept { return how_ != scaling::none; }
  scaling how() const noexcept { return how_; }
  /// By node number, whole blocks of 64; good for nodes that it was asked about. Of one that is not relative, 0 to 100.
  std::span<const std::uint8_t> in_range() const noexcept { return in_range_; }
  std::span<const std::int32_t> raw() const noexcept { return raw_; }
  /// Moves on when scores of nodes that did not change may be others, or one of the first two answers is.
  std::uint64_t epoch() const noexcept { return epoch_; }

  /// About what these take in memory.
  std::size_t bytes() const noexcept {
    return known_.words().size_bytes() + in_range_.capacity() + raw_.capacity() * sizeof(raw_[0]);
  }

 private:
  void forget(const cluster& nodes, changed_nodes& changed);
  std::string ask(const at_point<score_plugin>& of, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                  std::span<const node_id> unknown, scratch& work);
  // Whether the plugin took them; the message where it broke. Neither where it has to be asked for larger numbers.
  struct taken {
    bool all = false;
    std::string error;
  };
  taken ask_bytes(const at_point<score_plugin>& of, const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                  std::span<const node_id> unknown, std::vector<std::uint8_t>& bytes);
  void note_zero(bool zero) noexcept;
  void store_raw(std::span<const node_id> at, std::span<const std::int64_t> scores);
  const std::int64_t* store_in_range(std::span<const node_id> at, std::span<const std::int64_t> scores);

  k8s::pod_ptr like_;
  reach reach_;
  scaling how_;
  bool in_bytes_;
  followed seen_;
  std::uint64_t epoch_ = 0;
  bool odd_ = false;
  bool zero_ = true;
  node_set known_;
  std::vector<std::uint8_t> in_range_;  ///< scaling::none
  std::vector<std::int32_t> raw_;       ///< other scalings
};

}  // namespace berth::scoring
