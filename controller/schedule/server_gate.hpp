#pragma once

#include "controller/runtime/wakeup.hpp"
#include "k8s/backoff.hpp"

#include <cstdint>

/// Whether the API server answers. While it does not, no pod is taken out of the queue: its attempt could only fail,
/// and thousands of them would fail again and again.
///
/// Shut by a binding that did not reach the server, or that the server was in no state to take; opened by a probe,
/// which asks at once, every half second at first, and about every 2 s later. A server may answer probes and still take
/// no binding: until one is answered, each further failure is followed by such a pause before the next probe.
/// On the one strand.
namespace berth::controller {

class gate_listener {
 public:
  virtual ~gate_listener() = default;
  /// The gate is open again. `was_away`: a probe had failed before.
  virtual void server_answers(bool was_away) = 0;
};

class server_gate {
 public:
  /// What is passed by reference outlives this.
  server_gate(boost::asio::any_io_executor strand, k8s::client& api, alarm_clock& time, gate_listener& listener,
              std::uint64_t seed);

  bool open() const noexcept { return open_; }
  void shut();
  /// A binding was answered by a server in order, whatever it said.
  void answered();

  /// The probe: runs until cancelled.
  k8s::task<void> run();

 private:
  k8s::client& api_;
  alarm_clock& clock_;
  gate_listener& listener_;
  wakeup shut_;
  k8s::backoff pause_;
  bool open_ = true;
  bool doubted_ = false;  ///< no binding was answered since it was shut
};

}  // namespace berth::controller
