#pragma once

#include "test/simulation/api_server.hpp"

#include <string_view>

/// Told of everything that goes between one process and the API server.
namespace berth::simulation {

class wire_listener {
 public:
  virtual ~wire_listener() = default;
  /// A request leaves the process; `again`: the client repeats it.
  virtual void sent(const memory_api::request& r, bool again) = 0;
  /// It will have no effect any more, or has had it; `answer` is what the server said, null where it was not carried
  /// out.
  virtual void landed(const memory_api::request& r, const memory_api::answer* answer) = 0;
  /// A line of a watch reaches the process; the fate of the line was decided before.
  virtual void line_shown(std::string_view target, std::string_view line) = 0;
  /// A list that the process asked for, piece by piece.
  virtual void list_begins(std::string_view target) = 0;
  virtual void item_shown(std::string_view target, std::string_view json) = 0;
  /// `complete`: no further page follows.
  virtual void list_ends(std::string_view target, bool complete) = 0;

  /// What is done about lines and requests beside the weather: a plan that strikes one of them alone.
  virtual line_fate fate_of_line(std::string_view target, std::string_view line) = 0;
};

}  // namespace berth::simulation
