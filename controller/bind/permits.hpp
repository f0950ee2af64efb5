#pragma once

#include "controller/bind/permit_orders.hpp"
#include "controller/bind/permit_waits.hpp"
#include "controller/runtime/log.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/runtime/wakeup.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The pods that wait in Permit, from the plugins' "wait" until they are allowed or rejected: by a plugin, at once or
/// after a while, or because their time has run out.
///
/// What plugins order comes as effects (permit_desk). On the one strand; what is passed by reference outlives this.
/// Upstream: framework/runtime/waiting_pods_map.go, and WaitOnPermit in framework.go.
namespace berth::controller {

/// Told how each wait ended; exactly one call for each, but for those that `take` or `close` ended.
class permit_listener {
 public:
  virtual ~permit_listener() = default;
  /// Nobody has the pod wait any more; `plugin` was the last.
  virtual void permitted(attempt_ptr attempt, std::string_view plugin) = 0;
  /// `why` names the plugin.
  virtual void not_permitted(attempt_ptr attempt, scoring::status why) = 0;
};

class permits final : public permit_desk {
 public:
  permits(boost::asio::any_io_executor strand, alarm_clock& time, const log& out, permit_listener& listener);

  /// The loop that ends waits when their time has come; runs until cancelled.
  void start(task_group& tasks);

  void hold(attempt_ptr attempt, const placement::waits& for_whom);
  /// For plugins that decide later.
  void allow(const std::string& uid, std::string_view plugin);
  void reject(const std::string& uid, std::string_view plugin, std::string message);

  /// Takes the pod out, whichever plugins have it wait; nullptr where it does not wait.
  attempt_ptr take(const std::string& uid) { return waits_.take(uid); }
  /// The end: all that wait, and nothing ordered counts any more.
  std::vector<attempt_ptr> close();

 private:
  void order(permit_order asked, duration after) override;
  void carry_out(permit_order asked);
  void reject(attempt_ptr attempt, std::string_view plugin, std::string message);
  k8s::task<void> run();

  alarm_clock& clock_;
  const log& log_;
  permit_listener& listener_;
  permit_waits waits_;
  permit_orders orders_;
  wakeup changed_;
};

}  // namespace berth::controller
