#pragma once

#include "scoring/cluster.hpp"
#include "scoring/cluster_event.hpp"
#include "scoring/column.hpp"
#include "scoring/effects.hpp"
#include "scoring/pod_fields.hpp"
#include "scoring/pod_info.hpp"
#include "scoring/status.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// The extension points of the scheduling framework, each an interface of its own: a plugin derives from `plugin` and
/// from those it takes part in, and a profile enables it under each by name.
///
/// To write one: derive from `plugin` and, say, `node_filter_plugin`; give it a name and a `filter_node`; add a factory
/// to the registry. That is all: everything else has a default that is right, and what a plugin says beyond (`reads`,
/// `events_to_register`, a column at a time) makes it faster.
///
/// All calls come on the one strand that owns the cluster; a plugin needs no locks. A plugin does no I/O and reads no
/// clock: what must happen outside it returns as effects, which the process performs. A plugin lives as long as its
/// profile. Upstream: kube-scheduler/framework (staging), interface.go. Order of calls: PreEnqueue, QueueSort,
/// PreFilter, Filter, PostFilter, PreScore, Score, NormalizeScore, Reserve, Permit, PreBind, Bind, PostBind.
namespace berth::scoring {

/// What of the cluster a plugin's Filter and Score look at. Answers that rest on the node alone are kept until that
/// node changes; others are asked for anew in each cycle.
enum class reach : std::uint8_t {
  own_object,   ///< the node's object (labels, taints, cordon, annotations, allocatable, images), not the pods on it
  own_node,     ///< that, the pods on the node and what they hold
  all_objects,  ///< own_object, and facts about all nodes that move on with cluster::node_generation()
  all_nodes,    ///< own_node, and such facts
  anywhere,     ///< pods anywhere, namespaces, or something outside
};
constexpr bool reads_pods(reach r) noexcept { return r != reach::own_object && r != reach::all_objects; }
constexpr bool reads_all_nodes(reach r) noexcept { return r == reach::all_objects || r == reach::all_nodes; }

/// What Filter and Score read: all of it, or stale answers are kept. Pods that agree in `of_pod` (a mask of pod_field)
/// over all plugins of a profile are one class. PreFilter and PreScore are called in every cycle and may read anything,
/// but what they pass on to a Filter or Score that is kept must follow from what is declared here.
struct dependencies {
  std::uint32_t of_pod = pod_everything;
  reach of_cluster = reach::anywhere;
};

/// Who watches the calls: see observer.hpp, which is the process's business.
class observer;

/// The state of one pod's journey: one slot per plugin, filled by that plugin, gone with the cycle.
class cycle_state {
 public:
  /// The plugin's own state, made by `make()` when first asked for in this cycle.
  template <class T, class Make>
  T& of(const void* plugin, Make&& make);
  template <class T>
  T* find(const void* plugin) noexcept;

  effects& out() noexcept { return effects_; }

  /// What became of the writes that PreBind asked for last; fewer than were asked for where one failed, which is then
  /// the last of these.
  std::vector<write_reply> written;
  /// Extenders are asked before pods are evicted: PostFilter names all candidates. The framework's.
  bool proposes_preemptions = false;
  /// How many PreBind plugins are done. The framework's, not the plugins'.
  std::size_t pre_bound = 0;

  /// Who is told what runs; nullptr: nobody. The framework's, not the plugins'.
  void observed_by(observer* who) noexcept { observer_ = who; }
  observer* watcher() const noexcept { return observer_; }

  /// As it is now, to be changed apart: each plugin's state is copied, but for types that have no copies, which are
  /// shared. Without effects, and unobserved. Made often, for one node at a time: a plugin does well to keep what is
  /// large behind a shared_ptr to const, and beside it what `pre_filter_extensions` changes. Upstream:
  /// CycleState.Clone.
  cycle_state clone() const;

 private:
  struct slot {
    const void* plugin;
    std::shared_ptr<void> state;
    std::shared_ptr<void> (*copy)(const std::shared_ptr<void>& state);
  };
  template <class T>
  static std::shared_ptr<void> copy_of(const std::shared_ptr<void>& state);
  std::vector<slot> slots_;
  effects effects_;
  observer* observer_ = nullptr;
};

class plugin {
 public:
  virtual ~plugin() = default;
  virtual std::string_view name() const = 0;

  /// Defaults are right for any plugin, and slow: say less to be kept between cycles.
  virtual dependencies reads() const { return {}; }

