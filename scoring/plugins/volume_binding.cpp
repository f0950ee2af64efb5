#include "scoring/explains.hpp"
#include "scoring/plugins/fit_strategy.hpp"
#include "scoring/plugins/plugins.hpp"
#include "scoring/plugins/pod_claims.hpp"
#include "scoring/plugins/volume_bind.hpp"
#include "scoring/plugins/volume_shortfalls.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

/// VolumeBinding finds nodes from which a pod's volumes can be reached, binds claims that wait for their first consumer
/// to volumes that are there, or has volumes made for them, and holds the pod until that is done. It reads the pod's
/// claims, volumes, classes, CSI drivers and their capacities, and the nodes' labels.
/// Upstream: plugins/volumebinding.
namespace berth::scoring {

namespace {

/// What is found out in one cycle, and in the binding cycle after it.
struct cycle_of_volumes {
  volume_needs needs;
  std::unordered_map<node_id, volume_plan> plans;  ///< of the nodes that passed
  std::optional<volume_bindings> reserved;         ///< nothing is left to bind where there is none
  bool asked_to_write = false;
};

/// Shares of a class's storage, summed over the claims of a pod. Unsigned: amounts that are too large wrap, as in Go.
struct class_share {
  std::uint64_t requested = 0;
  std::uint64_t capacity = 0;

