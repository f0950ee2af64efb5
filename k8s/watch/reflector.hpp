#pragma once

#include "k8s/client.hpp"
#include "k8s/clock.hpp"
#include "k8s/watch/server_return.hpp"
#include "k8s/watch/store.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

/// Keeps a store equal to what the API server has of one kind: list, then watch, for ever.
///
/// The rules (when to list, from which version to watch, how long to wait) are pure, in reflector_step.hpp; the
/// coroutine here performs them. Upstream: client-go tools/cache/reflector.go.
namespace berth::k8s {

/// Of which objects store::whole is called.
enum class kept_texts : std::uint8_t {
  none,
  unassigned,  ///< of all, but for pods that have a node
  all,
};

/// What is watched. `path` is the collection ("/api/v1/pods"), `selector` a query fragment
/// ("fieldSelector=status.phase!=Succeeded,status.phase!=Failed", already escaped) or "".
struct collection {
  std::string name;  ///< "pods": for logs and metrics
  std::string path;
  std::string selector;
  kept_texts whole = kept_texts::none;
  /// A list that goes on beyond so many objects fails: what a server that never ends may cost (a pod takes 700 bytes).
  std::size_t most_objects = 2'000'000;
};

/// What happened on the way, for logs and metrics. Called on the store's executor.
class reflector_observer {
 public:
  virtual ~reflector_observer() = default;
  virtual void listed(const collection& what, std::size_t items) = 0;
  /// A list or watch failed; it is tried again after `retry_in`.
  virtual void failed(const collection& what, const char* phase, const error& why,
                      std::chrono::milliseconds retry_in) = 0;
  /// After a failure: a list was complete, or a watch brought its first event (a bookmark, at the latest, comes within
  /// a minute or so).
  virtual void recovered(const collection& what) = 0;
  /// The server was asked for its present version, and what was seen is of its history.
  virtual void confirmed(const collection&) {}
  /// A line of the watch about this object never came; all is listed anew.
  virtual void missed(const collection&, const object_key&) {}
  /// An object that could not be decoded was dropped.
  virtual void dropped(const collection& what, const error& why) = 0;
};

/// What reflectors have in common that follow the same server into the same strand. All of it outlives them.
struct reflector_context {
  client& api;
  boost::asio::any_io_executor store_executor;  ///< a strand, or run by one thread
  reflector_observer& observer;
  server_return& back;
  clock& time;
};

/// Runs until cancelled. `into` outlives it. Defined for the kinds that decode_object (decode.hpp) is defined for.
/// Objects that are malformed or too large are dropped and reported; a store that is slower than the server is waited
/// for, at 4,096 undelivered events.
template <class Object>
task<void> reflect(reflector_context with, collection what, store<Object>& into, std::uint64_t seed);

}  // namespace berth::k8s
