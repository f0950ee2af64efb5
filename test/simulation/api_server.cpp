#include "test/simulation/api_server.hpp"

#include "test/support/memory_api/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace berth::simulation {

using memory_api::json;

namespace {

constexpr duration bookmark_every = std::chrono::seconds(60);
/// From etcd to a watch cache to its watches, where nothing is slow.
constexpr duration least_lag = std::chrono::milliseconds(2);

std::string error_line(const memory_api::refusal& why) {
  return fmt::format("{{\"type\":\"ERROR\",\"object\":{}}}", why.status().text());
}

memory_api::world seeded(const timeline& time, std::uint64_t seed) {
  memory_api::world with;
  with.random.seed(seed);
  with.now = [&time] {
    return k8s::timestamp(std::chrono::seconds(1'700'000'000)) +
           std::chrono::duration_cast<std::chrono::microseconds>(time.now().time_since_epoch());
  };
  return with;
}

}  // namespace

struct api_server::open_watch {
  open_watch(const memory_api::store& objects, memory_api::watch_request request, std::function<k8s::timestamp()> now,
             watcher& reader)
      : lines(objects, std::move(request), std::move(now)), by(&reader) {}

  memory_api::watch lines;
  watcher* by;
  instant last_due{};
};

api_server::api_server(timeline& time, std::uint64_t seed)
    : time_(time), with_(seeded(time, seed)), objects_(100'000), api_(objects_, with_) {
  objects_.on_change = [this](const memory_api::change& c) { record(c); };
}

api_server::~api_server() = default;

void api_server::record(const memory_api::change& what) {
  history_.push_back({time_.now(), what.revision});
  for (store_listener* l : listeners_) l->changed(what);
  std::vector<watch_id> all;
  for (const auto& [id, w] : watches_) all.push_back(id);
  for (const watch_id id : all) pump(id);
}

memory_api::answer api_server::handle(memory_api::request r) {
  if (auto refused = from_cache(r)) return *std::move(refused);
  return api_.handle(r);
}

void api_server::create(const std::string& path, const json& object) {
  const memory_api::answer a = api_.handle({"POST", path, "", "application/json", object.text()});
  if (a.status != 201) throw std::logic_error("the simulated cluster cannot make " + path + ": " + a.body);
}

// ---- lists that a watch cache answers ---------------------------------------------------------------------------

std::int64_t api_server::cached_revision() const {
  if (time_.now() < stuck_until_) return std::max(stuck_at_, objects_.oldest());
  if (lag_ == duration::zero()) return objects_.revision();
  const instant seen_until = time_.now() - lag_;
  std::int64_t revision = objects_.oldest();
  for (const moment& m : history_)
    if (m.at <= seen_until) revision = std::max(revision, m.revision);
  return revision;
}

/// A list at a version is answered as of what the cache has seen. Where that is too old for what was asked, it is not
/// answered.
std::optional<memory_api::answer> api_server::from_cache(memory_api::request& r) const {
  constexpr std::string_view parameter = "resourceVersion=";
  const std::size_t there = r.target.find(parameter);
  const bool list = r.method == "GET" && r.target.find("watch=true") == std::string::npos;
  const std::int64_t cached = cached_revision();
  if (!list || there == std::string::npos || cached == objects_.revision()) return std::nullopt;
  const std::size_t begin = there + parameter.size();
  const std::size_t end = std::min(r.target.find('&', begin), r.target.size());
  const std::int64_t wanted = std::stoll(r.target.substr(begin, end - begin));
  if (wanted > cached) {
    const memory_api::refusal why(504, "Timeout",
                                  fmt::format("Timeout: Too large resource version: {}, current: {}", wanted, cached));
    return memory_api::document(why.status(), 504);
  }
  r.target.replace(begin, end - begin, std::to_string(cached) + "&resourceVersionMatch=Exact");
  return std::nullopt;
}

// ---- watches ----------------------------------------------------------------------------------------------------

api_server::watch_id api_server::open(memory_api::watch_request request, watcher& by) {
  const watch_id id = ++last_watch_;
  const auto timeout = request.timeout;
  const auto w = std::make_shared<open_watch>(objects_, std::move(request), with_.now, by);
  w->last_due = time_.now();
  watches_.emplace(id, w);
  pump(id);
  time_.in(timeout, [this, id] { end(id, false, false); });
  if (w->lines.request().bookmarks) time_.in(bookmark_every, [this, id] { bookmark(id); });
  return id;
}

void api_server::pump(watch_id which) {
  const auto there = watches_.find(which);
  if (there == watches_.end()) return;
  const auto w = there->second;
  for (std::string& line : w->lines.next()) {
    if (!line.empty() && line.back() == '\n') line.pop_back();
    send(which, std::move(line));
  }
}

void api_server::send(watch_id which, std::string line) {
  const auto there = watches_.find(which);
  if (there == watches_.end()) return;
  open_watch& w = *there->second;
  const line_fate fate = w.by->fate_of_line(line);
  const instant due = std::max({w.last_due, stuck_until_, time_.now() + std::max(lag_, least_lag) + fate.later});
  w.last_due = due;
  switch (fate.what) {
    case line_fate::kind::swallowed:
      return;
    case line_fate::kind::breaks:
    case line_fate::kind::breaks_within:
      time_.at(due, [this, which, within = fate.what == line_fate::kind::breaks_within] { end(which, true, within); });
      return;
    case line_fate::kind::garbled:
      line.resize(line.size() / 2);
      break;
    case line_fate::kind::unknown_type:
      line.replace(0, line.find(','), R"({"type":"SOMETHING")");
      break;
    case line_fate::kind::expired:
      line = error_line(memory_api::expired("too old resource version: 1 (2)"));
      break;
    case line_fate::kind::twice:
      time_.at(due, [this, which, line] { deliver(which, line); });
      break;
    case line_fate::kind::arrives:
      break;
  }
  time_.at(due, [this, which, text = std::move(line)] { deliver(which, text); });
}

void api_server::deliver(watch_id which, const std::string& line) {
  const auto there = watches_.find(which);
  if (there == watches_.end()) return;
  const auto w = there->second;
  if (!w->by->line(line)) {
    watches_.erase(which);
    w->by->ended(false, false);
  } else if (line.starts_with(R"({"type":"ERROR")")) {
    end(which, false, false);
  }
}

void api_server::end(watch_id which, bool broke, bool within) {
  const auto there = watches_.find(which);
  if (there == watches_.end()) return;
  watcher* const by = there->second->by;
  watches_.erase(there);
  by->ended(broke, within);
}

void api_server::bookmark(watch_id which) {
  const auto there = watches_.find(which);
  if (there == watches_.end()) return;
  std::string line = there->second->lines.bookmark();
  line.pop_back();
  send(which, std::move(line));
  time_.in(bookmark_every, [this, which] { bookmark(which); });
}

// ---- what goes wrong with it ------------------------------------------------------------------------------------

void api_server::fall_behind(std::int64_t revision, duration how_long) {
  stuck_at_ = revision;
  stuck_until_ = time_.now() + how_long;
}

void api_server::compact() {
  objects_.compact();
  history_.clear();
}

void api_server::break_connections() {
  std::vector<watch_id> all;
  for (const auto& [id, w] : watches_) all.push_back(id);
  for (const watch_id id : all) end(id, true, false);
}

void api_server::go_away() {
  up_ = false;
  break_connections();
}

void api_server::come_back(bool forgets) {
  if (forgets) compact();
  up_ = true;
}

void api_server::restore(std::int64_t versions_ago) {
  break_connections();
  objects_.go_back(std::max(objects_.oldest(), objects_.revision() - versions_ago));
  compact();
  std::erase_if(history_, [this](const moment& m) { return m.revision > objects_.revision(); });
  for (store_listener* l : listeners_) l->restored();
}

void api_server::grow(std::int64_t changes) {
  for (; changes > 0; --changes)
    put({"configmaps", "default", "busy"}, memory_api::json::object{{"kind", "ConfigMap"}});
}

}  // namespace berth::simulation
