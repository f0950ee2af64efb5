#pragma once

#include "k8s/api/time.hpp"
#include "test/support/memory_api/json.hpp"
#include "test/support/memory_api/resource.hpp"

#include <functional>
#include <random>
#include <string>
#include <string_view>

/// What an API server does to any object that is sent to it: metadata, defaults, what an update may touch.
///
/// Upstream: apiserver/pkg/registry/rest (BeforeCreate, BeforeUpdate) and the strategies in pkg/registry.
namespace berth::memory_api {

class store;

/// Where time and chance come from: passed in, so that a test can repeat itself.
struct world {
  std::function<k8s::timestamp()> now = [] {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  };
  std::mt19937_64 random{std::random_device{}()};

  std::string time() const { return k8s::format_time(now()); }
  std::string uid();
  /// Five characters, as generateName appends them.
  std::string suffix();
};

/// Fills what a new object lacks; throws a refusal. `in_namespace` is that of the path.
void prepare_new(const resource& of, json& object, std::string_view in_namespace, const store& objects, world& with);

/// What an update makes of `object`, which was sent, and `old`, which is there. `status_only` is the sub-resource's
/// view.
void prepare_update(const resource& of, json& object, const json& old, bool status_only);

/// The text of a precondition (UID, ResourceVersion) that did not hold.
std::string failed_precondition(const resource& of, const json& object, std::string_view what, std::string_view wanted,
                                std::string_view actual);

}  // namespace berth::memory_api
