#pragma once

#include "controller/runtime/wakeup.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/client.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

/// Pods that the API server bound and a kubelet then would not run: its node had no room for them after all
/// ("OutOfcpu"), for another scheduler's pod took it at the same moment, or for something else that only the kubelet
/// knows.
///
/// The kubelet ends such a pod as Failed. The watch leaves ended pods out, and so shows only that the pod is gone, as
/// it was before: a pod that goes without having been started or deleted is read back, to tell why.
///
/// On one strand. Upstream: pkg/kubelet/lifecycle/predicate.go, and Kubelet.rejectPod.
namespace berth::controller {

struct kubelet_refusal {
  k8s::object_key pod;
  std::string uid;
  std::string node;
  std::string reason;   ///< "OutOfcpu", "NodeAffinity", ...
  std::string message;  ///< "Pod was rejected: Node didn't have enough resource: cpu, requested: ..."
  /// Pods that came to the node, since it was chosen, and were not placed by this scheduler; absent where the choice is
  /// no longer remembered.
  std::optional<std::uint64_t> arrivals;
};

/// "OutOfcpu: Pod was rejected: ... (2 pods of other schedulers came to the node after it was chosen)", in one line.
std::string text_of(const kubelet_refusal& r);

class kubelet_refusal_listener {
 public:
  virtual ~kubelet_refusal_listener() = default;
  virtual void refused_by_kubelet(const kubelet_refusal& r) = 0;
};

/// Whether a pod that went, and was so when last seen, may have been refused by its kubelet.
bool may_be_refused(const k8s::pod& last_seen) noexcept;

/// What the pod, as the server has it now, says; nothing where it is another one, or no kubelet refused it: who evicts a
/// pod, say, leaves the statuses of its containers.
std::optional<kubelet_refusal> refusal_in(const std::string& json, const k8s::object_key& pod, const std::string& uid);

class kubelet_refusals {
 public:
  /// What is passed by reference outlives this.
  kubelet_refusals(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time,
                   kubelet_refusal_listener& listener)
      : api_(api), clock_(time), listener_(listener), wake_(std::move(strand), time) {}

  /// The pod was bound; `arrivals` is what cluster_cache::arrivals_on said of its node when that was chosen.
  void bound(const std::string& uid, std::uint64_t arrivals);
  /// It went, and `may_be_refused`; `arrivals` as of now.
  void went(const k8s::pod& last_seen, std::uint64_t arrivals);

  /// Reads back one after another, until cancelled.
  k8s::task<void> run();

 private:
  /// Pods that are remembered as bound, and that wait to be read: older ones go first, those beyond are not asked
  /// about.
  static constexpr std::size_t most = 1'000;

  struct asked {
    k8s::object_key pod;
    std::string uid;
    std::optional<std::uint64_t> arrivals;
  };
  k8s::task<bool> read_back(const asked& about);

  k8s::client& api_;
  alarm_clock& clock_;
  kubelet_refusal_listener& listener_;
  struct choice {
    std::string uid;
    std::uint64_t arrivals = 0;
  };
  std::deque<choice> chosen_;
  std::deque<asked> waiting_;
  wakeup wake_;
};

}  // namespace berth::controller
