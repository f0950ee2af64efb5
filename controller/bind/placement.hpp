#pragma once

#include "controller/bind/binder.hpp"
#include "controller/runtime/clock.hpp"
#include "scoring/engine/profile.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// The life of a pod on its node, from the choice of the node until the pod is bound or its room is free again:
///
///   made: assume, reserve --> permit --> pre_bind --> bind --> settle(bound) --> told, PostBind
///              |                 |           |          |
///              +-----------------+-----------+----------+--> taken back: unreserve, forget
///
/// `berth run`, the webhook and the rehearsal drive it; each leaves out steps that it does not have (the webhook has no
/// Permit, the rehearsal no API server). Each step stands here once.
namespace berth::controller {

class placement;

/// Where placements are made: whose room they take, and who is told of the plugins' calls. Outlives its placements.
class placement_desk {
 public:
  virtual ~placement_desk() = default;

  virtual const scoring::cluster& index() const = 0;
  /// Counts the pod on that node from now on; returns it with its node.
  virtual scoring::pod_info assume(const scoring::pod_info& pod, const std::string& node) = 0;
  /// It counts no more. False where it did not any more.
  virtual bool forget(const std::string& uid) = 0;
  /// The server has the binding: the pod counts for as long as the watch shows it.
  virtual void acknowledged(const std::string& uid) = 0;

  /// A call into the profile returned, and its effects are not performed yet.
  virtual void ran(const placement&) {}
  /// The same for Bind, which lasts until the server has answered: the plugins have said what to ask of it; and at the
  /// end how it went, `begun` being by `now()`.
  virtual void bind_asked(const placement&) {}
  virtual void bind_ran(const placement&, scoring::code, instant) {}
  /// Does what plugins asked for. Returns the node of a binding, where one was asked for.
  virtual std::optional<std::string> perform(scoring::effects& wanted) = 0;
  virtual instant now() const { return {}; }
};

/// What a verdict on the binding came to.
enum class settlement {
  bound,     ///< the room is the pod's
  freed,     ///< the pod is not bound, and its room is free now
  was_free,  ///< the pod is not bound, and the watch had freed its room before (it was deleted, or bound elsewhere)
  open,      ///< nobody knows yet: the room is kept, and the pod is to be read back
};

/// Movable, not copyable: its owner holds the pod's room. One that dies, or is assigned to, before it is settled
/// takes itself back; so no step need be undone by hand.
///
/// Invariants: while it is held, the desk counts the pod on the node (unless the watch knew better meanwhile: the pod
/// was deleted, or was bound elsewhere), and every Reserve plugin has reserved. After that, neither. Plugins' effects
/// are performed after each call, in order. On the desk's strand.
class placement {
 public:
  /// Assumes and reserves. `cycle` is that of the decision: plugins find in it what they left there.
  placement(placement_desk& desk, scoring::profile& plugins, const scoring::pod_info& pod, std::string node,
            scoring::cycle_state cycle);
  placement(placement&& from) noexcept;
  placement& operator=(placement&& from) noexcept;
  ~placement() { take_back(); }

  /// What Reserve came to: a rejection, an error with the whole message, or success. Not ok: it is taken back already.
  const scoring::status& reserved() const noexcept { return reserved_; }
  /// Whether the pod's room is taken by this.
  bool held() const noexcept { return desk_ != nullptr; }

  /// As assumed, with its node.
  const scoring::pod_info& pod() const noexcept { return pod_; }
  const std::string& node() const noexcept { return node_; }
  const std::string& uid() const noexcept { return pod_.pod->uid; }

  using waits = std::vector<scoring::profile::permit_wait>;
  /// Asks the Permit plugins. Where they have the pod wait, `hold` is told for whom before effects are performed, and
  /// these may end the wait and this placement: after `wait` was returned it is not to be touched. Anything but success
  /// and `wait` takes the pod back.
  scoring::status permit(const std::function<void(const waits&)>& hold);

  /// Asks the PreBind plugins. Where one waits, this is called again, with the answers to what it wanted written: see
  /// scoring::pre_bind_result. Anything but that and success is a reason to settle.
  scoring::pre_bind_result pre_bind(std::vector<scoring::write_reply> replies = {});

  /// Asks the Bind plugins, and sends the binding that they ask for. `why` is set for everything but `bound`.
  struct outcome {
    binding_verdict verdict = binding_verdict::refused;
    scoring::status why;
    k8s::error answer{};  ///< the server's
  };
  k8s::task<outcome> bind(k8s::client& api);
  /// Sends the binding to this node without asking the Bind plugins.
  k8s::task<outcome> post(k8s::client& api);

  /// Acts on what is known of the binding. Repeated until it is not `open`.
  settlement settle(binding_verdict verdict);
  /// The pod is bound: tells the PostBind plugins. After `settle` said so.
  void post_bind();

  /// Unreserves with all plugins and forgets; nothing where that is done, or where the pod is bound. True where the
  /// room is free because of this, and not because the watch had freed it.
  bool take_back();

 private:
  struct assumed_only {};  // a constructor that only assumes: an exception after it ends in the destructor
  placement(placement_desk& desk, scoring::profile& plugins, const scoring::pod_info& pod, std::string node,
            scoring::cycle_state cycle, assumed_only);
  k8s::task<outcome> send(k8s::client& api, std::string node);
  void after_call();

  placement_desk* desk_;  ///< nullptr: settled, taken back, or moved from
  placement_desk* told_;  ///< the same desk, for as long as this lives
  scoring::profile* plugins_;
  scoring::pod_info pod_;
  std::string node_;
  scoring::cycle_state cycle_;
  scoring::status reserved_;
};

}  // namespace berth::controller