  void request(std::int64_t bytes) { requested += static_cast<std::uint64_t>(bytes); }
  void offer(std::int64_t bytes) { capacity += static_cast<std::uint64_t>(bytes); }
  /// In percent; a driver that does not say its capacity counts as full.
  std::int64_t utilization() const {
    const auto of = static_cast<std::int64_t>(capacity);
    if (of == 0 || static_cast<std::int64_t>(requested) > of) return 100;
    return static_cast<std::int64_t>(requested * 100) / of;
  }
};

std::int64_t bytes(const std::optional<k8s::quantity>& q) { return q ? q->value() : 0; }

/// Volumes that are there count where there are any, else what drivers say they have.
std::map<std::string, class_share> shares_of(const volume_plan& plan) {
  std::map<std::string, class_share> shares;
  for (const volume_plan::binding& b : plan.bindings) {
    class_share& s = shares[b.volume->class_name];
    s.request(bytes(b.claim->request));
    s.offer(bytes(b.volume->capacity));
  }
  if (!plan.bindings.empty()) return shares;
  for (const volume_plan::provision& p : plan.provisions) {
    if (p.capacity == nullptr) continue;
    class_share& s = shares[p.claim->class_name ? *p.claim->class_name : p.claim->class_annotation.value_or("")];
    // One capacity serves all claims of the class.
    s.capacity = static_cast<std::uint64_t>(bytes(p.capacity->capacity));
    s.request(bytes(p.claim->request));
  }
  return shares;
}

class volume_binding final : public plugin,
                             public pre_filter_plugin,
                             public filter_plugin,
                             public pre_score_plugin,
                             public score_plugin,
                             public reserve_plugin,
                             public pre_bind_plugin,
                             public explains {
 public:
  volume_binding(std::chrono::seconds at_most, std::vector<shape_point> shape)
      : at_most_(at_most), shape_(std::move(shape)) {}

  std::string_view name() const override { return "VolumeBinding"; }
  dependencies reads() const override { return {pod_volumes, reach::anywhere}; }

  std::vector<event_interest> events_to_register() const override {
    return {{event_resource::storage_class, action_add | action_update},
            {event_resource::persistent_volume_claim, action_add | action_update},
            {event_resource::persistent_volume, action_add | action_update},
            {event_resource::node, action_add | action_update_labels},
            {event_resource::csi_node, action_add | action_update},
            {event_resource::csi_driver, action_update},
            {event_resource::csi_storage_capacity, action_add | action_update}};
  }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (const auto* claim = e.now<k8s::persistent_volume_claim>()) return mounts(*pod.pod, *claim);
    if (const auto* now = e.now<k8s::storage_class>()) {
      const auto* before = e.before<k8s::storage_class>();
      return before == nullptr || before->allowed_topologies != now->allowed_topologies;
    }
    if (const auto* now = e.now<k8s::csi_node>()) {
      const auto* before = e.before<k8s::csi_node>();
      return before == nullptr || before->migrated_plugins != now->migrated_plugins;
    }
    if (const auto* now = e.now<k8s::csi_driver>()) {
      const auto* before = e.before<k8s::csi_driver>();
      return before != nullptr && before->storage_capacity && !now->storage_capacity && has_inline(pod.spec(), *now);
    }
    if (const auto* now = e.now<k8s::csi_storage_capacity>()) {
      const auto* before = e.before<k8s::csi_storage_capacity>();
      return before == nullptr ||
             (now->limit() && (!before->limit() || now->limit()->value() > before->limit()->value()));
    }
    return true;
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const override {
    cycle_of_volumes& state = cycle.of<cycle_of_volumes>(this, [] { return cycle_of_volumes(); });
    state = {};
    return {state.needs.resolve(*pod.pod, nodes.storage()), std::nullopt};
  }

  void filter(const pod_info&, const cluster& nodes, cycle_state& cycle, filter_column& column) const override {
    cycle_of_volumes* state = cycle.find<cycle_of_volumes>(this);
    if (state == nullptr || state->needs.within_reach_of_all(nodes.storage())) return;
    column.for_each([&](node_id n) {
      volume_plan plan;
      if (const status s = state->needs.judge(nodes.node(n), nodes.storage(), plan); !s.is_ok())
        column.refuse(n, s);
      else
        state->plans.insert_or_assign(n, std::move(plan));
    });
  }

  status pre_score(const pod_info& pod, const cluster&, cycle_state&, std::span<const node_id>) const override {
    // Upstream scores 0 where there is nothing to bind, which changes no order.
    return pod.spec().volumes.empty() ? status::skipped() : status::ok();
  }

  status score(const pod_info&, const cluster&, cycle_state& cycle, score_column& column) const override {
    const cycle_of_volumes* state = cycle.find<cycle_of_volumes>(this);
    if (state == nullptr || state->plans.empty()) return status::ok();
    for (std::size_t i = 0; i < column.nodes().size(); ++i)
      if (const auto plan = state->plans.find(column.nodes()[i]); plan != state->plans.end())
        column.scores()[i] = score_of(plan->second);
    return status::ok();
  }

  status reserve(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) override {
    cycle_of_volumes* state = cycle.find<cycle_of_volumes>(this);
    if (state == nullptr) return status::ok();
    const auto plan = state->plans.find(nodes.find_node(node));
    if (plan == state->plans.end() || all_bound(*pod.pod, nodes.storage())) return status::ok();
    state->reserved.emplace(plan->second, std::string(node));
    state->plans.clear();
    state->reserved->assume(cycle.out());
    return status::ok();
  }
  void unreserve(const pod_info&, const cluster&, cycle_state& cycle, std::string_view) override {
    cycle_of_volumes* state = cycle.find<cycle_of_volumes>(this);
    if (state != nullptr && state->reserved) state->reserved->restore(cycle.out());
  }

  pre_bind_result pre_bind(const pod_info&, const cluster& nodes, cycle_state& cycle, std::string_view node) override {
    cycle_of_volumes* state = cycle.find<cycle_of_volumes>(this);
    if (state == nullptr || !state->reserved) return status::ok();
    if (!state->asked_to_write) {
      state->asked_to_write = true;
      if (std::vector<storage_write> writes = state->reserved->writes(); !writes.empty()) {
        pre_bind_result r = status{code::wait, {}, {}};
        r.writes = std::move(writes);
        return r;
      }
    }
    if (!cycle.written.empty())
      if (std::string error = state->reserved->written(cycle.written, cycle.out()); !error.empty())
        return status::failed(std::move(error));
    const node_id n = nodes.find_node(node);
    const std::string name(node);
    volume_bindings::state s = state->reserved->check(n == no_node ? nullptr : &nodes.node(n), name, nodes.storage());
    switch (s.what) {
      case volume_bindings::progress::done:
        return status::ok();
      case volume_bindings::progress::failed:
        return status::failed("binding volumes: " + s.why);
      case volume_bindings::progress::waiting:
        break;
    }
    pre_bind_result r = status{code::wait, {}, {}};
    r.at_most = at_most_;
    r.late = status::failed("binding volumes: context deadline exceeded");
    return r;
  }

  std::vector<shortfall> account(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                 node_id n) const override {
    const cycle_of_volumes* state = cycle.find<cycle_of_volumes>(this);
    if (state == nullptr) return {};
    return volume_shortfalls(state->needs, *pod.pod, nodes.storage(), nodes.node(n));
  }

 private:
  std::int64_t score_of(const volume_plan& plan) const {
    const std::map<std::string, class_share> shares = shares_of(plan);
    if (shares.empty()) return 0;
    std::int64_t sum = 0;
    for (const auto& [name, s] : shares) sum += score_along(shape_, s.utilization());
    return static_cast<std::int64_t>(std::round(static_cast<double>(sum) / static_cast<double>(shares.size())));
  }

  static bool has_inline(const k8s::pod_spec& spec, const k8s::csi_driver& driver) {
    return std::any_of(spec.volumes.begin(), spec.volumes.end(), [&](const k8s::volume& v) {
      return v.source && v.source->kind == k8s::disk_kind::csi && v.source->driver == driver.name;
    });
  }

  std::chrono::milliseconds at_most_;
  std::vector<shape_point> shape_;
};

}  // namespace

std::unique_ptr<plugin> make_volume_binding(arguments& args, const plugin_context&) {
  const std::int64_t seconds = args.integer_or("bindTimeoutSeconds", 600, 0, std::numeric_limits<std::int64_t>::max());
  std::vector<shape_point> shape = read_shape(args, "shape");
  // Upstream: SetDefaults_VolumeBindingArgs.
  if (shape.empty()) shape = {{0, 100}, {100, 0}};
  args.finish();
  // What does not fit a duration is longer than anybody waits.
  constexpr std::int64_t most = 1'000'000'000;
  return std::make_unique<volume_binding>(std::chrono::seconds(std::min(seconds, most)), std::move(shape));
}

}  // namespace berth::scoring
