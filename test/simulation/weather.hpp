#pragma once

#include "test/simulation/api_server.hpp"
#include "test/simulation/dice.hpp"
#include "test/simulation/plan.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// What goes wrong between the processes and the API server, at a given time: the disturbances of the plan that are
/// under way, and how long everything takes.
namespace berth::simulation {

struct request_fate {
  std::optional<trouble> wrong;
  duration there{0};  ///< how long the request travels
  duration back{0};   ///< and the answer
  duration late{0};   ///< of trouble::late: how long after the connection broke it is carried out
};

class weather {
 public:
  weather(const timeline& time, std::uint64_t seed) : time_(time), dice_(seed) {}

  void begin(const operation& disturbance, instant until) { under_way_.push_back({disturbance, until}); }
  void clear_up() { under_way_.clear(); }

  request_fate of_request(int replica, const memory_api::request& r);
  line_fate of_line(int replica, std::string_view target);
  /// A watch is begun: whether it ends at once, or says nothing.
  std::optional<trouble> of_watch(int replica, std::string_view target);

  /// How often each kind of trouble came.
  const std::array<std::size_t, troubles>& counts() const noexcept { return counts_; }

 private:
  struct spell {
    operation of;
    instant until;
  };
  std::optional<trouble> strikes(int replica, std::string_view method, std::string_view target, bool watch_trouble,
                                 bool begins);

  const timeline& time_;
  dice dice_;
  std::vector<spell> under_way_;
  std::array<std::size_t, troubles> counts_{};
};

/// Whether the request is one of those.
bool is_of(scope which, std::string_view method, std::string_view target);

}  // namespace berth::simulation
