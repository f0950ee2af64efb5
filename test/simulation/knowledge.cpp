#include "test/simulation/knowledge.hpp"

#include "k8s/codec/decode.hpp"

#include <set>
#include <utility>

namespace berth::simulation {

namespace {

k8s::object_key key_of(const k8s::pod& pod) { return pod.key; }
k8s::object_key key_of(const k8s::node& node) { return {"", node.name}; }

}  // namespace

void knowledge::list_begins(std::string_view resource) {
  if (resource == "pods") listed_pods_.clear();
  if (resource == "nodes") listed_nodes_.clear();
}

void knowledge::item(std::string_view resource, std::string_view json) {
  if (resource == "pods") {
    if (auto pod = k8s::decode_pod(json)) listed_pods_.push_back(std::move(*pod));
  } else if (resource == "nodes") {
    if (auto node = k8s::decode_node(json)) listed_nodes_.push_back(std::move(*node));
  }
}

template <class Object>
void knowledge::replace(table<Object>& all, std::vector<std::shared_ptr<const Object>>& list) {
  std::set<k8s::object_key> there;
  for (const auto& object : list) there.insert(key_of(*object));
  for (auto& [key, known] : all)
    if (known.now && !there.contains(key)) known.becomes(nullptr, time_.now());
  for (auto& object : list) all[key_of(*object)].becomes(object, time_.now());
  list.clear();
}

void knowledge::list_ends(std::string_view resource) {
  if (resource == "pods") replace(pods_, listed_pods_);
  if (resource == "nodes") replace(nodes_, listed_nodes_);
}

template <class Object>
void knowledge::take_line(table<Object>& all, std::string_view json) {
  using type = typename k8s::watch_event<Object>::type;
  auto event = k8s::decode_watch_event<Object>(json);
  if (!event || event->object == nullptr) return;
  const k8s::object_key key = key_of(*event->object);
  all[key].becomes(event->what == type::deleted ? nullptr : std::move(event->object), time_.now());
}

void knowledge::line(std::string_view resource, std::string_view json) {
  if (resource == "pods") take_line(pods_, json);
  if (resource == "nodes") take_line(nodes_, json);
}

void knowledge::looked_up(std::string_view json) {
  auto pod = k8s::decode_pod(json);
  if (!pod) return;
  shown<k8s::pod>& known = pods_[(*pod)->key];
  if (known.now == nullptr || known.now->uid != (*pod)->uid) known.becomes(std::move(*pod), time_.now());
}

const shown<k8s::pod>* knowledge::pod(const k8s::object_key& key) const {
  const auto there = pods_.find(key);
  return there == pods_.end() ? nullptr : &there->second;
}

const shown<k8s::node>* knowledge::node(const std::string& name) const {
  const auto there = nodes_.find({"", name});
  return there == nodes_.end() ? nullptr : &there->second;
}

bool knowledge::knew_on_node(const k8s::pod& pod, const std::string& node) const {
  const auto* known = this->pod(pod.key);
  if (known == nullptr) return false;
  for (const auto& state : known->possible(time_.now()))
    if (state == nullptr || state->uid != pod.uid || state->node_name != node) return false;
  return true;
}

}  // namespace berth::simulation