  /// Which cluster events may cure a refusal by this plugin. The default is every event.
  virtual std::vector<event_interest> events_to_register() const { return {{}}; }
  /// Whether this event, one of those, is worth another try for this pod. Upstream: QueueingHintFn.
  virtual bool queueing_hint(const pod_info& pod, const cluster_event& event) const;
};

class pre_enqueue_plugin {
 public:
  virtual ~pre_enqueue_plugin() = default;
  /// Anything but success keeps the pod out of the active queue ("gated"), without an event or a condition.
  virtual status pre_enqueue(const pod_info& pod, const cluster& nodes) const = 0;
};

/// A pod in the queue, in the facts that an order may use. Times in microseconds since the epoch.
struct queued_pod {
  const pod_info* pod;
  std::int64_t queued_at;
};

class queue_sort_plugin {
 public:
  virtual ~queue_sort_plugin() = default;
  virtual bool before(const queued_pod& a, const queued_pod& b) const = 0;
};

struct pre_filter_result {
  status what;
  /// Only these nodes need be looked at; absent means all. Upstream: PreFilterResult.NodeNames.
  std::optional<std::vector<std::string>> node_names;
  /// A rejection that every node gives, as if by Filter, so that the FitError counts it ("0/3 nodes are available: 3
  /// ..."); without it the FitError has the bare reason, as upstream's. Where the plugin's own Filter is enabled too,
  /// that one speaks instead, at its place in the order of blame.
  bool per_node = false;
};

class pre_filter_plugin {
 public:
  virtual ~pre_filter_plugin() = default;
  /// `skip` drops this plugin's Filter for the pod; a rejection refuses the pod on every node.
  virtual pre_filter_result pre_filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle) const = 0;
};

/// For a plugin whose Filter goes by what its PreFilter made of the pods in the cluster, and left in the cycle: how
/// that changes when one pod is put on a node, or taken away. Not called where its PreFilter skipped.
///
/// Filters are tried so on one node with pods that are not there (nominated ones) or without some that are (possible
/// victims). The node's own columns, pods_on and host_ports_on are changed already when this is called, and are all
/// that most plugins read; the rest of the cluster stands as it was, and so do parts of the index. `cycle` is a copy
/// (cycle_state::clone), so that nothing need be undone. Upstream: framework.PreFilterExtensions.
class pre_filter_extensions {
 public:
  virtual ~pre_filter_extensions() = default;
  /// `added` counts on `node` from now on. It may be a waiting pod, without a node of its own.
  virtual status add_pod(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const pod_info& added,
                         node_id node) const = 0;
  /// `removed`, which is placed on `node`, counts no more.
  virtual status remove_pod(const pod_info& pod, const cluster& nodes, cycle_state& cycle, const pod_info& removed,
                            node_id node) const = 0;
};

class filter_plugin {
 public:
  virtual ~filter_plugin() = default;
  /// Refuses, of the nodes in the column, those that the pod cannot run on. May be asked for any subset of the nodes.
  virtual void filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, filter_column& column) const = 0;
};

/// Base class for plugins that judge one node at a time.
class node_filter_plugin : public filter_plugin {
 public:
  virtual status filter_node(const pod_info& pod, const cluster& nodes, cycle_state& cycle, node_id node) const = 0;
  void filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle, filter_column& column) const final;
};

/// What each node said, for PostFilter and for the message: see diagnosis.hpp.
struct diagnosis;

/// The profile's filters once more, for the pod that PostFilter is about, on one node with pods taken out and put in.
///
///   again.begin(n);
///   again.remove_pod(victim);
///   if (again.filter().is_ok()) ...      // it fits without the victim
///
/// Lives as long as the call of PostFilter that it was given to. `nodes` shows what is tried on the node where `begin`
/// was called last (see pre_filter_extensions) until PostFilter returns or begins at another node.
class filters_again {
 public:
  virtual ~filters_again() = default;
  /// At this node as it stands. n is in nodes.nodes().
  virtual void begin(node_id n) = 0;
  /// The pod is on the node. An error has the whole message.
  virtual status remove_pod(const pod_info& placed) = 0;
  virtual status add_pod(const pod_info& pod) = 0;
  /// Success, the first refusal (it names its plugin), or an error with the whole message. Nominated pods of equal or
  /// higher priority hold their room, as in Filter. Upstream: RunFilterPluginsWithNominatedPods.
  virtual status filter() = 0;
  /// Whether a Filter plugin of this name is asked.
  virtual bool asks(std::string_view filter_plugin) const = 0;
};

struct post_filter_result {
  status what;  ///< success: room is being made at `nominated`
  /// What becomes of the pod's nomination: it is left as it is (absent), ended (""), or to this node.
  std::optional<std::string> nominated;
};

class post_filter_plugin {
 public:
  virtual ~post_filter_plugin() = default;
  virtual post_filter_result post_filter(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                         const diagnosis& why, filters_again& again) const = 0;
};

