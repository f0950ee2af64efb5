#include "test/parity/histories.hpp"

#include "scoring/index/what_if.hpp"

#include <chrono>
#include <utility>

namespace berth::test {

namespace {

constexpr unsigned most_nodes = 10;
constexpr unsigned most_pods = 60;
constexpr unsigned workload_count = 10;

enum change : unsigned {
  set_a_node,
  remove_a_node,
  place_a_pod,
  remove_a_pod,
  nominate_a_pod,
  try_and_undo,
  change_a_namespace,
  change_what_selects,
  change_a_budget,
  change_some_storage,
};

std::string node_name(dice& d) { return "n" + std::to_string(d.below(most_nodes)); }
k8s::timestamp at(unsigned seconds) { return k8s::timestamp(std::chrono::seconds(seconds)); }

template <class Objects, class Object>
void put(Objects& list, Object object) {
  const auto same = [&](const auto& o) { return o->key == object.key; };
  std::erase_if(list, same);
  list.push_back(std::make_shared<const Object>(std::move(object)));
}

}  // namespace

std::vector<step> random_history(std::uint64_t seed, std::size_t length) {
  dice d(seed);
  std::vector<step> steps;
  const auto begin_with = [&](change what, unsigned times) {
    for (unsigned i = 0; i < times; ++i) steps.push_back({what, d.seed(), false});
  };
  begin_with(set_a_node, 10);
  begin_with(change_some_storage, 40);
  begin_with(change_a_namespace, 2);
  begin_with(change_a_budget, 3);
  begin_with(place_a_pod, 25);
  for (std::size_t i = 0; i < length; ++i)
    steps.push_back(
        {d.pick<unsigned>({set_a_node, remove_a_node, place_a_pod, place_a_pod, place_a_pod, place_a_pod, remove_a_pod,
                           nominate_a_pod, try_and_undo, change_a_namespace, change_a_namespace, change_what_selects,
                           change_a_budget, change_some_storage, change_some_storage}),
         d.seed()});
  return steps;
}

std::string describe(const step& s) {
  dice d(s.seed);
  const auto number = [&] { return "p" + std::to_string(d.below(most_pods)); };
  switch (s.what) {
    case set_a_node:
      return "set " + node_name(d);
    case remove_a_node:
      return "remove " + node_name(d);
    case place_a_pod: {
      const std::string pod = number();
      return "place " + pod + " on " + node_name(d);
    }
    case remove_a_pod:
      return "remove " + number();
    case nominate_a_pod: {
      const std::string pod = number();
      return "nominate " + pod + " to " + node_name(d);
    }
    case try_and_undo:
      return "try something and undo it";
    case change_a_namespace:
      return "change a namespace";
    case change_what_selects:
      return "change a service or a workload";
    case change_some_storage:
      return "change a volume, a claim or another object of storage";
    default:
      return "change a disruption budget";
  }
}

two_clusters::two_clusters(std::uint64_t seed) {
  dice d(seed);
  for (unsigned i = 0; i < workload_count; ++i) workloads_.push_back(random_workload(d));
}

const std::shared_ptr<const k8s::pod_spec>& two_clusters::workload_of(unsigned pod) const {
  return workloads_[pod % workloads_.size()];
}

k8s::pod two_clusters::pod(unsigned number) const {
  k8s::pod p;
  p.spec = workload_of(number);
  p.key = {p.spec->namespace_, "p" + std::to_string(number)};
  p.uid = "uid-" + p.key.name;
  p.resource_version = "1";
  p.started = at(1000 + number);  // each another, so that victims have an order
  return p;
}

k8s::pod_ptr two_clusters::waiting_pod(std::uint64_t seed) const {
  dice d(seed);
  // Often of the same few, for which berth has kept answers.
  k8s::pod p = pod(d.one_in(3) ? d.below(most_pods) : d.below(3));
  p.key.name = "waiting";
  p.uid = "uid-waiting";
  p.started.reset();
  if (d.one_in(6)) p.nominated_node_name = node_name(d);
  if (d.one_in(2)) {
    k8s::pod_spec important = *p.spec;
    important.priority = 20;
    p.spec = std::make_shared<const k8s::pod_spec>(std::move(important));
  }
  return std::make_shared<const k8s::pod>(std::move(p));
}

void two_clusters::apply(const step& s) {
  dice d(s.seed);
  switch (s.what) {
    case set_a_node:
      return set_node(node_name(d), d);
    case remove_a_node:
      return remove_node(node_name(d));
    case place_a_pod: {
      const unsigned number = d.below(most_pods);
      return place(number, node_name(d), d);
    }
    case remove_a_pod:
      return remove_pod(d.below(most_pods));
    case nominate_a_pod: {
      const unsigned number = d.below(most_pods);
      return nominate(number, node_name(d));
    }
    case try_and_undo:
      return try_something(d);
    case change_a_namespace:
      return change_namespace(d);
    case change_what_selects:
      return change_selecting(d);
    case change_some_storage:
      return change_storage(d);
    default:
      return change_budget(d);
  }
}

void two_clusters::set_node(const std::string& name, dice& d) {
  const auto node = std::make_shared<const k8s::node>(random_node(name, d));
  std::erase_if(objects.nodes, [&](const k8s::node_ptr& n) { return n->name == name; });
  objects.nodes.push_back(node);
  live.set_node(node);
}

void two_clusters::remove_node(const std::string& name) {
  std::erase_if(objects.nodes, [&](const k8s::node_ptr& n) { return n->name == name; });
  live.remove_node(name);
}

void two_clusters::take_out(const std::string& uid) {
  std::erase_if(objects.pods, [&](const k8s::pod_ptr& p) { return p->uid == uid; });
}

void two_clusters::place(unsigned number, const std::string& node, dice& d) {
  k8s::pod made = pod(number);
  made.node_name = node;
  if (d.one_in(8)) {
    made.deleted = at(5000);
    made.preempted = d.one_in(2);
  }
  if (d.one_in(12)) made.phase = k8s::pod_phase::succeeded;
  if (d.one_in(8)) {  // somebody changed its labels
    k8s::pod_spec other = *made.spec;
    other.labels = random_labels(d);
    made.spec = std::make_shared<const k8s::pod_spec>(std::move(other));
  }
  if (d.one_in(8)) {
    k8s::resource_list more;
    more.set("cpu", k8s::quantity::from_milli(1500));
    made.status_resources.push_back({made.spec->containers.front().name, more, more});
    made.resize_infeasible = d.one_in(3);
  } else if (made.spec->overhead.empty() && d.one_in(10)) {
    k8s::resource_list more;
    more.set("cpu", k8s::quantity::from_milli(800));
    made.pod_level_status.emplace();
    if (!d.one_in(4)) made.pod_level_status->allocated = more;
    if (!d.one_in(4)) made.pod_level_status->actual = more;
  }
  const auto shared = std::make_shared<const k8s::pod>(std::move(made));
  take_out(shared->uid);
  objects.pods.push_back(shared);
  live.nominations().remove(shared->uid);
  live.place(live.intern(shared), node);
}

void two_clusters::remove_pod(unsigned number) {
  const std::string uid = pod(number).uid;
  take_out(uid);
  live.nominations().remove(uid);
  live.remove(uid);
}

void two_clusters::nominate(unsigned number, const std::string& node) {
  k8s::pod made = pod(number);
  for (const k8s::pod_ptr& p : objects.pods)
    if (p->uid == made.uid && !p->node_name.empty()) return;
  made.started.reset();
  made.nominated_node_name = node;
  const auto shared = std::make_shared<const k8s::pod>(std::move(made));
  take_out(shared->uid);
  objects.pods.push_back(shared);
  live.nominations().set(live.intern(shared), node);
}

void two_clusters::try_something(dice& d) {
  scoring::what_if tried(live);
  for (unsigned i = 0; i < 4; ++i) {
    k8s::pod made = pod(d.below(most_pods));
    made.node_name = node_name(d);
    const std::string node = made.node_name;
    if (d.one_in(2))
      tried.place(live.intern(std::make_shared<const k8s::pod>(std::move(made))), node);
    else
      tried.remove(made.uid);
  }
}

void two_clusters::change_namespace(dice& d) {
  const std::string name = d.pick({"default", "other"});
  std::erase_if(objects.namespaces, [&](const k8s::namespace_ptr& n) { return n->name == name; });
  if (d.one_in(4)) return live.remove_namespace(name);
  k8s::namespace_object made;
  made.name = name;
  made.resource_version = "1";
  made.labels = random_labels(d);
  objects.namespaces.push_back(std::make_shared<const k8s::namespace_object>(std::move(made)));
  live.set_namespace(objects.namespaces.back());
}

void two_clusters::change_selecting(dice& d) {
  using scoring::selecting_kind;
  const k8s::object_key key{d.pick({"default", "other"}), d.pick({"w0", "w1"})};
  std::optional<k8s::label_selector> selector;
  const auto kind = d.pick({selecting_kind::service, selecting_kind::service, selecting_kind::replica_set,
                            selecting_kind::stateful_set, selecting_kind::replication_controller});
  const bool by_labels = kind == selecting_kind::service || kind == selecting_kind::replication_controller;
  if (!d.one_in(5)) selector = by_labels ? k8s::label_selector{random_labels(d), {}} : random_selector(d);
  const auto enter = [&](auto& list, auto object) {
    object.key = key;
    object.selector = selector;
    put(list, std::move(object));
  };
  if (kind == selecting_kind::service) enter(objects.services, k8s::label_selecting{});
  if (kind == selecting_kind::replication_controller) enter(objects.replication_controllers, k8s::label_selecting{});
  if (kind == selecting_kind::replica_set) enter(objects.replica_sets, k8s::workload_selecting{});
  if (kind == selecting_kind::stateful_set) enter(objects.stateful_sets, k8s::workload_selecting{});
  live.workload_selectors().set(kind, key, selector);
}

void two_clusters::change_budget(dice& d) {
  k8s::disruption_budget made;
  made.key = {d.pick({"default", "other"}), d.pick({"b0", "b1"})};
  made.resource_version = "1";
  if (!d.one_in(6)) made.selector = random_selector(d);
  made.disruptions_allowed = d.pick({0, 0, 1, 2});
  for (unsigned n = d.one_in(2) ? d.below(most_pods) : 0; n > 0; --n)
    made.disrupted_pods.set("p" + std::to_string(d.below(most_pods)), "");
  put(objects.disruption_budgets, std::move(made));
  live.set_disruption_budget(objects.disruption_budgets.back());
}

}  // namespace berth::test
