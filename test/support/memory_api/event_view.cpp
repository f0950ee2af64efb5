#include "test/support/memory_api/event_view.hpp"

#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/resource.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace berth::memory_api {

namespace {

struct names {
  std::string_view core;
  std::string_view modern;
};

constexpr std::array renamed{
    names{"involvedObject", "regarding"},
    names{"message", "note"},
    names{"reportingComponent", "reportingController"},
    names{"source", "deprecatedSource"},
    names{"firstTimestamp", "deprecatedFirstTimestamp"},
    names{"lastTimestamp", "deprecatedLastTimestamp"},
    names{"count", "deprecatedCount"},
    names{"apiVersion", "apiVersion"},
};

json rename(json event, std::string_view names::*from, std::string_view names::*to) {
  for (auto& [name, value] : event.make_members()) {
    const auto found = std::ranges::find(renamed, std::string_view(name), from);
    if (found != renamed.end()) name = (*found).*to;
  }
  return event;
}

constexpr std::size_t note_limit = 1024;
constexpr std::size_t name_limit = 128;

}  // namespace

bool has_view(const resource& of) noexcept { return of.group == "events.k8s.io"; }

json shown(const resource& of, json kept) {
  if (!has_view(of)) return kept;
  json event = rename(std::move(kept), &names::core, &names::modern);
  event["apiVersion"] = of.group_version();
  return event;
}

json kept(const resource& of, json shown) {
  if (!has_view(of)) return shown;
  json event = rename(std::move(shown), &names::modern, &names::core);
  event["apiVersion"] = "v1";
  return event;
}

void check_event(const resource& of, const json& event, const json* old) {
  const std::string_view name = event["metadata"]["name"].string();
  const auto require = [&](std::string_view field) {
    if (event[field].empty()) throw invalid(of, name, field, "Required value");
  };
  const auto limit = [&](std::string_view field, std::size_t most) {
    if (event[field].string().size() > most)
      throw invalid(of, name, field, fmt::format("Invalid value: \"\": can have at most {} characters", most));
  };
  const std::string_view home = event["metadata"]["namespace"].string();
  const std::string_view theirs = event["involvedObject"]["namespace"].string();
  const bool modern = has_view(of);
  if (modern) require("eventTime");
  if (event["eventTime"].empty()) {
    if (theirs.empty() ? home != "default" : home != theirs) {
      throw invalid(of, name, "involvedObject.namespace",
                    fmt::format("Invalid value: \"{}\": does not match event.namespace", theirs));
    }
  } else {
    if (theirs.empty() && home != "default" && home != "kube-system") {
      throw invalid(of, name, "involvedObject.namespace", "Invalid value: \"\": does not match event.namespace");
    }
    for (const auto* field : {"reportingComponent", "reportingInstance", "action", "reason"}) {
      require(field);
      limit(field, name_limit);
    }
    limit("message", note_limit);
  }
  if (!modern) return;
  if (event["type"].string() != "Normal" && event["type"].string() != "Warning") {
    throw invalid(of, name, "type", fmt::format("Invalid value: \"\": has invalid value: {}", event["type"].string()));
  }
  if (event.find("series") != nullptr && event["series"]["count"].integer() < 2) {
    throw invalid(of, name, "series.count", "Invalid value: \"\": should be at least 2");
  }
  for (const auto* field : {"involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count",
                            "type", "eventTime", "action", "related", "reportingComponent", "reportingInstance"}) {
    const json& value = event[field];
    if (old == nullptr || (value.empty() && (*old)[field].empty()) || value == (*old)[field]) continue;
    throw invalid(of, name, field, fmt::format("Invalid value: {}: field is immutable", value.text()));
  }
}

}  // namespace berth::memory_api
