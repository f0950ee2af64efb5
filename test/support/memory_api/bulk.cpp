#include "test/support/memory_api/bulk.hpp"

#include "test/support/memory_api/resource.hpp"
#include "test/support/memory_api/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::memory_api {

std::optional<std::string> put_items(store& objects, json list) {
  for (json& item : list["items"].make_items()) {
    const auto kept = std::ranges::find_if(served_resources(), [&](const resource& r) {
      return r.kind == item["kind"].string() && r.group_version() == item["apiVersion"].string();
    });
    const std::string name(item["metadata"]["name"].string());
    if (kept == served_resources().end() || name.empty())
      return fmt::format("no place for {} \"{}\" of {}", item["kind"].string(), name, item["apiVersion"].string());
    object_path path{std::string(kept->storage()), std::string(item["metadata"]["namespace"].string()), name};
    objects.put(path, std::move(item));
  }
  return std::nullopt;
}

}  // namespace berth::memory_api
