#pragma once

#include "controller/runtime/log.hpp"
#include "controller/runtime/outages.hpp"
#include "controller/serving/metrics.hpp"
#include "k8s/watch/reflector.hpp"

#include <atomic>
#include <limits>
#include <map>
#include <set>
#include <string>

/// Tells log and metrics how the watches fare, and readiness whether what they show is of today. On the one strand, but
/// for `stale`; what is passed by reference outlives it.
namespace berth::controller {

/// Later than any time.
inline constexpr k8s::clock::duration::rep never_failing = std::numeric_limits<k8s::clock::duration::rep>::max();

class watch_log final : public k8s::reflector_observer {
 public:
  watch_log(const log& out, metrics& figures, const k8s::clock& time) : log_(out), metrics_(figures), clock_(time) {}

  void listed(const k8s::collection& what, std::size_t items) override;
  void failed(const k8s::collection& what, const char* phase, const k8s::error& why,
              std::chrono::milliseconds retry_in) override;
  void recovered(const k8s::collection& what) override;
  void confirmed(const k8s::collection& what) override { follows(what.name); }
  void dropped(const k8s::collection& what, const k8s::error& why) override;
  void missed(const k8s::collection& what, const k8s::object_key& object) override;

  /// Whether some resource could not be followed for a minute: what is known of it may be anything by now. May be asked
  /// from any thread.
  bool stale(k8s::clock::time_point now) const;

 private:
  void follows(const std::string& resource);
  void publish();

  const log& log_;
  metrics& metrics_;
  const k8s::clock& clock_;
  outages outages_;
  std::set<std::string> listed_before_;
  /// Of one resource: objects that cannot be read may come by the thousand.
  struct dropped_lines {
    k8s::clock::time_point since{};
    std::size_t told = 0;
    std::size_t left_out = 0;
  };
  std::map<std::string, dropped_lines> dropped_;
  std::map<std::string, k8s::clock::time_point> failing_since_;
  std::atomic<k8s::clock::duration::rep> first_failing_{never_failing};
};

}  // namespace berth::controller
