#pragma once

#include "controller/bind/attempt.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Pods that a Permit plugin holds: placed and reserved, waiting to be allowed or rejected, or for their time to run
/// out.
///
/// Pure: told the time. On the one strand. Upstream: framework/runtime/waiting_pods_map.go.
namespace berth::controller {

class permit_waits {
 public:
  struct wait {
    std::string plugin;
    instant until;
  };
  struct waiting {
    attempt_ptr attempt;
    std::vector<wait> waits;
    instant since;
    std::uint64_t ticket;
  };

  void add(attempt_ptr attempt, const placement::waits& waits, instant now);
  bool contains(const std::string& uid) const { return pods_.contains(uid); }
  /// Tells this wait of the pod from its other ones; 0 where it does not wait.
  std::uint64_t ticket(const std::string& uid) const;
  /// The plugin waits no longer; the pod, if nobody does.
  attempt_ptr allow(const std::string& uid, std::string_view plugin);
  /// Takes the pod out, whichever plugins have it wait.
  attempt_ptr take(const std::string& uid);

  struct expired {
    attempt_ptr attempt;
    std::string plugin;
    duration after;
  };
  /// Pods whose time has run out, each with the first plugin whose did.
  std::vector<expired> expire(instant now);
  instant next_expiry() const;
  std::size_t size() const noexcept { return pods_.size(); }
  std::vector<attempt_ptr> take_all();

 private:
  k8s::text_map<waiting> pods_;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace berth::controller
