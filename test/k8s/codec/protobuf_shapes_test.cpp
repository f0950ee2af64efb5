#include "k8s/codec/object_kinds.hpp"
#include "k8s/codec/protobuf_messages.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <utility>

/// The tables of JSON and of protobuf beside each other: neither has what the other has not.
using namespace berth::k8s;

namespace {

using shape = json_shape;

class comparison {
 public:
  /// `elsewhere`: fields that stand beside the message: in its envelope, or cut out before.
  void compare(const shape& s, const protobuf_message& m, const std::string& at,
               const std::set<std::string>& elsewhere = {"kind", "apiVersion"}) {
    if (!seen_.emplace(&s, &m).second) return;
    places_[&s] += (places_[&s].empty() ? "" : ", ") + at;
    const bool root = at.find('.') == at.npos;
    for (const json_field& f : s.fields)
      if (!root || elsewhere.count(std::string(f.name)) == 0) missing_[&s].insert(std::string(f.name));
    fields_of(s, m, at);
  }

  /// Fields of shapes that no message has which the shape is filled from.
  std::string unread() const {
    std::string all;
    for (const auto& [s, names] : missing_) {
      for (const std::string& name : names)
        if (read_.count({s, name}) == 0) all += places_.at(s) + ": " + name + "\n";
    }
    return all;
  }
  /// Fields of messages that no shape takes.
  std::string unwanted() const {
    std::string all;
    for (const auto& [field, at] : offered_)
      if (wanted_.count(field) == 0) all += at + "\n";
    return all;
  }

 private:
  void fields_of(const shape& s, const protobuf_message& m, const std::string& at) {
    std::uint32_t last = 0;
    for (const protobuf_field& p : m.fields) {
      CHECK_MESSAGE(p.number > last, at << ": numbers ascend");
      last = p.number;
      if (p.kind == protobuf_field::type::inlined) {
        fields_of(s, *p.message, at);
        continue;
      }
      const std::string name = at + "." + std::string(p.name);
      offered_[&p] = name;
      for (const json_field& f : s.fields) {
        if (f.name != p.name) continue;
        wanted_.insert(&p);
        read_.insert({&s, std::string(p.name)});
        values(*f.shape, p, name);
      }
    }
  }

  void values(const shape& s, const protobuf_field& p, const std::string& at) {
    const shape* of = &s;
    switch (p.many) {
      case protobuf_field::count::one:
        break;
      case protobuf_field::count::list:
        REQUIRE_MESSAGE(s.kind == shape::type::list, at);
        of = s.element_shape;
        break;
      case protobuf_field::count::map:  // or an object of which some entries are read
        REQUIRE_MESSAGE((s.kind == shape::type::map || s.kind == shape::type::object), at);
        if (s.kind == shape::type::object) return;
        of = s.element_shape;
        break;
    }
    const bool is_object = of->kind == shape::type::object;
    CHECK_MESSAGE(is_object == (p.kind == protobuf_field::type::message), at);
    if (is_object) compare(*of, *p.message, at);
  }

  std::set<std::pair<const shape*, const protobuf_message*>> seen_;
  std::map<const shape*, std::string> places_;
  std::map<const shape*, std::set<std::string>> missing_;
  std::set<std::pair<const shape*, std::string>> read_;
  std::map<const protobuf_field*, std::string> offered_;
  std::set<const protobuf_field*> wanted_;
};

template <class Object>
void add(comparison& all, std::string_view kind) {
  const protobuf_message* message = find_protobuf_message(kind);
  REQUIRE_MESSAGE(message != nullptr, kind);
  all.compare(kind_of<Object>::shape, *message, std::string(kind));
}
template <class Object>
void add(comparison& all) {
  using kind = kind_of<Object>;
  if constexpr (requires { kind::names; })
    for (const std::string_view name : kind::names) add<Object>(all, name);
  else
    add<Object>(all, kind::name);
}

}  // namespace

TEST_CASE("protobuf messages: every field that is read of JSON is read of protobuf, and no other") {
  comparison all;
  add<pod>(all);
  add<node>(all);
  add<namespace_object>(all);
  add<workload>(all);
  add<label_selecting>(all);
  add<workload_selecting>(all);
  add<selecting_workload<label_selecting>>(all);
  add<selecting_workload<workload_selecting>>(all);
  add<persistent_volume>(all);
  add<persistent_volume_claim>(all);
  add<storage_class>(all);
  add<csi_node>(all);
  add<csi_driver>(all);
  add<csi_storage_capacity>(all);
  add<volume_attachment>(all);
  add<disruption_budget>(all);
  all.compare(status_shape, status_message, "Status");
  all.compare(identity_shape, any_object_message, "identity");
  // In place of a list may come a Status, which has a message of its own.
  all.compare(list_shape, any_list_message, "List", {"kind", "items", "code", "reason", "message", "details"});
  CHECK(all.unread() == "");
  CHECK(all.unwanted() == "");
}
