#pragma once

#include "k8s/api/metadata.hpp"

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

/// Where a reflector puts what it has seen.
namespace berth::k8s {

/// What a store has of one object.
struct held_state {
  std::shared_ptr<const void> state;  ///< another one once a change was taken in; null: it has none
  std::string version;                ///< at which it was seen to be so; perhaps an older one than the last
};

/// A store's state, to be held against the server's from time to time. On the store's executor.
template <class Object>
class comparable {
 public:
  virtual ~comparable() = default;
  /// Whether the store has of this object all that it wants; true, too, where it wants nothing of it.
  virtual bool agrees(const Object& at_server) const = 0;
  virtual held_state held(const object_key& key) const = 0;
  virtual void each_held(const std::function<void(const object_key&)>& f) const = 0;
};

/// Receives one kind. Called on the executor given to `reflect`, one call at a time, in the server's order.
template <class Object>
class store {
 public:
  virtual ~store() = default;
  /// A list comes in pages, and all of it is kept until its end. What is returned is kept in place of `one`: an equal
  /// object that shares with others what they have in common, so that a long list takes no more than the store will.
  virtual std::shared_ptr<const Object> staged(std::shared_ptr<const Object> one) { return one; }
  /// The whole state at one version: what is not among `all` is gone; what has another uid was deleted and made anew.
  virtual void replaced(std::vector<std::shared_ptr<const Object>> all) = 0;
  /// Added or changed.
  virtual void applied(std::shared_ptr<const Object> object) = 0;
  /// Where that was asked for, before `applied` and `replaced`: an object's whole text. Of pods only while they have no
  /// node.
  virtual void whole(const Object&, std::shared_ptr<const std::string>) {}
  /// Deleted; its last state, as the event gives it.
  virtual void removed(std::shared_ptr<const Object> object) = 0;
  /// Null where it cannot be compared: then a line of a watch that is swallowed shows at that object's next change.
  virtual const comparable<Object>* compared(std::type_identity<Object>) const { return nullptr; }
};

}  // namespace berth::k8s
