#pragma once

#include "test/support/memory_api/selection.hpp"
#include "test/support/memory_api/store.hpp"
#include "test/support/memory_api/table.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// One watch: where it stands in the log, and what of it it shows. Pure: whoever holds the connection asks for more
/// lines when the store has changed.
namespace berth::memory_api {

struct resource;

struct watch_request {
  const resource* of = nullptr;
  std::string in_namespace;
  selection which;
  std::int64_t from = 0;        ///< the revision after which to begin
  bool from_now = false;        ///< begin with all that is there, as ADDED
  bool initial_events = false;  ///< WatchList: those end with a marked bookmark
  bool bookmarks = false;
  std::chrono::seconds timeout{1800};
  std::optional<table_request> table;
};

class watch {
 public:
  watch(const store& objects, watch_request request, std::function<k8s::timestamp()> now);

  /// What happened since the last call, each a line with its end. After an ERROR line, `ended` is true.
  std::vector<std::string> next();
  std::string bookmark();
  bool ended() const noexcept { return ended_; }
  /// Whether the store has changed since the last call of next().
  bool behind() const noexcept { return at_ < objects_.revision(); }
  const watch_request& request() const noexcept { return request_; }

 private:
  std::vector<std::string> begin();
  std::string line(std::string_view type, const object_ptr& object);
  std::optional<std::string> line_of(const change& c);
  json bookmark_object(bool initial_end) const;

  const store& objects_;
  watch_request request_;
  std::function<k8s::timestamp()> now_;
  std::int64_t at_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace berth::memory_api
