#include "test/simulation/exhaustive.hpp"

#include "test/simulation/dice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::simulation {

namespace {

operation create(dice& d, int number, int at) {
  operation o;
  o.at = milliseconds(at);
  o.number = number;
  o.size = 100 * d.between(1, 5);
  o.other = d.one_of({0, 0, 0, 1, 2, 3, 4, 6});
  return o;
}

}  // namespace

const char* name_of(strike::kind k) {
  switch (k) {
    case strike::kind::none:
      return "none";
    case strike::kind::crash:
      return "crash";
    case strike::kind::lose:
      return "lose";
    case strike::kind::miss:
      return "miss";
    case strike::kind::delay:
      return "delay";
    case strike::kind::repeat:
      return "repeat";
    case strike::kind::stale:
      return "stale";
    case strike::kind::restore:
      return "restore";
  }
  return "";
}

plan small_life(int number) {
  dice d(mixed(static_cast<std::uint64_t>(number), 77));
  plan p;
  p.seed = static_cast<std::uint64_t>(1000 + number);
  p.replicas = number % 3 == 2 ? 2 : 1;
  p.election = p.replicas > 1;
  p.nodes = 4;
  p.length = milliseconds(25'000);
  int at = 0;
  const int pods = 10 + number;
  for (int i = 0; i < pods; ++i) p.operations.push_back(create(d, i, at += d.between(0, 900)));
  // Too large for any node there is.
  operation giant = create(d, 90, 3'000);
  giant.size = 6'000;
  giant.other = 0;
  p.operations.push_back(giant);
  for (int i = 0; i < pods / 4; ++i) {
    operation o;
    o.at = milliseconds(d.between(12'000, 18'000));
    o.what = i % 2 == 0 ? act::delete_pod : act::remake_pod;
    o.number = d.between(0, pods - 1);
    o.other = 1;
    o.size = 100 * d.between(1, 5);
    p.operations.push_back(o);
  }
  if (number % 2 == 1) {
    operation node;
    node.at = milliseconds(15'000);
    node.what = act::add_node;
    node.number = 9;
    node.size = 8'000;
    p.operations.push_back(node);
  }
  std::ranges::stable_sort(p.operations, {}, &operation::at);
  return p;
}

std::string difference(const end_state& undisturbed, const outcome& struck, const strike& by, bool& excused) {
  if (!struck.violations.empty()) return struck.violations.front().property + ": " + struck.violations.front().what;
  // An older copy lacks pods, and has others as they were: it ends otherwise.
  if (by.what == strike::kind::restore) return "";
  for (const auto& [name, state] : undisturbed.pods) {
    const auto there = struck.end.pods.find(name);
    const std::string now = there == struck.end.pods.end() ? "gone" : there->second;
    if (now != state) return fmt::format("pod {} is {}, not {}", name, now, state);
  }
  for (const auto& [name, state] : struck.end.pods)
    if (!undisturbed.pods.contains(name)) return fmt::format("pod {} is there", name);
  for (const std::string& event : undisturbed.events) {
    if (struck.end.events.contains(event)) continue;
    // An event dies with the process that was about to write it, or its pod was bound at the first try.
    excused = true;
    const bool died = by.what == strike::kind::crash || by.what == strike::kind::stale;
    const bool refusal = event.ends_with("FailedScheduling");
    if (!died && !refusal) return "there is no event " + event;
  }
  return "";
}

exhaustive_result strike_everywhere(int life, const std::function<void(const std::string&)>& tell) {
  const plan p = small_life(life);
  const outcome quiet = run(p);
  exhaustive_result all;
  all.lasted = quiet.lasted;
  for (const violation& v : quiet.violations)
    tell(fmt::format("life {} undisturbed: {}: {}", life, v.property, v.what));
  all.divergences += quiet.violations.size();

  const auto strike_at = [&](strike::kind what, std::size_t at) {
    const strike by{what, at};
    const outcome struck = run(p, {.at = by});
    ++all.plans;
    all.lasted += struck.lasted;
    all.known_after = std::max(all.known_after, struck.known_after);
    bool excused = false;
    const std::string differs = difference(quiet.end, struck, by, excused);
    all.excused += differs.empty() && excused;
    if (differs.empty()) return;
    ++all.divergences;
    tell(fmt::format("life {}, {} {}: {}\n  replay: simulation --life {} --strike {} --at {} --show", life,
                     name_of(what), at, differs, life, name_of(what), at));
  };
  for (std::size_t i = 0; i < quiet.writes; ++i) strike_at(strike::kind::crash, i);
  for (std::size_t i = 0; i < quiet.lines; ++i)
    for (const auto what : {strike::kind::lose, strike::kind::miss, strike::kind::delay, strike::kind::repeat})
      strike_at(what, i);
  for (std::int64_t v = 1; v < quiet.versions; ++v)
    for (const auto what : {strike::kind::stale, strike::kind::restore}) strike_at(what, static_cast<std::size_t>(v));
  return all;
}

}  // namespace berth::simulation
