#include "scoring/plugins/plugins.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

/// Trace writes a log line at every extension point, so that one can watch a pod pass through them: `"Filter"
/// pod="default/test" node="n1"`. It reads nothing, refuses nothing and prefers no node: what is decided is as without
/// it, and where it stands in the order of plugins it sees what those before it left. No upstream counterpart; the
/// tutorials' logging plugins are.
///
/// Arguments
///   verbosity  the level of its lines, 0 (default) to 10
///   nodes      of how many nodes Filter, PreScore and Score have a line, per pod and point; one more line tells how
///              many were left out. Default 100, at most 10000
///   hold       how long a pod is kept waiting in Permit ("5s"), at most 10 minutes; default 0, not at all
///
/// Lines are effects, so those of one decision (PreFilter to NormalizeScore) are written together when it is made.
/// Asked about every node in every cycle, it costs what it shows: not for clusters of thousands of nodes.
namespace berth::scoring {

namespace {

constexpr std::chrono::minutes longest_hold{10};
/// What Permit asks for beyond the hold: the pod is let go before its time runs out.
constexpr std::chrono::minutes spare{1};

struct settings {
  int verbosity = 0;
  std::size_t nodes = 100;
  std::chrono::milliseconds hold{0};
};

class trace final : public plugin,
                    public pre_filter_plugin,
                    public filter_plugin,
                    public pre_score_plugin,
                    public score_plugin,
                    public reserve_plugin,
                    public permit_plugin,
                    public pre_bind_plugin,
                    public post_bind_plugin {
 public:
  explicit trace(settings s) : settings_(s) {}

  std::string_view name() const override { return "Trace"; }
  // Of the pod and the nodes it reads nothing, but an answer that were kept would leave no line.
  dependencies reads() const override { return {pod_identity, reach::anywhere}; }
  std::vector<event_interest> events_to_register() const override { return {}; }

  pre_filter_result pre_filter(const pod_info& pod, const cluster&, cycle_state& cycle) const override {
    say(cycle, "PreFilter", pod);
    return {status::ok(), std::nullopt};
  }

  void filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, filter_column& column) const override {
    std::size_t seen = 0;
    column.for_each([&](node_id n) {
      if (seen++ < settings_.nodes) say(cycle, "Filter", pod, nodes.node(n).name);
    });
    say_rest(cycle, "Filter", pod, seen);
  }

  status pre_score(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                   std::span<const node_id> feasible) const override {
    say_each(cycle, "PreScore", pod, nodes, feasible);
    return status::ok();
  }

  status score(const pod_info& pod, const cluster& nodes, cycle_state& cycle, score_column& column) const override {
    say_each(cycle, "Score", pod, nodes, column.nodes());
    return status::ok();
  }
  bool normalizes() const override { return true; }
  status normalize(const pod_info& pod, const cluster&, cycle_state& cycle, score_column&) const override {
    say(cycle, "NormalizeScore", pod);
    return status::ok();
  }

  status reserve(const pod_info& pod, const cluster&, cycle_state& cycle, std::string_view node) override {
    say(cycle, "Reserve", pod, node);
    return status::ok();
  }
  void unreserve(const pod_info& pod, const cluster&, cycle_state& cycle, std::string_view node) override {
    say(cycle, "Unreserve", pod, node);
  }

  permit_result permit(const pod_info& pod, const cluster&, cycle_state& cycle, std::string_view node) override {
    say(cycle, "Permit", pod, node);
    if (settings_.hold.count() == 0) return {status::ok()};
    cycle.out().add(allow_pod{pod.pod->uid, std::string(name()), settings_.hold});
    return {{code::wait, {}, {}}, settings_.hold + spare};
  }

  pre_bind_result pre_bind(const pod_info& pod, const cluster&, cycle_state& cycle, std::string_view node) override {
    say(cycle, "PreBind", pod, node);
    return status::ok();
  }

  void post_bind(const pod_info& pod, const cluster&, cycle_state& cycle, std::string_view node) override {
    say(cycle, "PostBind", pod, node);
  }

 private:
  void say(cycle_state& cycle, const char* point, const pod_info& pod) const {
    cycle.out().log(settings_.verbosity, point, {{"pod", pod.pod->key}});
  }
  void say(cycle_state& cycle, const char* point, const pod_info& pod, std::string_view node) const {
    cycle.out().log(settings_.verbosity, point, {{"pod", pod.pod->key}, {"node", node}});
  }
  void say_each(cycle_state& cycle, const char* point, const pod_info& pod, const cluster& nodes,
                std::span<const node_id> list) const {
    for (const node_id n : list.first(std::min(list.size(), settings_.nodes)))
      say(cycle, point, pod, nodes.node(n).name);
    say_rest(cycle, point, pod, list.size());
  }
  void say_rest(cycle_state& cycle, const char* point, const pod_info& pod, std::size_t nodes) const {
    if (nodes <= settings_.nodes) return;
    cycle.out().log(settings_.verbosity, point, {{"pod", pod.pod->key}, {"nodesNotListed", nodes - settings_.nodes}});
  }

  settings settings_;
};

}  // namespace

std::unique_ptr<plugin> make_trace(arguments& args, const plugin_context&) {
  settings s;
  s.verbosity = static_cast<int>(args.integer_or("verbosity", 0, 0, 10));
  s.nodes = static_cast<std::size_t>(args.integer_or("nodes", 100, 0, 10'000));
  if (const auto hold = args.duration("hold")) {
    s.hold = std::chrono::duration_cast<std::chrono::milliseconds>(*hold);
    if (*hold < std::chrono::nanoseconds{0} || s.hold > longest_hold) args.fail("hold", "must be from 0s to 10m");
  }
  args.finish();
  return std::make_unique<trace>(s);
}

}  // namespace berth::scoring
