#include "k8s/text/value_builder.hpp"

#include "k8s/text/utf8.hpp"

#include <algorithm>

namespace berth::k8s {

namespace {

constexpr std::size_t small_map = 16;  // below that a scan is cheaper than a set

}  // namespace

value_extent value_extent::of(const value& v) {
  value_extent total{1, 0, 0};
  const auto include = [&](const value& part) {
    const value_extent e = of(part);
    total.values += e.values;
    total.bytes += e.bytes;
    total.depth = std::max(total.depth, e.depth);
  };
  if (const auto* text = v.as_string()) total.bytes = text->size();
  if (const auto* list = v.as_list()) {
    for (const value& element : *list) include(element);
    ++total.depth;
  }
  if (const auto* map = v.as_map()) {
    for (const auto& [key, member] : *map) {
      total.bytes += key.size();
      include(member);
    }
    ++total.depth;
  }
  return total;
}

bool value_builder::fail(std::string what) {
  problem_ = std::move(what);
  return false;
}

bool value_builder::charge(const value_extent& extent) {
  values_ += extent.values;
  bytes_ += extent.bytes;
  if (values_ > max_values) return fail("more than " + std::to_string(max_values) + " values");
  if (bytes_ > max_bytes) return fail("more than 16 MiB of text");
  if (depth() + extent.depth > max_depth) return fail("nested deeper than " + std::to_string(max_depth));
  return true;
}

bool value_builder::push(bool is_map) {
  if (!charge({1, 0, 1})) return false;
  open_.emplace_back().is_map = is_map;
  return true;
}

bool value_builder::push_list() { return push(false); }

bool value_builder::push_map() { return push(true); }

std::optional<std::size_t> value_builder::find_member(frame& f, const std::string& name) {
  if (f.members.size() < small_map) {
    const auto same = [&](const value::member& m) { return m.first == name; };
    const auto at = std::find_if(f.members.begin(), f.members.end(), same);
    if (at == f.members.end()) return std::nullopt;
    return static_cast<std::size_t>(at - f.members.begin());
  }
  if (f.keys.empty()) {
    for (std::size_t i = 0; i < f.members.size(); ++i) f.keys.emplace(f.members[i].first, i);
  }
  const auto [at, is_new] = f.keys.emplace(name, f.members.size());
  return is_new ? std::nullopt : std::optional(at->second);
}

bool value_builder::key(std::string name) {
  frame& f = open_.back();
  if (!charge({0, name.size(), 0})) return false;
  f.replaces = find_member(f, name);
  if (f.replaces && policy_ == duplicate_keys::refuse) return fail("duplicate key \"" + excerpt(name, 64) + "\"");
  f.last_key = std::move(name);
  return true;
}

void value_builder::attach(value v) {
  if (open_.empty()) {
    root_ = std::move(v);
  } else if (frame& f = open_.back(); !f.is_map) {
    f.elements.push_back(std::move(v));
  } else if (f.replaces) {
    f.members[*f.replaces].second = std::move(v);
  } else {
    f.members.emplace_back(f.last_key, std::move(v));
  }
}

value value_builder::pop() {
  frame f = std::move(open_.back());
  open_.pop_back();
  return f.is_map ? value(std::move(f.members)) : value(std::move(f.elements));
}

}  // namespace berth::k8s
