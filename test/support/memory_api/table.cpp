#include "test/support/memory_api/table.hpp"

#include "k8s/api/time.hpp"
#include "test/support/memory_api/resource.hpp"
#include "test/support/memory_api/table_cells.hpp"

#include <fmt/format.h>

namespace berth::memory_api {

namespace {

json column_definitions(const table_kind& kind) {
  json::array definitions;
  for (const column& c : kind.columns) {
    json definition;
    definition["name"] = c.name;
    definition["type"] = c.type;
    definition["format"] = c.name == "Name" ? "name" : "";
    definition["description"] = "";
    definition["priority"] = c.wide ? 1 : 0;
    definitions.push_back(std::move(definition));
  }
  return definitions;
}

json row_object_of(const json& object, const table_request& request) {
  if (request.object == row_object::whole) return object;
  json partial;
  partial["kind"] = "PartialObjectMetadata";
  partial["apiVersion"] = "meta.k8s.io/" + request.version;
  partial["metadata"] = object["metadata"];
  return partial;
}

}  // namespace

json table(const resource& of, const std::vector<json>& objects, const json& list_metadata,
           const table_request& request, k8s::timestamp now) {
  const table_kind& kind = columns_of(of);
  json result;
  result["kind"] = "Table";
  result["apiVersion"] = "meta.k8s.io/" + request.version;
  result["metadata"] = list_metadata;
  result["columnDefinitions"] = request.columns ? column_definitions(kind) : json();
  auto& rows = result["rows"].make_items();
  for (const json& object : objects) {
    json row;
    row["cells"] = kind.cells(object, now);
    if (request.object != row_object::none) row["object"] = row_object_of(object, request);
    rows.push_back(std::move(row));
  }
  return result;
}

std::string human_duration(std::chrono::seconds age) {
  const auto seconds = age.count(), minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  const auto with_rest = [](auto whole, const char* unit, auto rest, const char* small) {
    return rest == 0 ? fmt::format("{}{}", whole, unit) : fmt::format("{}{}{}{}", whole, unit, rest, small);
  };
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (minutes < 10) return with_rest(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return fmt::format("{}m", minutes);
  if (hours < 8) return with_rest(hours, "h", minutes % 60, "m");
  if (hours < 48) return fmt::format("{}h", hours);
  if (hours < 192) return with_rest(days, "d", hours % 24, "h");
  if (days < 730) return fmt::format("{}d", days);
  if (days < 2920) return with_rest(days / 365, "y", days % 365, "d");
  return fmt::format("{}y", days / 365);
}

json age(const json& time, k8s::timestamp now) {
  const auto then = k8s::parse_time(time.string());
  if (!then) return "<unknown>";
  return human_duration(std::chrono::floor<std::chrono::seconds>(now - *then));
}

}  // namespace berth::memory_api
