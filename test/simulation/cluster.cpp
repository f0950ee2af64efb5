#include "test/simulation/cluster.hpp"

#include "test/simulation/excuses.hpp"
#include "test/simulation/verdict.hpp"

#include <algorithm>
#include <utility>

namespace berth::simulation {

using namespace std::chrono_literals;

namespace {

/// After the last trouble: so long until all that fits is bound, and until every word is true, for which pods may have
/// to be looked at once more (after 5 minutes, in any case).
constexpr duration until_placed = 150s;
constexpr duration until_told = 310s;
/// Where something was missed: it is looked for after two minutes, and asked for a minute later.
constexpr duration until_compared = 190s;
/// And then nothing changes any more.
constexpr duration stays = 30s;
constexpr duration before_anything = 1s;
/// Who can no longer write stops leading: the renew deadline, and as long for what was asked meanwhile.
constexpr duration claims_at_most = 20s;

}  // namespace

cluster::cluster(const plan& p, const run_options& options)
    : plan_(p),
      options_(options),
      told_(time_, options.show),
      server_(time_, mixed(p.seed, 2)),
      judge_(time_, server_, told_, may_say_twice(p, options)),
      weather_(time_, mixed(p.seed, 3)),
      people_(time_, server_, judge_, mixed(p.seed, 4)),
      seats_(static_cast<std::size_t>(p.replicas)) {
  server_.listen(judge_);
  server_.listen(people_);
}

cluster::~cluster() {
  for (seat& s : seats_)
    if (s.process) s.process->kill();
}

outcome cluster::live() {
  people_.settle(plan_.nodes);
  server_.compact();  // no copy of etcd is older than the cluster
  for (std::size_t i = 0; i < seats_.size(); ++i) start(i);
  settle();
  for (const operation& o : plan_.operations)
    time_.at(timeline::start() + before_anything + o.at, [this, &o] { act_out(o); });
  turn_until(timeline::start() + before_anything + plan_.length);
  end_trouble();
  const instant peace = time_.now();
  const duration quiet = misses_something(plan_, options_) ? until_compared : until_placed;
  for (duration passed = 1s; passed <= quiet; passed += 1s) {
    turn_until(peace + passed);
    if (out_.known_after == duration::max() && all_is_known()) out_.known_after = passed;
  }
  judge_placement(judge_);
  turn_until(peace + until_told);
  judge();
  const instant changed = judge_.last_change();
  turn_until(time_.now() + stays);
  if (judge_.last_change() != changed) judge_.violated("P4", "something still changes");

  for (seat& s : seats_)
    if (s.process) s.process->kill();
  out_.violations = judge_.violations();
  out_.hash = told_.hash();
  out_.lasted = time_.since_start();
  out_.bindings = judge_.bindings();
  out_.versions = server_.objects().revision();
  out_.troubled = weather_.counts();
  return std::move(out_);
}

bool cluster::all_is_known() const {
  return std::ranges::all_of(
      seats_, [this](const seat& s) { return s.process && faults_of_cache(judge_, *s.process).empty(); });
}

void cluster::judge() {
  judge_placement(judge_);
  judge_words(judge_, plan_);
  for (const seat& s : seats_) {
    if (!s.process) judge_.violated("P9", "a replica has not come back");
    if (!s.process) continue;
    for (std::string& fault : faults_of_cache(judge_, *s.process)) judge_.violated("P6", std::move(fault));
  }
  out_.end = end_of(judge_);
}

// ---- time -------------------------------------------------------------------------------------------------------

void cluster::turn_until(instant when) {
  while (time_.run_next(when)) settle();
}

void cluster::settle() {
  if (doomed_ >= 0) bury(seats_[static_cast<std::size_t>(std::exchange(doomed_, -1))], 1s);
  for (bool more = true; more;) {
    more = false;
    for (seat& s : seats_) more = (s.process && s.process->run()) || more;
  }
  for (seat& s : seats_)
    if (s.process && s.process->ended()) bury(s, std::max<duration>(s.restart_after, 1s));
  check_leaders();
}

/// Two that may write at one moment are one too many. Who stands still writes nothing.
void cluster::check_leaders() {
  if (!plan_.election) return;
  int fresh = 0;
  for (seat& s : seats_) {
    const bool acts = s.process && !s.process->paused();
    const bool claims = acts && s.process->leads() && !s.process->fresh();
    s.claims_since = claims ? std::min(s.claims_since, time_.now()) : controller::never;
    if (claims && time_.now() - s.claims_since > claims_at_most) {
      judge_.violated("P5", "a replica says that it leads long after its lease ran out");
      s.claims_since = controller::never;
    }
    if (!acts || !s.process->fresh()) continue;
    ++fresh;
    const std::string who = std::to_string(s.process->number()) + "_" + std::to_string(s.generation);
    const std::string before = std::exchange(leader_, who);
    if (!before.empty() && before != who) ++out_.fail_overs;
  }
  if (fresh > 1 && !judge_.restored_lately()) judge_.violated("P5", "two replicas may write at one moment");
}

// ---- replicas ---------------------------------------------------------------------------------------------------

void cluster::start(std::size_t which) {
  seat& s = seats_[which];
  const int number = static_cast<int>(which);
  const replica_parts parts{
      time_,
      server_,
      weather_,
      judge_,
      told_,
      [this](std::string_view target, std::string_view line) { return line_by_plan(target, line); },
      [this](int by, const memory_api::request&) { written(by); }};
  ++s.generation;
  s.restart_after = 0s;
  told_.note("replica {} starts, the {}. time", number, s.generation);
  const auto seed = mixed(plan_.seed, static_cast<std::uint64_t>(number * 1000 + s.generation));
  s.process = std::make_unique<replica>(parts, number, s.generation, plan_.election, seed);
}

void cluster::bury(seat& s, duration restart_after) {
  if (!s.process) return;
  const auto which = static_cast<std::size_t>(s.process->number());
  told_.note("replica {} is gone", which);
  s.process->kill();
  gone_.push_back(std::move(s.process));
  time_.in(restart_after, [this, which] { start(which); });
}

void cluster::pause(seat& s, duration how_long) {
  if (!s.process) return;
  s.process->pause();
  time_.in(how_long, [&s, generation = s.generation] {
    if (s.process && s.generation == generation && s.process->paused()) s.process->resume();
  });
}

// ---- what happens -----------------------------------------------------------------------------------------------

void cluster::act_out(const operation& o) {
  told_.add(text_of(o));
  if (people_.act_out(o)) return;
  seat& s = seats_[static_cast<std::size_t>(o.number) % seats_.size()];
  switch (o.what) {
    case act::crash:
      return bury(s, o.lasts);
    case act::stop:
      s.restart_after = o.lasts;
      if (s.process && !s.process->paused()) s.process->ask_to_stop();
      return;
    case act::pause:
      return pause(s, o.lasts);
    case act::set_clock:
      if (s.process) s.process->set_wall_ahead(std::chrono::seconds(o.size));
      return;
    case act::api_restart:
    case act::api_away:
      server_.go_away();
      time_.in(o.lasts, [this, forgets = o.what == act::api_restart] { server_.come_back(forgets); });
      return;
    case act::compact:
      return server_.compact();
    case act::restore:
      return restore(o.size, o.lasts, o.other);
    case act::lag:
      server_.set_lag(milliseconds(o.size));
      time_.in(o.lasts, [this] { server_.set_lag(0s); });
      return;
    case act::disturb:
      return weather_.begin(o, time_.now() + o.lasts);
    default:
      return;
  }
}

void cluster::end_trouble() {
  told_.add("the trouble is over");
  weather_.clear_up();
  server_.set_lag(0s);
  if (!server_.up()) server_.come_back(false);
  for (seat& s : seats_)
    if (s.process && s.process->paused()) s.process->resume();
  if (options_.at.what == strike::kind::restore)
    restore(server_.objects().revision() - static_cast<std::int64_t>(options_.at.at), 100ms, 1'000);
  if (options_.at.what == strike::kind::stale) {
    server_.fall_behind(static_cast<std::int64_t>(options_.at.at), 5s);
    bury(seats_.front(), 100ms);
  }
  settle();
}

void cluster::restore(std::int64_t versions_ago, duration away, std::int64_t changes) {
  if (away > 0s) server_.go_away();
  server_.restore(versions_ago);
  server_.grow(changes);
  if (away > 0s) time_.in(away, [this] { server_.come_back(false); });
}

// ---- one strike -------------------------------------------------------------------------------------------------

line_fate cluster::line_by_plan(std::string_view target, std::string_view line) {
  const bool counts = target.starts_with("/api/v1/pods") || target.starts_with("/api/v1/nodes");
  if (!counts || line.starts_with(R"({"type":"BOOKMARK")")) return {};
  const std::size_t now = out_.lines++;
  if (now != options_.at.at) return {};
  switch (options_.at.what) {
    case strike::kind::lose:
      return {line_fate::kind::swallowed, 0s};
    case strike::kind::miss:
      time_.in(0s, [this] { server_.compact(); });
      return {line_fate::kind::breaks, 0s};
    case strike::kind::delay:
      return {line_fate::kind::arrives, 20s};
    case strike::kind::repeat:
      return {line_fate::kind::twice, 0s};
    case strike::kind::none:
    case strike::kind::crash:
    case strike::kind::stale:
    case strike::kind::restore:
      return {};
  }
  return {};
}

void cluster::written(int by) {
  const std::size_t now = out_.writes++;
  if (options_.at.what == strike::kind::crash && now == options_.at.at) doomed_ = by;
}

outcome run(const plan& p, const run_options& options) { return cluster(p, options).live(); }

}  // namespace berth::simulation
