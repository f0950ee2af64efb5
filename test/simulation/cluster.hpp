#pragma once

#include "test/simulation/api_server.hpp"
#include "test/simulation/people.hpp"
#include "test/simulation/replica.hpp"
#include "test/simulation/run.hpp"
#include "test/simulation/weather.hpp"

#include <memory>
#include <vector>

/// A whole simulated cluster: server, replicas, everybody else, and the loop that turns the time. Used once.
namespace berth::simulation {

class cluster final {
 public:
  cluster(const plan& p, const run_options& options);
  ~cluster();

  outcome live();

 private:
  struct seat {
    std::unique_ptr<replica> process;
    int generation = 0;
    duration restart_after{0};
    instant claims_since = controller::never;  ///< that it leads, though its lease has run out
  };

  void turn_until(instant when);
  void settle();
  void act_out(const operation& o);
  void start(std::size_t which);
  /// The process is no more, however it ended; another takes its place.
  void bury(seat& s, duration restart_after);
  void pause(seat& s, duration how_long);
  void end_trouble();
  void restore(std::int64_t versions_ago, duration away, std::int64_t changes);
  bool all_is_known() const;
  void judge();
  void check_leaders();

  line_fate line_by_plan(std::string_view target, std::string_view line);
  void written(int by);

  const plan& plan_;
  run_options options_;
  timeline time_;
  trace told_;
  api_server server_;
  referee judge_;
  weather weather_;
  people people_;
  std::vector<seat> seats_;
  /// Kept to the end: requests of theirs may still be on their way.
  std::vector<std::unique_ptr<replica>> gone_;
  int doomed_ = -1;  ///< the replica that dies at once
  std::string leader_;
  outcome out_;
};

}  // namespace berth::simulation
