#pragma once

#include "test/simulation/dice.hpp"
#include "test/simulation/timeline.hpp"
#include "test/support/memory_api/api.hpp"
#include "test/support/memory_api/store.hpp"
#include "test/support/memory_api/watch.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The API server of a simulated cluster, and the etcd below it: test/support/memory_api without its sockets, on the
/// run's own time.
///
/// Requests are carried out at once; what happens to them on the way is the client's matter (simulated_client.hpp).
/// What watches bring may lag, as a watch cache does that is behind etcd, and lists that such a cache answers are as
/// old. One thread; what is passed by reference outlives it.
namespace berth::simulation {

/// What becomes of one line of a watch on its way.
struct line_fate {
  enum class kind { arrives, swallowed, twice, garbled, unknown_type, expired, breaks, breaks_within };
  kind what = kind::arrives;
  duration later{0};
};

/// Who reads a watch.
class watcher {
 public:
  virtual ~watcher() = default;
  virtual line_fate fate_of_line(std::string_view line) = 0;
  /// False: no more, please.
  virtual bool line(std::string_view text) = 0;
  /// The watch is over, as the server wanted, or because the connection broke. `within`: in the middle of a line.
  virtual void ended(bool broke, bool within) = 0;
};

/// Told of what happens in the store, before anybody else is.
class store_listener {
 public:
  virtual ~store_listener() = default;
  virtual void changed(const memory_api::change& what) = 0;
  /// What was known no longer counts: an older copy of everything is the truth now.
  virtual void restored() = 0;
};

class api_server {
 public:
  api_server(timeline& time, std::uint64_t seed);
  ~api_server();

  void listen(store_listener& to) { listeners_.push_back(&to); }
  memory_api::store& objects() noexcept { return objects_; }
  const memory_api::store& objects() const noexcept { return objects_; }
  memory_api::world& world() noexcept { return with_; }

  bool up() const noexcept { return up_; }
  memory_api::answer handle(memory_api::request r);
  /// Creates, or throws where the server refuses: for whoever plays the rest of the cluster.
  void create(const std::string& path, const memory_api::json& object);
  void put(const memory_api::object_path& path, memory_api::json object) { objects_.put(path, std::move(object)); }

  using watch_id = std::uint64_t;
  /// `by` hears of lines from now on, until the watch ends or is left.
  watch_id open(memory_api::watch_request request, watcher& by);
  void leave(watch_id which) { watches_.erase(which); }
  std::size_t open_watches() const noexcept { return watches_.size(); }

  // ---- what goes wrong with it ------------------------------------------------------------------------------------
  void set_lag(duration by) { lag_ = by; }
  /// Its watch cache has seen that revision and nothing after it, and sees the rest when so much time has passed.
  void fall_behind(std::int64_t revision, duration how_long);
  void compact();
  /// Connections break and are refused until `come_back`.
  void go_away();
  /// `forgets`: as a process that was started anew, it knows no version before the present.
  void come_back(bool forgets);
  /// etcd from a copy that is so many versions old. Connections break.
  void restore(std::int64_t versions_ago);
  /// So many changes of what nobody watches.
  void grow(std::int64_t changes);

 private:
  struct open_watch;
  struct moment {
    instant at;
    std::int64_t revision;
  };

  void record(const memory_api::change& what);
  void pump(watch_id which);
  void send(watch_id which, std::string line);
  void deliver(watch_id which, const std::string& line);
  void end(watch_id which, bool broke, bool within);
  void bookmark(watch_id which);
  void break_connections();
  std::int64_t cached_revision() const;
  std::optional<memory_api::answer> from_cache(memory_api::request& r) const;

  timeline& time_;
  memory_api::world with_;
  memory_api::store objects_;
  memory_api::api api_;
  std::vector<store_listener*> listeners_;
  std::map<watch_id, std::shared_ptr<open_watch>> watches_;
  watch_id last_watch_ = 0;
  std::deque<moment> history_;
  duration lag_{0};
  std::int64_t stuck_at_ = 0;  ///< the revision, until then
  instant stuck_until_{};
  bool up_ = true;
};

}  // namespace berth::simulation
