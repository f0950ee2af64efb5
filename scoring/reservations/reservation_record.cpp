#include "scoring/reservations/reservation_record.hpp"

#include "k8s/api/time.hpp"
#include "k8s/text/json_writer.hpp"
#include "k8s/text/utf8.hpp"
#include "k8s/text/value_reader.hpp"

#include <algorithm>
#include <vector>

namespace berth::scoring {

namespace {

constexpr std::size_t shown = 64;  // bytes of a foreign text in a message

k8s::error malformed(std::string what) { return {k8s::errc::malformed, std::move(what)}; }

k8s::result<std::string> text_of(const k8s::value& tree, const std::string& field) {
  const k8s::value* there = tree.find(field);
  if (there == nullptr) return malformed(field + ": missing");
  const std::string* text = there->as_string();
  if (text == nullptr) return malformed(field + ": expected a string, got " + there->kind());
  if (text->empty()) return malformed(field + ": empty");
  return *text;
}

// Exactly so many parts between slashes, none of them empty.
k8s::result<std::vector<std::string>> parts_of(const k8s::value& tree, const std::string& field, std::size_t count,
                                               const char* form) {
  const k8s::result<std::string> text = text_of(tree, field);
  if (!text) return text.error();
  std::vector<std::string> parts(1);
  for (const char c : *text) {
    if (c == '/')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  if (parts.size() != count || std::find(parts.begin(), parts.end(), "") != parts.end())
    return malformed(field + ": \"" + k8s::excerpt(*text, shown) + "\" is not " + form);
  return parts;
}

k8s::result<k8s::timestamp> time_of(const k8s::value& tree, const std::string& field) {
  const k8s::result<std::string> text = text_of(tree, field);
  if (!text) return text.error();
  const k8s::result<k8s::timestamp> time = k8s::parse_time(*text);
  // With its offset taken off it may lie beyond the years that can be written.
  if (!time || !k8s::parse_time(k8s::format_time(*time)))
    return malformed(field + ": \"" + k8s::excerpt(*text, shown) + "\" is not a time");
  return *time;
}

k8s::result<k8s::resource_list> resources_of(const k8s::value& tree) {
  const k8s::value* there = tree.find("resources");
  if (there == nullptr) return k8s::resource_list{};
  const k8s::value::map* members = there->as_map();
  if (members == nullptr) return malformed(std::string("resources: expected an object, got ") + there->kind());
  if (members->size() > max_reservation_record_resources) return malformed("resources: more than 64");
  std::vector<k8s::resource_list::entry> amounts;
  for (const auto& [name, value] : *members) {
    const std::string field = "resources." + k8s::excerpt(name, shown);
    if (name.empty()) return malformed("resources: a name is empty");
    if (value.as_string() == nullptr) return malformed(field + ": expected a string, got " + value.kind());
    const k8s::result<k8s::quantity> amount = k8s::quantity::parse(*value.as_string());
    if (!amount) return malformed(field + ": " + amount.error().detail);
    if (*amount < k8s::quantity{}) return malformed(field + ": negative");
    amounts.emplace_back(name, *amount);
  }
  return k8s::resource_list(std::move(amounts));
}

}  // namespace

k8s::result<reservation_record> decode_reservation_record(std::string_view json) {
  if (json.size() > max_reservation_record_bytes) return k8s::error{k8s::errc::too_large, "larger than 16 KiB"};
  const k8s::result<k8s::value> tree = k8s::read_json_value(json, "JSON");
  if (!tree) return tree.error();
  if (tree->as_map() == nullptr) return malformed(std::string("expected an object, got ") + tree->kind());

  const auto owner = parts_of(*tree, "owner", 3, "KIND/NAMESPACE/NAME");
  if (!owner) return owner.error();
  const auto owner_uid = text_of(*tree, "ownerUid");
  if (!owner_uid) return owner_uid.error();
  const auto pod = parts_of(*tree, "pod", 2, "NAMESPACE/NAME");
  if (!pod) return pod.error();
  if ((*pod)[0] != (*owner)[1]) return malformed("pod: not in the owner's namespace");
  const auto since = time_of(*tree, "since");
  if (!since) return since.error();
  const auto expires = time_of(*tree, "expires");
  if (!expires) return expires.error();
  auto resources = resources_of(*tree);
  if (!resources) return resources.error();
  return reservation_record{(*owner)[0], {(*owner)[1], (*owner)[2]}, *owner_uid, {(*pod)[0], (*pod)[1]}, *since,
                            *expires,    std::move(*resources)};
}

std::string encode_reservation_record(const reservation_record& record) {
  k8s::json_writer w;
  w.begin_object();
  w.member("owner", record.owner_kind + "/" + record.owner.text()).member("ownerUid", record.owner_uid);
  w.member("pod", record.pod.text());
  w.member("since", k8s::format_time(record.since)).member("expires", k8s::format_time(record.expires));
  if (!record.resources.empty()) {
    w.begin_object("resources");
    for (const auto& [name, amount] : record.resources) w.member(name, amount.text());
    w.end_object();
  }
  return w.end_object().take();
}

}  // namespace berth::scoring
