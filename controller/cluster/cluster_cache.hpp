#pragma once

#include "controller/cluster/annotation_overlay.hpp"
#include "controller/cluster/cluster_change.hpp"
#include "controller/cluster/placement_observer.hpp"
#include "controller/cluster/selector_stores.hpp"
#include "controller/cluster/storage_cache.hpp"
#include "controller/runtime/instant.hpp"
#include "k8s/text/keyed_hash.hpp"
#include "k8s/watch/store.hpp"
#include "scoring/index/live_cluster.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

/// The cluster as the watches show it, plus what was decided and is not yet confirmed ("assumed").
///
/// The states of a pod:
///
///    shown without a node              assume              binding_acknowledged
///   ----------------------> waiting -----------> assumed -----------------------> acknowledged
///                              |    <-----------    |                                  |
///      shown with its node     |        forget      | shown with its node              | shown with its node
///   ----------------------+    |                    |                                  |
///                         v    v                    v                                  v
///                       assigned <-----------------------------------------------------+
///
/// "Shown" is by the watches. A pod that they show as deleted or terminal leaves from any state; `forget` also leads
/// back from acknowledged, where the server turned out not to have the binding.
///
/// Assumed and acknowledged pods count on their node as assigned ones do. They have no time-out: one that is
/// acknowledged and not shown for a minute is named by `to_verify`, to be read back.
///
/// Owns the index that decisions are made over and is its only writer. Holds every pod that has a node, whoever
/// scheduled it, and the waiting pods of our profiles; terminal pods never. Of the waiting pods of other schedulers it
/// knows no more than whose they are. Thread safety: none; used on the one strand.
///
/// Annotations of nodes are assumed likewise: `assume_annotations` lays them over what the watch shows, until it shows
/// the same.
///
/// Invariants: facts from the server are taken in its order, but never against what cannot be. A pod that had a node
/// keeps it (nodeName is written once), so a lagging server's list cannot free capacity; a pod with another uid is
/// another pod.
namespace berth::controller {

/// What the watch says of an object.
enum class watch_news { added, updated, deleted };

/// Told of what matters to the queue, after the index has taken it in. No call may change the cache.
class cache_listener {
 public:
  virtual ~cache_listener() = default;
  /// A pod of ours that has no node.
  virtual void pod_waits(const scoring::pod_info& pod) = 0;
  virtual void waiting_pod_changed(const k8s::pod_ptr& before, const scoring::pod_info& after) = 0;
  /// It is gone, or has a node now.
  virtual void pod_no_longer_waits(const k8s::pod_ptr& pod) = 0;
  /// An assumed pod was deleted, is being deleted, or was bound elsewhere: it is no longer assumed.
  virtual void assumption_failed(const k8s::pod_ptr& pod) = 0;
  virtual void happened(const cluster_change& change) = 0;
  /// One kind is complete: `synced` may be true from now on.
  virtual void listed() = 0;
  /// Each change that the watch shows, also where it means nothing for scheduling, as a heartbeat does: for the log.
  virtual void node_shown(const k8s::node&, watch_news) {}
  virtual void assigned_pod_shown(const k8s::pod&, watch_news) {}
  /// A pod has a node that we did not choose. Not told of pods that are there when the cluster is first seen.
  virtual void placed_by_another(const scoring::pod_info&) {}
};

class cluster_cache final : public k8s::store<k8s::pod>,
                            public k8s::store<k8s::node>,
                            public k8s::store<k8s::namespace_object>,
                            public k8s::store<k8s::disruption_budget> {
 public:
  /// `is_ours` tells by schedulerName whether a profile schedules it.
  cluster_cache(std::function<bool(const std::string&)> is_ours, cache_listener& listener);
  ~cluster_cache() override;

  scoring::live_cluster& index() noexcept { return index_; }
  const scoring::live_cluster& index() const noexcept { return index_; }

  /// All kinds were listed once: before that, nothing may be decided.
  bool synced() const noexcept {
    return pods_listed_ && nodes_listed_ && namespaces_listed_ && storage_.synced() &&
           (budgets_listed_ || !budgets_awaited_) && (!selectors_ || selectors_->synced());
  }
  /// Budgets are watched too: `synced` waits for their first list.
  void await_disruption_budgets() noexcept { budgets_awaited_ = true; }

  /// Texts of pods are kept once they have a node, too: from the first list on.
  void keep_texts_of_placed_pods() noexcept { keeps_placed_texts_ = true; }

  /// Where the watches of storage write.
  storage_cache& storage() noexcept { return storage_; }

  // ---- from the watches -----------------------------------------------------------------------------------------
  const k8s::comparable<k8s::pod>* compared(std::type_identity<k8s::pod>) const override { return &compared_pods_; }
  const k8s::comparable<k8s::node>* compared(std::type_identity<k8s::node>) const override { return &compared_nodes_; }
  k8s::pod_ptr staged(k8s::pod_ptr pod) override { return index_.with_shared_spec(std::move(pod)); }
  void replaced(std::vector<k8s::pod_ptr> all) override;
  void applied(k8s::pod_ptr pod) override;
  void removed(k8s::pod_ptr pod) override;
  k8s::node_ptr staged(k8s::node_ptr node) override { return index_.with_shared_images(std::move(node)); }
  void replaced(std::vector<k8s::node_ptr> all) override;
  void applied(k8s::node_ptr node) override;
  void removed(k8s::node_ptr node) override;
  void whole(const k8s::pod& pod, std::shared_ptr<const std::string> json) override;
  void whole(const k8s::node& node, std::shared_ptr<const std::string> json) override;
  void replaced(std::vector<k8s::namespace_ptr> all) override;
  void applied(k8s::namespace_ptr ns) override;
  void removed(k8s::namespace_ptr ns) override;
  void replaced(std::vector<k8s::disruption_budget_ptr> all) override;
  void applied(k8s::disruption_budget_ptr budget) override;
  void removed(k8s::disruption_budget_ptr budget) override;

  /// Where what is seen of services and workloads goes. Once asked for, they are among the kinds that are waited for.
  selector_stores& selectors();

  // ---- from the scheduler ---------------------------------------------------------------------------------------
  /// Counts the pod on that node from now on. The pod waits and is not assumed yet. Returns it as placed: with its
  /// node.
  scoring::pod_info assume(const scoring::pod_info& pod, const std::string& node);
  /// The server has acknowledged the binding.
  void binding_acknowledged(const std::string& uid, instant now);
  /// The binding definitely failed. False where the pod is not assumed (any more).
  bool forget(const std::string& uid);
  bool is_assumed(const std::string& uid) const { return assumed_.contains(uid); }

  /// The pod, which waits and is not assumed, is nominated to that node from now on, until the watch shows otherwise;
  /// to none by "".
  void nominate(const scoring::pod_info& pod, std::string_view node);
  /// While its victims are being evicted.
  void set_preempting(const std::string& uid, bool is_preempting) {
    index_.nominations().set_preempting(uid, is_preempting);
  }

  /// The pod as last seen, if it still exists under that uid and has no node; the result is valid until the next
  /// change.
  const scoring::pod_info* find_waiting(const k8s::object_key& key, const std::string& uid) const;
  /// The pod of that name, assigned or one of ours that waits; nullptr where there is none.
  const k8s::pod* find(const k8s::object_key& key) const;
  /// The schedulerName of the pod of that name, where that is no profile of ours; "" where it is one, or where the pod
  /// is not known.
  std::string_view other_scheduler_of(const k8s::object_key& key) const;
  /// Whole texts as last seen, for those who are sent them; null where there is no such node or pod, or its text is
  /// not kept.
  std::shared_ptr<const std::string> node_text(const std::string& name) const;
  std::shared_ptr<const std::string> pod_text(const std::string& uid) const;
  /// The node that the watch gave for the pod, "" where it has none or is gone.
  std::string node_seen(const k8s::object_key& key, const std::string& uid) const;

  /// From now on the node counts as one whose annotations are so; an empty overlay ends that. Kept for a node that is
  /// not there (yet).
  void assume_annotations(const std::string& node, annotation_overlay overlay);
  /// At most one, until it is taken back.
  void observe(placement_observer& by) noexcept { observer_ = &by; }
  void observe_no_more() noexcept { observer_ = nullptr; }
  /// Calls `with(pod, assumed)` for every pod that holds room.
  template <class Function>
  void for_each_placed(Function&& with) const {
    for (const record& r : pods_)
      if (!r.pod().node_name.empty()) with(r.info.pod, false);
    for (const auto& [uid, a] : assumed_) with(a.info.pod, true);
  }

  /// How far a walk over all pods has come: see walk_pods.
  struct pod_walk {
    std::size_t places = 0;  ///< of the table, when the walk began
    std::size_t next = 0;
  };
  /// All pods that are held, as the watches show them, for who gives up the strand in between: `out` gets those of
  /// further places of the table, some `at_most`. False: there are more. Each pod is there once, whatever comes and
  /// goes between two calls; where the table was built anew meanwhile, because of many that came or went, the walk
  /// begins anew.
  bool walk_pods(pod_walk& walk, std::size_t at_most, std::vector<k8s::pod_ptr>& out) const;

  /// How many pods have come to the node, as long as it is known, that were not assumed there.
  std::uint64_t arrivals_on(const std::string& node) const;

  struct unconfirmed {
    k8s::object_key key;
    std::string uid;
    std::string node;
  };
  /// Acknowledged bindings that the watch has not shown for `after`; each is named again only after as long.
  std::vector<unconfirmed> to_verify(instant now, duration after);

  // ---- figures --------------------------------------------------------------------------------------------------
  std::size_t node_count() const noexcept { return nodes_.size(); }
  std::size_t pod_count() const noexcept { return pods_.size(); }
  std::size_t assumed_count() const noexcept { return assumed_.size(); }

 private:
  /// `resource_version` is the newest seen; `info` is not renewed by updates that say nothing new for scheduling, so
  /// that the index and this hold one object.
  struct record {
    mutable scoring::pod_info info;
    mutable std::string resource_version;
    const k8s::pod& pod() const noexcept { return *info.pod; }
  };
  struct hash_by_key {
    using is_transparent = void;
    std::size_t operator()(const k8s::object_key& k) const noexcept;
    std::size_t operator()(const record& r) const noexcept { return (*this)(r.pod().key); }
  };
  struct equal_by_key {
    using is_transparent = void;
    static const k8s::object_key& key(const record& r) noexcept { return r.pod().key; }
    static const k8s::object_key& key(const k8s::object_key& k) noexcept { return k; }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const noexcept {
      return key(a) == key(b);
    }
  };
  using pod_records = std::unordered_set<record, hash_by_key, equal_by_key>;
  /// Waiting pods of other schedulers, with the names of these; no more than `most_others`, so that a crowd of them
  /// costs no memory.
  using others_pods = std::unordered_map<k8s::object_key, std::string, hash_by_key>;
  static constexpr std::size_t most_others = 10'000;

  struct assumption {
    scoring::pod_info info;
    std::string node;
    std::optional<instant> acknowledged;
  };

  struct node_record {
    k8s::node_ptr seen;          ///< as the server has it
    k8s::node_ptr shown;         ///< with what is assumed: as the index has it
    std::uint64_t arrivals = 0;  ///< see arrivals_on
  };

  struct compared_pods final : k8s::comparable<k8s::pod> {
    explicit compared_pods(const cluster_cache& c) : cache(c) {}
    bool agrees(const k8s::pod& at_server) const override;
    k8s::held_state held(const k8s::object_key& key) const override;
    void each_held(const std::function<void(const k8s::object_key&)>& f) const override;
    const cluster_cache& cache;
  };
  struct compared_nodes final : k8s::comparable<k8s::node> {
    explicit compared_nodes(const cluster_cache& c) : cache(c) {}
    bool agrees(const k8s::node& at_server) const override;
    k8s::held_state held(const k8s::object_key& key) const override;
    void each_held(const std::function<void(const k8s::object_key&)>& f) const override;
    const cluster_cache& cache;
  };

  /// Drops the pods that `all`, the whole of a new list, has not.
  void drop_what_is_gone(const std::vector<k8s::pod_ptr>& all);
  void add_pod(k8s::pod_ptr pod);
  void update_pod(pod_records::iterator there, k8s::pod_ptr pod);
  void drop_pod(pod_records::iterator there);
  void now_assigned(const record& r, const k8s::pod_ptr& before);
  /// Ends an assumption that did not come true: the pod no longer counts on that node.
  void assumption_ended(const std::string& uid);
  void nomination_seen(const k8s::pod& before, const scoring::pod_info& after);
  void drop_node(const std::string& name);
  k8s::node_ptr as_assumed(const k8s::node_ptr& seen) const;
  /// Brings the index to what is seen and assumed now.
  void show(node_record& node);

  std::function<bool(const std::string&)> is_ours_;
  cache_listener& listener_;
  scoring::live_cluster index_;
  storage_cache storage_;
  pod_records pods_;
  others_pods others_;
  k8s::text_map<assumption> assumed_;
  placement_observer* observer_ = nullptr;
  k8s::text_map<node_record> nodes_;
  k8s::text_map<annotation_overlay> overlays_;
  k8s::text_map<k8s::namespace_ptr> namespaces_;
  using texts = k8s::text_map<std::shared_ptr<const std::string>>;
  texts node_texts_;  ///< by uid
  texts pod_texts_;   ///< by uid, of waiting pods of ours; of placed pods where that is asked for
  bool keeps_placed_texts_ = false;
  bool pods_listed_ = false;
  bool nodes_listed_ = false;
  bool namespaces_listed_ = false;
  std::optional<selector_stores> selectors_;
  compared_pods compared_pods_{*this};
  compared_nodes compared_nodes_{*this};
  bool budgets_awaited_ = false;
  bool budgets_listed_ = false;
};

}  // namespace berth::controller
