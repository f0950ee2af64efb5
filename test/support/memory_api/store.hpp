#pragma once

#include "test/support/memory_api/json.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The objects of the in-memory API server, every change numbered: etcd and the watch cache in one.
///
/// One counter numbers all changes (a resourceVersion, as etcd's revision). The last `window` of them are kept, and
/// with them every state since: a watch reads the log from where it stands, a list that is continued reads the past.
/// What is asked for beyond the window is gone. Knows nothing of what objects mean. Lives on the server's one strand.
namespace berth::memory_api {

/// One version of an object: immutable. Its texts are made once, however many lists and watches send them.
class object_version {
 public:
  explicit object_version(json value) : value_(std::move(value)) {}
  const json& value() const noexcept { return value_; }
  const std::string& text() const;
  /// Without kind and apiVersion: the items of a list do not repeat what the list says.
  const std::string& item_text() const;

 private:
  json value_;
  mutable std::string text_;
  mutable std::string item_text_;
};

using object_ptr = std::shared_ptr<const object_version>;

/// Where an object is kept: the storage name of its resource ("pods"), its namespace ("" where it has none), its name.
struct object_path {
  std::string storage;
  std::string namespace_;
  std::string name;
  auto operator<=>(const object_path&) const = default;
};

/// `before` is null for a creation, `after` for a deletion; `last` is what a deletion's watch event shows.
struct change {
  std::int64_t revision = 0;
  object_path path;
  object_ptr before;
  object_ptr after;
  object_ptr last;
};

class store {
 public:
  explicit store(std::size_t window = 100'000) : window_(window) {}
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  std::int64_t revision() const noexcept { return revision_; }
  /// The oldest revision that a watch may begin after.
  std::int64_t oldest() const noexcept { return oldest_; }

  /// nullptr where there is none.
  object_ptr get(const object_path& path) const;
  /// In order of namespace and name. An empty namespace means all of them.
  std::vector<object_ptr> list(std::string_view storage, std::string_view in_namespace = {}) const;
  /// The same as of an earlier revision, which must not be older than oldest().
  std::vector<object_ptr> list_at(std::int64_t revision, std::string_view storage, std::string_view in_namespace) const;

  /// Creates or replaces, setting metadata.resourceVersion.
  object_ptr put(const object_path& path, json value);
  void remove(const object_path& path);

  /// The changes after `revision`, oldest first.
  std::deque<change>::const_iterator after(std::int64_t revision) const;
  std::deque<change>::const_iterator end() const noexcept { return log_.end(); }
  /// Forgets the log: whoever watches from an earlier revision is told that it is gone.
  void compact();
  /// As it was at that revision, which must not be older than oldest(): what an etcd is that was restored from a copy.
  /// The changes since never happened, and their numbers are given out again. on_change is not called.
  void go_back(std::int64_t revision);

  /// Called after every change. Must not change the store.
  std::function<void(const change&)> on_change;

 private:
  void record(const object_path& path, object_ptr before, object_ptr after, object_ptr last);
  std::map<object_path, object_ptr> as_of(std::int64_t revision) const;

  std::map<object_path, object_ptr> objects_;
  std::deque<change> log_;
  std::size_t window_;
  std::int64_t revision_ = 1;
  std::int64_t oldest_ = 1;
};

}  // namespace berth::memory_api
