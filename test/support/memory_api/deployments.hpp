#pragma once

#include "test/support/memory_api/api.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// Plays the controllers of Deployments and ReplicaSets, and the garbage collector for what they own: just enough that
/// a Deployment has its pods, gets new ones for those deleted, and takes them along when it goes.
///
/// Level-triggered: one pass looks at everything and makes it so. Lives on the server's strand.
namespace berth::memory_api {

class deployments {
 public:
  deployments(store& objects, api& through, world& with) : objects_(objects), api_(through), with_(with) {}

  /// Acts if anything changed since the last call.
  void run();

 private:
  using pods_by_owner = std::map<std::string, std::vector<object_ptr>, std::less<>>;

  void collect_garbage();
  void expand(const json& deployment);
  void fill(const json& replica_set, const std::vector<object_ptr>& pods);
  void report(const json& deployment, const pods_by_owner& pods);
  void send(std::string method, std::string path, const json& body = json::object{});

  store& objects_;
  api& api_;
  world& with_;
  std::int64_t seen_ = 0;
};

}  // namespace berth::memory_api
