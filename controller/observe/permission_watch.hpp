#pragma once

#include "controller/runtime/instant.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Missing permissions, each named once a minute and not once per try: a scheduler without `create pods/binding` would
/// otherwise fill the log. Pure: told the time.
namespace berth::controller {

/// What a request asks permission for, as RBAC names it.
struct permission {
  std::string verb;      ///< "create"
  std::string resource;  ///< "pods/binding", "leases.coordination.k8s.io", or a path ("/readyz")

  auto operator<=>(const permission&) const = default;
};

/// By HTTP method ("GET", "POST", "PUT", "PATCH", "DELETE", "LIST", "WATCH") and path, with or without a query.
permission permission_of(std::string_view method, std::string_view path);

class permission_watch {
 public:
  explicit permission_watch(duration silence = minutes(1)) : silence_(silence) {}

  /// A request was refused with 403. Whether to say so now, and how many refusals were passed over since it was last
  /// said.
  std::optional<std::size_t> refused(const permission& what, instant now);

 private:
  struct seen {
    instant said;
    std::size_t passed_over = 0;
  };
  duration silence_;
  std::map<permission, seen> seen_;  ///< as many as there are kinds of request
};

}  // namespace berth::controller