class pre_score_plugin {
 public:
  virtual ~pre_score_plugin() = default;
  /// `skip` drops this plugin's Score for the pod.
  virtual status pre_score(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                           std::span<const node_id> feasible) const = 0;
};

/// How raw scores become 0..100.
enum class scaling : std::uint8_t {
  none,                 ///< they are in that range already
  by_largest,           ///< default_normalize: raw >= 0, the largest becomes 100
  by_largest_reversed,  ///< default_normalize, reversed: the largest becomes 0
  own,                  ///< the plugin's own `normalize`
};

class score_plugin {
 public:
  virtual ~score_plugin() = default;
  /// Raw scores. May be asked for any subset of the nodes.
  virtual status score(const pod_info& pod, const cluster& nodes, cycle_state& cycle, score_column& column) const = 0;
  /// The engine does the first three itself, and for fewer nodes than all.
  virtual scaling scales() const { return normalizes() ? scaling::own : scaling::none; }
  /// NormalizeScore, where `scales` says `own`: raw scores of all feasible nodes to 0..100.
  virtual status normalize(const pod_info& pod, const cluster& nodes, cycle_state& cycle, score_column& column) const;
  virtual bool normalizes() const { return false; }

  /// Whether score_bytes is there to be asked; only of a plugin that `scales` says `none` of.
  virtual bool in_bytes() const { return false; }
  /// What `score` says, where each of these scores is in the range; `skip` where one is not.
  virtual status score_bytes(const pod_info& pod, const cluster& nodes, cycle_state& cycle, byte_column& column) const;
};

/// Base class for plugins that judge one node at a time.
class node_score_plugin : public score_plugin {
 public:
  virtual std::int64_t score_node(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                  node_id node) const = 0;
  status score(const pod_info& pod, const cluster& nodes, cycle_state& cycle, score_column& column) const final;
};

class reserve_plugin {
 public:
  virtual ~reserve_plugin() = default;
  virtual status reserve(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) = 0;
  /// Must undo `reserve`, must be harmless without it, cannot fail.
  virtual void unreserve(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) = 0;
};

struct permit_result {
  status what;  ///< `wait` holds the pod for up to `timeout`
  std::chrono::milliseconds timeout{0};
};

class permit_plugin {
 public:
  virtual ~permit_plugin() = default;
  virtual permit_result permit(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                               std::string_view node) = 0;
};

/// What PreBind says. A plain status is enough for one that neither writes nor waits:
///
///   pre_bind_result pre_bind(...) override { return status::ok(); }
///
/// With `wait` the pod is held, and occupies no binding lane. First the `writes` are sent, in order, up to the first
/// that fails; then the plugin is asked again, and finds in the cycle what became of them. Where nothing is to be
/// written, it is asked again whenever a volume, a claim, another object of storage or a node has changed, until
/// `at_most` has passed since it waited first: then the answer is `late`.
struct pre_bind_result {
  pre_bind_result() = default;
  pre_bind_result(status s) : what(std::move(s)) {}

  status what;
  std::vector<storage_write> writes{};
  std::chrono::milliseconds at_most{0};
  status late{};
};

class pre_bind_plugin {
 public:
  virtual ~pre_bind_plugin() = default;
  virtual pre_bind_result pre_bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle,
                                   std::string_view node) = 0;
};

class bind_plugin {
 public:
  virtual ~bind_plugin() = default;
  /// Success means: bind, by the effect `bind_pod` that it leaves in the cycle. `skip` passes to the next.
  virtual status bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) = 0;
};

class post_bind_plugin {
 public:
  virtual ~post_bind_plugin() = default;
  virtual void post_bind(const pod_info& pod, const cluster& nodes, cycle_state& cycle, std::string_view node) = 0;
};

// ---- details of templates -------------------------------------------------------------------------------------------

template <class T, class Make>
T& cycle_state::of(const void* plugin, Make&& make) {
  if (T* there = find<T>(plugin)) return *there;
  auto state = std::make_shared<T>(make());
  T& made = *state;
  slots_.push_back({plugin, std::move(state), copy_of<T>});
  return made;
}

template <class T>
std::shared_ptr<void> cycle_state::copy_of(const std::shared_ptr<void>& state) {
  if constexpr (std::is_copy_constructible_v<T>)
    return std::make_shared<T>(*static_cast<const T*>(state.get()));
  else
    return state;
}

template <class T>
T* cycle_state::find(const void* plugin) noexcept {
  for (slot& s : slots_)
    if (s.plugin == plugin) return static_cast<T*>(s.state.get());
  return nullptr;
}

}  // namespace berth::scoring
