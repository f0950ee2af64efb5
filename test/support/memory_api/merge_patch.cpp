#include "test/support/memory_api/patch.hpp"
#include "test/support/memory_api/refusal.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

namespace berth::memory_api {

namespace {

/// Lists that are merged, and the field that tells their elements apart ("" for lists of plain values). All others are
/// replaced.
constexpr std::array merge_keys{
    std::pair{"conditions", "type"},
    std::pair{"containers", "name"},
    std::pair{"initContainers", "name"},
    std::pair{"ephemeralContainers", "name"},
    std::pair{"env", "name"},
    std::pair{"volumes", "name"},
    std::pair{"volumeMounts", "mountPath"},
    std::pair{"volumeDevices", "devicePath"},
    std::pair{"imagePullSecrets", "name"},
    std::pair{"hostAliases", "ip"},
    std::pair{"schedulingGates", "name"},
    std::pair{"resourceClaims", "name"},
    std::pair{"topologySpreadConstraints", "topologyKey"},
    std::pair{"ownerReferences", "uid"},
    std::pair{"addresses", "type"},
    std::pair{"podIPs", "ip"},
    std::pair{"secrets", "name"},
    std::pair{"finalizers", ""},
    std::pair{"podCIDRs", ""},
};

/// nullptr for a list that is replaced as a whole.
const char* merge_key(std::string_view field, const json& patch) {
  if (field == "ports") {  // containerPort in a container, port in a Service
    const bool of_container =
        std::ranges::any_of(patch.items(), [](const json& p) { return p.find("containerPort") != nullptr; });
    return of_container ? "containerPort" : "port";
  }
  const auto found =
      std::ranges::find(merge_keys, field, [](const auto& entry) { return std::string_view(entry.first); });
  return found == merge_keys.end() ? nullptr : found->second;
}

void merge_into(json& object, const json& patch);

json* with_key(json::array& items, std::string_view key, const json& value) {
  const auto found = std::ranges::find_if(items, [&](const json& item) { return item[key] == value; });
  return found == items.end() ? nullptr : &*found;
}

void merge_list(json& list, const json& patch, std::string_view key) {
  const bool replaces =
      std::ranges::any_of(patch.items(), [](const json& p) { return p["$patch"].string() == "replace"; });
  auto& items = list.make_items();
  if (replaces) items.clear();
  for (const json& element : patch.items()) {
    if (key.empty()) {
      if (std::ranges::find(items, element) == items.end()) items.push_back(element);
      continue;
    }
    if (element["$patch"].string() == "replace") continue;
    const json* value = element.find(key);
    if (value == nullptr)
      throw bad_request("map: " + element.text() + " does not contain declared merge key: " + std::string(key));
    json* mine = with_key(items, key, *value);
    if (element["$patch"].string() == "delete") {
      if (mine != nullptr) std::erase_if(items, [&](const json& item) { return item[key] == *value; });
    } else {
      merge_into(mine != nullptr ? *mine : items.emplace_back(), element);
    }
  }
}

/// Elements named in the order come first, in that order; the rest keep theirs.
void set_order(json& list, const json& order, std::string_view key) {
  json::array rest = std::move(list.make_items());
  json::array sorted;
  for (const json& wanted : order.items()) {
    const auto found = std::ranges::find_if(
        rest, [&](const json& item) { return key.empty() ? item == wanted : item[key] == wanted[key]; });
    if (found == rest.end()) continue;
    sorted.push_back(std::move(*found));
    rest.erase(found);
  }
  std::ranges::move(rest, std::back_inserter(sorted));
  list = std::move(sorted);
}

void merge_field(json& object, const std::string& name, const json& value) {
  if (value.is_null()) {
    object.erase(name);
  } else if (value.is_object()) {
    merge_into(object[name], value);
  } else if (const char* key = value.is_array() ? merge_key(name, value) : nullptr) {
    merge_list(object[name], value, key);
  } else {
    object[name] = value;
  }
}

/// "containers" of "$setElementOrder/containers", "" where the name is no such directive.
std::string_view subject(std::string_view name, std::string_view directive) {
  return name.starts_with(directive) ? name.substr(directive.size()) : std::string_view();
}

void merge_into(json& object, const json& patch) {
  const std::string_view mode = patch["$patch"].string();
  object.make_members();
  if (mode == "replace" || mode == "delete") object.make_members().clear();
  if (mode == "delete") return;
  if (const json* kept = patch.find("$retainKeys")) {
    std::erase_if(object.make_members(), [&](const json::member& m) {
      return std::ranges::none_of(kept->items(), [&](const json& k) { return k.string() == m.first; });
    });
  }
  for (const auto& [name, value] : patch.members()) {
    if (const auto list = subject(name, "$deleteFromPrimitiveList/"); !list.empty()) {
      std::erase_if(object[list].make_items(),
                    [&](const json& item) { return std::ranges::find(value.items(), item) != value.items().end(); });
    } else if (!name.starts_with('$')) {
      merge_field(object, name, value);
    }
  }
  for (const auto& [name, value] : patch.members()) {
    const auto list = subject(name, "$setElementOrder/");
    if (list.empty() || object.find(list) == nullptr) continue;
    if (const char* key = merge_key(list, object[list])) set_order(object[list], value, key);
  }
}

void merge_plainly(json& object, const json& patch) {
  if (!patch.is_object()) {
    object = patch;
    return;
  }
  object.make_members();
  for (const auto& [name, value] : patch.members()) {
    if (value.is_null()) {
      object.erase(name);
    } else {
      merge_plainly(object[name], value);
    }
  }
}

}  // namespace

json merge_patched(json object, const json& patch) {
  if (!patch.is_object()) throw bad_request("a merge patch is an object");
  merge_plainly(object, patch);
  return object;
}

json strategic_merge_patched(json object, const json& patch) {
  if (!patch.is_object()) throw bad_request("a strategic merge patch is an object");
  merge_into(object, patch);
  return object;
}

}  // namespace berth::memory_api
