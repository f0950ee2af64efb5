#include "scoring/plugins/not_yet.hpp"

#include "scoring/plugins/not_yet_arguments.hpp"

#include <functional>
#include <string>
#include <utility>

namespace berth::scoring {

namespace {

// What of the plugin's domain the pod uses, in words; "" where it uses nothing.
using question = std::function<std::string_view(const k8s::pod_spec&)>;

class not_yet : public plugin {
 public:
  not_yet(std::string_view name, std::uint32_t of_pod, question uses)
      : uses_(std::move(uses)), name_(name), of_pod_(of_pod) {}
  std::string_view name() const override { return name_; }
  dependencies reads() const override { return {of_pod_, reach::own_object}; }
  std::vector<event_interest> events_to_register() const override { return cured_by_own_update(); }

 protected:
  question uses_;

 private:
  std::string_view name_;
  std::uint32_t of_pod_;
};

class not_yet_filter : public not_yet, public pre_filter_plugin, public filter_plugin {
 public:
  using not_yet::not_yet;
  pre_filter_result pre_filter(const pod_info& pod, const cluster&, cycle_state&) const override {
    return {uses_(pod.spec()).empty() ? status::skipped() : status::ok(), std::nullopt};
  }
  void filter(const pod_info& pod, const cluster&, cycle_state&, filter_column& column) const override {
    const std::string_view what = uses_(pod.spec());
    if (what.empty()) return;
    const refusal_id why = column.reason(status::unresolvable(not_yet_reason(what)));
    column.keep_only(node_set(column.nodes().universe()), why);
  }
};

// The other extension points, where such a plugin does nothing.

struct idle_pre_enqueue : pre_enqueue_plugin {
  status pre_enqueue(const pod_info&, const cluster&) const override { return {}; }
};
struct idle_post_filter : post_filter_plugin {
  post_filter_result post_filter(const pod_info&, const cluster&, cycle_state&, const diagnosis&,
                                 filters_again&) const override {
    return {{code::unschedulable, {}, {}}, std::nullopt};
  }
};
struct idle_score : pre_score_plugin, score_plugin {
  status pre_score(const pod_info&, const cluster&, cycle_state&, std::span<const node_id>) const override {
    return status::skipped();
  }
  status score(const pod_info&, const cluster&, cycle_state&, score_column&) const override { return {}; }
};
struct idle_reserve : reserve_plugin {
  status reserve(const pod_info&, const cluster&, cycle_state&, std::string_view) override { return {}; }
  void unreserve(const pod_info&, const cluster&, cycle_state&, std::string_view) override {}
};
struct idle_permit : permit_plugin {
  permit_result permit(const pod_info&, const cluster&, cycle_state&, std::string_view) override { return {}; }
};
struct idle_pre_bind : pre_bind_plugin {
  pre_bind_result pre_bind(const pod_info&, const cluster&, cycle_state&, std::string_view) override { return {}; }
};

template <class Base, class... Points>
class at : public Base, public Points... {
 public:
  using Base::Base;
};

std::string_view nothing(const k8s::pod_spec&) { return ""; }

std::string_view resource_claims(const k8s::pod_spec& spec) {
  return spec.resource_claims != 0 ? "resource claims" : "";
}

template <class Plugin>
void add(registry& plugins, std::string_view name, std::uint32_t of_pod, question uses, void (*read)(arguments&)) {
  plugins.add(std::string(name), [=](arguments& args, const plugin_context&) -> std::unique_ptr<plugin> {
    read(args);
    args.finish();
    return std::make_unique<Plugin>(name, of_pod, uses);
  });
}

}  // namespace

std::string not_yet_reason(std::string_view what) { return "berth does not support " + std::string(what) + " yet"; }

std::vector<event_interest> cured_by_own_update() { return {{event_resource::target_pod, action_update}}; }

void add_not_yet(registry& plugins) {
  using with_filter = not_yet_filter;
  add<at<with_filter, idle_pre_enqueue, idle_post_filter, idle_score, idle_reserve, idle_pre_bind>>(
      plugins, "DynamicResources", pod_volumes, resource_claims, read_dynamic_resources_arguments);
  // Pods that these concern do not exist without gates that are off.
  add<at<with_filter, idle_permit>>(plugins, "DeferredPodScheduling", 0, nothing, no_arguments);
  add<at<not_yet, idle_pre_enqueue, idle_permit>>(plugins, "GangScheduling", 0, nothing, no_arguments);
  add<not_yet>(plugins, "TopologyPlacementGenerator", 0, nothing, no_arguments);
  add<not_yet>(plugins, "PodGroupPodsCount", 0, nothing, no_arguments);
}

}  // namespace berth::scoring
