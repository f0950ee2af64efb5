#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "k8s/watch/reflector_step.hpp"
#include "k8s/watch/store.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// A store's state held against the server's, from time to time: a line of a watch that something swallowed in between
/// would not be noticed otherwise before that object's next change, which may never come.
///
/// The server is listed in pages. Where the store does not agree, the change may still be on its way. So each such
/// object is asked for by itself a while later: if the store's state of it is the very same and still not the server's,
/// the watch has missed something.
///
/// Where the server has an object at a version older than the one that the store has seen, in a list that is not older,
/// etcd was restored from an older copy: in one history such a list would have had what the store has seen.
///
/// Pure, but for the store it asks, on that store's executor. Private to k8s/watch/.
namespace berth::k8s {

inline object_key key_of(const pod& p) { return p.key; }
inline object_key key_of(const node& n) { return {"", std::string(n.name)}; }

/// Kinds that can be compared.
template <class Object>
concept comparable_kind = requires(const Object& o) {
  key_of(o);
  o.resource_version;
};

/// The order of a list: by "namespace/name", byte by byte.
inline bool listed_before(const object_key& a, const object_key& b) {
  if (a.namespace_ == b.namespace_) return a.name < b.name;
  const auto differs =
      std::mismatch(a.namespace_.begin(), a.namespace_.end(), b.namespace_.begin(), b.namespace_.end());
  const auto at = [](auto here, auto end) { return here == end ? '/' : *here; };
  return at(differs.first, a.namespace_.end()) < at(differs.second, b.namespace_.end());
}

template <class Object>
class comparison {
 public:
  using item = std::shared_ptr<const Object>;

  explicit comparison(const comparable<Object>& with) : store_(with) {}

  /// One page of the server's state, the pages in their order; the last has no continue token.
  void page(std::span<const item> items, const list_head& head) {
    objects_ += items.size();
    for (const item& one : items) {
      object_key key = key_of(*one);
      held_state here = store_.held(key);
      if (older(head.resource_version, here.version)) continue;  // the store has seen more than the page
      if (!another_history_ && older(one->resource_version, here.version)) another_history_ = key;
      if (!store_.agrees(*one)) suspect(std::move(key), std::move(here));
    }
    suspect_what_is_gone(items, head);
    if (!items.empty()) {
      after_ = key_of(*items.back());
      begun_ = true;
    }
  }

  std::size_t objects() const noexcept { return objects_; }
  bool has_suspects() const noexcept { return !suspects_.empty(); }
  /// An object that shows that the server's history is not the one that the store has seen.
  const std::optional<object_key>& another_history() const noexcept { return another_history_; }

  struct suspicion {
    object_key key;
    std::shared_ptr<const void> state;  ///< the store's at that time
  };
  /// A while later: those of which the store has seen nothing since.
  std::vector<suspicion> unchanged() const {
    std::vector<suspicion> found;
    for (const suspicion& s : suspects_)
      if (store_.held(s.key).state == s.state) found.push_back(s);
    return found;
  }
  /// And it was asked for: `now` is null where the server has no such object. Whether the watch has missed something.
  bool missed(const suspicion& s, const item& now) const {
    if (store_.held(s.key).state != s.state) return false;
    return now == nullptr ? s.state != nullptr : !store_.agrees(*now);
  }

 private:
  static constexpr std::size_t most_suspects = 1000;

  void suspect(object_key key, held_state here) {
    if (suspects_.size() < most_suspects) suspects_.push_back({std::move(key), std::move(here.state)});
  }

  /// What the store has and the page, though its place would be there, has not.
  void suspect_what_is_gone(std::span<const item> items, const list_head& head) {
    std::vector<object_key> keys;
    keys.reserve(items.size());
    for (const item& one : items) keys.push_back(key_of(*one));
    if (!std::is_sorted(keys.begin(), keys.end(), listed_before)) return;
    const bool last = head.continue_token.empty();
    if (keys.empty() && !last) return;
    std::vector<object_key> gone;
    store_.each_held([&](const object_key& key) {
      if (begun_ && !listed_before(after_, key)) return;
      if (!last && listed_before(keys.back(), key)) return;
      if (!std::binary_search(keys.begin(), keys.end(), key, listed_before)) gone.push_back(key);
    });
    for (object_key& key : gone) {
      held_state here = store_.held(key);
      if (!older(head.resource_version, here.version)) suspect(std::move(key), std::move(here));
    }
  }

  const comparable<Object>& store_;
  std::vector<suspicion> suspects_;
  std::optional<object_key> another_history_;
  object_key after_;  ///< the last one of the pages so far
  bool begun_ = false;
  std::size_t objects_ = 0;
};

}  // namespace berth::k8s
