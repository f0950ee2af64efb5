#pragma once

#include <memory>
#include <string>
#include <vector>

/// Where a reflector puts what it has seen.
namespace berth::k8s {

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
};

}  // namespace berth::k8s
