#pragma once

#include <span>
#include <string>
#include <string_view>

/// The resources that the in-memory API server serves: one row each. Discovery, routes and storage are made from this
/// table.
namespace berth::memory_api {

enum subresource : unsigned { no_subresource = 0, has_status = 1, has_scale = 2, has_binding = 4 };

struct resource {
  std::string_view group;  ///< "" is the core group
  std::string_view version;
  std::string_view plural;
  std::string_view singular;
  std::string_view kind;
  bool namespaced;
  std::string_view short_name;  ///< "" where there is none
  unsigned subresources;        ///< of `subresource`
  bool in_all;                  ///< part of `kubectl get all`

  /// "apps/v1", "v1".
  std::string group_version() const;
  /// Two views of one thing share a store: core/v1 and events.k8s.io/v1 events.
  std::string_view storage() const noexcept { return plural; }
};

std::span<const resource> served_resources() noexcept;
/// nullptr where there is none.
const resource* find_resource(std::string_view group, std::string_view version, std::string_view plural) noexcept;
/// Whether a deletion is answered with the object, and not with a Status. Upstream: ReturnDeletedObject in
/// pkg/registry.
bool returns_what_is_deleted(const resource& of) noexcept;
/// Whether a PUT creates what is not there. Upstream: AllowCreateOnUpdate in pkg/registry.
bool may_be_created_by_update(const resource& of) noexcept;
/// A resource that is known to exist, by its plural: `known("pods")`. The core group's view where there are two.
const resource& known(std::string_view plural);

}  // namespace berth::memory_api
