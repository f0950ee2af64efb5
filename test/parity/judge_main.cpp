#include "k8s/text/json_writer.hpp"
#include "test/parity/replay.hpp"

#include <exception>
#include <iostream>
#include <string>

/// parity_judge: each line of stdin is a recording; each line of stdout says how berth's judgement of it compares:
/// {"pods": 3, ..., "skipped": {"VolumeBinding decided": 2}, "differences": ["default/a n1: ... / ..."]}.
/// Used by test/parity/parity.py; argument: the folder of the configurations that recordings name.

namespace {

using berth::test::tally;

std::string as_json(const tally& counts) {
  berth::k8s::json_writer w;
  w.begin_object();
  const auto number = [&](std::string_view name, std::size_t n) { w.member(name, static_cast<std::int64_t>(n)); };
  number("pods", counts.pods);
  number("nodes", counts.nodes);
  number("scores", counts.scores);
  number("messages", counts.messages);
  number("bests", counts.bests);
  number("nominations", counts.nominations);
  number("victims", counts.victims);
  number("wakes", counts.wakes);
  w.begin_object("skipped");
  for (const auto& [why, count] : counts.skipped) number(why, count);
  w.end_object().begin_list("differences");
  for (const std::string& difference : counts.differences) w.text(difference);
  w.end_list().end_object();
  return w.take();
}

tally judged(const std::string& line, const std::string& configs) {
  try {
    return berth::test::replay(berth::test::parse_recording(line, "recording"), configs, "");
  } catch (const std::exception& e) {
    tally failed;
    failed.differences.push_back(std::string("berth: ") + e.what());
    return failed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string configs = argc > 1 ? argv[1] : ".";
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);)
    std::cout << as_json(judged(line, configs)) << '\n' << std::flush;
}
