#pragma once

#include "controller/runtime/instant.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

/// What plugins asked to happen, after a while, to pods that wait in Permit: the effects allow_pod and reject_pod.
///
/// Pure: told the time. On the one strand. An order is for the wait that was on when it was given (`ticket`, see
/// permit_waits.hpp), so that it cannot cut short the next one of the same pod.
namespace berth::controller {

struct permit_order {
  std::string uid;
  std::string plugin;
  std::optional<std::string> refusal;  ///< the message; nothing: the pod is let go
  std::uint64_t ticket = 0;            ///< 0: whatever wait is on when the time comes
};

/// Where effects that concern waiting pods go.
class permit_desk {
 public:
  virtual ~permit_desk() = default;
  virtual void order(permit_order asked, duration after) = 0;
};

class permit_orders {
 public:
  /// Plugins that order without end must not eat the memory.
  static constexpr std::size_t most = 65'536;

  /// False where there are too many already: the order is dropped, and the wait ends by its own time-out.
  bool add(permit_order asked, instant due);
  /// The first that is due, in order of time and then of arrival.
  std::optional<permit_order> take_due(instant now);
  instant next() const { return orders_.empty() ? never : orders_.begin()->first; }
  std::size_t size() const noexcept { return orders_.size(); }
  void clear() { orders_.clear(); }

 private:
  std::multimap<instant, permit_order> orders_;
};

}  // namespace berth::controller
