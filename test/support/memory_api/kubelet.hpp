#pragma once

#include "test/support/memory_api/object_rules.hpp"
#include "test/support/memory_api/store.hpp"

#include <cstdint>

/// Plays every node's kubelet: pods that are bound to a node that exists become Running. Lives on the server's strand.
namespace berth::memory_api {

class kubelet {
 public:
  kubelet(store& objects, world& with) : objects_(objects), with_(with) {}

  /// Acts on what changed since the last call.
  void run();

 private:
  void start(const object_path& path, const json& pod);

  store& objects_;
  world& with_;
  std::int64_t seen_ = 0;
  std::int64_t addresses_ = 0;
};

}  // namespace berth::memory_api
