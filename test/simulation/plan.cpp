#include "test/simulation/plan.hpp"

#include "test/simulation/dice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::simulation {

namespace {

constexpr std::array trouble_names{
    "refused",         "reset",        "reset_after", "late",         "hangs",      "hangs_after", "slow",
    "bad_request",     "unauthorized", "forbidden",   "no_such_page", "conflict",   "too_large",   "throttled",
    "throttled_until", "server_error", "unavailable", "late_timeout", "redirected", "web_page",    "half_an_answer",
    "no_json",         "cut",          "cut_in_line", "ends_at_once", "silent",     "swallowed",   "repeated",
    "delayed",         "expired",      "garbled",     "unknown_type"};
static_assert(trouble_names.size() == troubles);

constexpr std::array act_names{"create_pod",  "delete_pod",  "remake_pod",  "finish_pod",     "add_node",
                               "remove_node", "change_node", "foreign_pod", "taken_by_other", "crash",
                               "stop",        "pause",       "set_clock",   "api_restart",    "api_away",
                               "compact",     "restore",     "lag",         "disturb"};
static_assert(act_names.size() == static_cast<std::size_t>(act::disturb) + 1);

constexpr std::array scope_names{"everything", "bindings", "events", "status", "lease", "lists", "watches", "reads"};

milliseconds some_time(dice& d, const plan& p) { return d.milliseconds(0, static_cast<int>(p.length.count())); }

operation workload_step(dice& d, const plan& p) {
  operation o{.at = some_time(d, p), .number = d.between(0, 999)};
  const int kind = d.between(0, 99);
  if (kind < 50) {
    o.what = act::create_pod;
    o.size = 100 * d.between(1, 15);
    o.other = d.between(0, 19);
  } else if (kind < 62) {
    o.what = act::delete_pod;
  } else if (kind < 70) {
    o.what = act::remake_pod;
    o.size = 100 * d.between(1, 15);
  } else if (kind < 76) {
    o.what = act::finish_pod;
  } else if (kind < 80) {
    o.what = act::add_node;
    o.size = 1000 * d.between(1, 4);
  } else if (kind < 83) {
    o.what = act::remove_node;
  } else if (kind < 89) {
    o.what = act::change_node;
    o.other = d.between(0, 3);
  } else if (kind < 96) {
    o.what = act::foreign_pod;
    o.size = 100 * d.between(1, 12);
  } else {
    o.what = act::taken_by_other;
  }
  return o;
}

operation disturbance(dice& d, const plan& p) {
  operation o{.at = some_time(d, p), .what = act::disturb};
  o.wrong = static_cast<trouble>(d.below(troubles));
  o.lasts = d.milliseconds(200, d.percent(20) ? 60'000 : 8'000);
  o.size = d.one_of({10, 30, 60, 100});
  o.replica = d.percent(50) ? -1 : d.between(0, p.replicas - 1);
  if (of_watches(o.wrong)) {
    o.number = static_cast<int>(scope::watches);
  } else {
    o.number = d.between(0, static_cast<int>(scope::reads));
  }
  return o;
}

operation mishap(dice& d, const plan& p) {
  operation o{.at = some_time(d, p), .number = d.between(0, p.replicas - 1)};
  switch (d.between(0, 9)) {
    case 0:
    case 1:
      o.what = act::crash;
      o.lasts = d.milliseconds(100, 20'000);
      break;
    case 2:
      o.what = act::stop;
      o.lasts = d.milliseconds(100, 5'000);
      break;
    case 3:
      o.what = act::pause;
      o.lasts = d.milliseconds(500, 40'000);
      break;
    case 4:
      o.what = act::set_clock;
      o.size = d.between(-90'000, 90'000);
      break;
    case 5:
      o.what = act::api_restart;
      o.lasts = d.milliseconds(50, 20'000);
      break;
    case 6:
      o.what = act::api_away;
      o.lasts = d.milliseconds(50, 40'000);
      break;
    case 7:
      o.what = act::compact;
      break;
    case 8:
      o.what = act::restore;
      o.size = d.between(1, 40);
      if (d.percent(50)) break;
      o.lasts = d.milliseconds(50, 8'000);
      o.other = d.between(0, 60);
      break;
    default:
      o.what = act::lag;
      o.size = d.between(20, 6'000);
      o.lasts = d.milliseconds(1'000, 30'000);
      break;
  }
  return o;
}

}  // namespace

const char* name_of(trouble t) { return trouble_names[static_cast<std::size_t>(t)]; }

plan random_plan(std::uint64_t seed) {
  dice d(mixed(seed, 1));
  plan p;
  p.seed = seed;
  p.replicas = d.one_of({1, 1, 2, 3});
  p.election = p.replicas > 1 ? d.percent(75) : d.percent(30);
  p.nodes = d.between(1, 6);
  p.length = d.milliseconds(20'000, 90'000);
  for (int steps = d.between(10, 45); steps > 0; --steps) p.operations.push_back(workload_step(d, p));
  for (int steps = d.between(0, 8); steps > 0; --steps) p.operations.push_back(disturbance(d, p));
  for (int steps = d.between(0, 4); steps > 0; --steps) p.operations.push_back(mishap(d, p));
  std::ranges::stable_sort(p.operations, {}, &operation::at);
  return p;
}

std::string text_of(const operation& o) {
  std::string text = fmt::format("{:>6} ms  {}", o.at.count(), act_names[static_cast<std::size_t>(o.what)]);
  if (o.what == act::disturb)
    return text + fmt::format(" {} of {} at {}%, replica {}, for {} ms", name_of(o.wrong),
                              scope_names[static_cast<std::size_t>(o.number)], o.size, o.replica, o.lasts.count());
  text += fmt::format(" {}", o.number);
  if (o.size != 0) text += fmt::format(" size {}", o.size);
  if (o.other != 0) text += fmt::format(" other {}", o.other);
  if (o.lasts.count() != 0) text += fmt::format(" for {} ms", o.lasts.count());
  return text;
}

}  // namespace berth::simulation
