#include "scoring/plugins/placed_tally.hpp"
#include "scoring/plugins/plugins.hpp"

#include <limits>
#include <optional>
#include <string>

/// MaxPodCount refuses a pod, on every node, once `limit` pods of its scope are placed. Placed means bound or assumed,
/// and not terminal; a terminating pod counts until it is gone. One that is nominated does not count: the framework
/// holds room for those on their node alone, and the limit is one of all nodes. It reads the pods placed anywhere,
/// their namespaces, scheduler names and labels. No upstream counterpart.
///
/// Arguments:
/// - limit: required, at least 0.
/// - scope: namespace (the default) counts the pods of the pod's namespace; scheduler those of this profile's
///   schedulerName; cluster all.
/// - selector: a label selector; only pods that it matches are counted, and only they are refused.
/// - message: the reason; {limit} stands for the limit, {count} for how many are placed.
///
/// Enabled under filter (or multiPoint) it speaks at its place in the order of blame; under preFilter alone, for all
/// nodes and before any Filter. Both ways the FitError carries the number of nodes: "0/3 nodes are available: 3
/// pod limit ...".
namespace berth::scoring {

namespace {

constexpr std::string_view default_message = "pod limit of the {scope} reached (limit {limit}, placed {count})";

enum class scope { of_namespace, of_scheduler, of_cluster };

std::string with(std::string text, std::string_view placeholder, std::string_view value) {
  for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at)) {
    text.replace(at, placeholder.size(), value);
    at += value.size();
  }
  return text;
}

struct settings {
  std::int64_t limit = 0;
  scope within = scope::of_namespace;
  std::string scheduler_name;
  std::optional<k8s::label_selector> selector;
  std::string message;  ///< a template that knows {count}
};

class max_pod_count final : public plugin, public pre_filter_plugin, public filter_plugin {
 public:
  explicit max_pod_count(settings s)
      : settings_(std::move(s)), placed_([this](const k8s::pod_spec& placed) { return kind_of(placed); }) {}

  std::string_view name() const override { return "MaxPodCount"; }

  dependencies reads() const override {
    std::uint32_t of_pod = 0;
    if (settings_.within == scope::of_namespace) of_pod |= pod_namespace;
    if (settings_.selector) of_pod |= pod_labels;
    return {of_pod, reach::anywhere};
  }

  std::vector<event_interest> events_to_register() const override {
    std::uint32_t of_placed = action_delete;
    if (settings_.selector) of_placed |= action_update_labels;
    std::vector<event_interest> events{{event_resource::assigned_pod, of_placed}};
    if (settings_.selector) events.push_back({event_resource::target_pod, action_update_labels});
    return events;
  }

  // Where fewer pods count than before, by deletion or because the selector no longer matches.
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override {
    if (e.resource == event_resource::target_pod) return e.new_pod == nullptr || !limits(*e.new_pod->spec);
    if (e.old_pod == nullptr) return true;
    return counts(*e.old_pod->spec, pod.spec()) && (e.new_pod == nullptr || !counts(*e.new_pod->spec, pod.spec()));
  }

  pre_filter_result pre_filter(const pod_info& pod, const cluster& nodes, cycle_state&) const override {
    const std::optional<std::int64_t> count = too_many(pod, nodes);
    if (!count) return {status::skipped(), std::nullopt};
    return {refusal(*count), std::nullopt, true};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state&, filter_column& column) const override {
    if (const std::optional<std::int64_t> count = too_many(pod, nodes))
      column.keep_only(node_set(column.nodes().universe()), column.reason(refusal(*count)));
  }

 private:
  status refusal(std::int64_t count) const {
    return status::unresolvable(with(settings_.message, "{count}", std::to_string(count)));
  }

  bool limits(const k8s::pod_spec& spec) const {
    return !settings_.selector || settings_.selector->matches(spec.labels);
  }

  // Whether a placed pod is one of those that stand in the way of a waiting one.
  bool counts(const k8s::pod_spec& placed, const k8s::pod_spec& waiting) const {
    const std::optional<std::string_view> kind = kind_of(placed);
    return kind && (settings_.within != scope::of_namespace || *kind == waiting.namespace_);
  }

  // How many are placed, where that is the limit or more; nothing where there is room for this pod.
  std::optional<std::int64_t> too_many(const pod_info& pod, const cluster& nodes) const {
    if (!limits(pod.spec())) return std::nullopt;
    const bool by_namespace = settings_.within == scope::of_namespace;
    const std::int64_t count = placed_.count(nodes, by_namespace ? std::string_view(pod.spec().namespace_) : "");
    if (count < settings_.limit) return std::nullopt;
    return count;
  }

  // What a placed pod is counted under.
  std::optional<std::string_view> kind_of(const k8s::pod_spec& placed) const {
    if (settings_.within == scope::of_scheduler && placed.scheduler_name != settings_.scheduler_name)
      return std::nullopt;
    if (!limits(placed)) return std::nullopt;
    return settings_.within == scope::of_namespace ? std::string_view(placed.namespace_) : "";
  }

  settings settings_;
  mutable placed_tally placed_;  ///< a cache of what the cluster says
};

}  // namespace

std::unique_ptr<plugin> make_max_pod_count(arguments& args, const plugin_context& context) {
  settings s;
  const std::optional<std::int64_t> limit = args.integer("limit", 0, std::numeric_limits<std::int64_t>::max());
  if (!limit) args.fail("limit", "is required");
  s.limit = *limit;
  const std::string within = args.choice_or("scope", "namespace", {"namespace", "scheduler", "cluster"});
  if (within == "scheduler") s.within = scope::of_scheduler;
  if (within == "cluster") s.within = scope::of_cluster;
  s.scheduler_name = context.scheduler_name;
  s.selector = args.label_selector("selector");
  s.message = args.text_or("message", with(std::string(default_message), "{scope}", within));
  s.message = with(std::move(s.message), "{limit}", std::to_string(s.limit));
  args.finish();
  return std::make_unique<max_pod_count>(std::move(s));
}

}  // namespace berth::scoring
