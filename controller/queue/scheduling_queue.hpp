#pragma once

#include "controller/cluster/cluster_change.hpp"
#include "controller/queue/queue_policy.hpp"
#include "controller/runtime/instant.hpp"
#include "k8s/text/keyed_hash.hpp"
#include "scoring/pod_info.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The waiting pods, each exactly once:
///
///   active         to be tried now, in QueueSort's order (priority, then time)
///   backing off    refused a moment ago, may be tried again: at the end of its backoff, or when nothing else is active
///   backing off after an error    the same, but never before its time. Pods whose PreEnqueue plugin failed are here
///                  too; at the end of the backoff the plugins are asked again
///   unschedulable  refused; until an event that may cure it, or five minutes have passed
///   gated          kept out by a PreEnqueue plugin; no attempt is counted
///   in flight      popped. Events that happen meanwhile are recorded, so that a refusal they cure is not slept on
///
/// Pure: told the time, never asks for it. On the one strand.
/// Upstream: pkg/scheduler/backend/queue. Kept: the states, backoff (1 s doubling to 10 s, in windows of a second),
/// when each pod wakes, the labels in metrics. Changed: unschedulable pods of one spec that were refused by the same
/// plugins form a group, and an event is judged once per group, not per pod; so a queueing hint must not look at a
/// pod's name or uid (its own updates aside, which are judged pod by pod). A pod that nobody refused (there are no
/// nodes) waits for any event instead of backing off again and again.
namespace berth::controller {

/// What the queue knows of a pod, handed out by `pop` and given back by `refused`, `failed` or `give_back`.
struct queue_entry {
  scoring::pod_info pod;
  instant since{};                     ///< when it came (back) into the queue
  std::optional<instant> first_tried;  ///< since when it could be scheduled; the SLI counts from here
  std::uint32_t attempts = 0;
  std::uint32_t refusals = 0;
  std::uint32_t errors = 0;                                    ///< in a row
  bool flushed = false;                                        ///< woken by time-out, not by an event
  std::shared_ptr<const std::vector<std::string>> refused_by;  ///< by whom last time; null: not refused
  std::uint64_t sequence = 0;
};

struct queue_settings {
  duration initial_backoff = seconds(1);
  duration max_backoff = seconds(10);  ///< 0 disables backoff
  duration max_unschedulable = minutes(5);
};

/// The queues as metrics name them. Pods under way are in none.
enum class queue_name : std::uint8_t { active, backoff, unschedulable, gated };

/// Told what happens within the queue. No call may change the queue.
class queue_listener {
 public:
  virtual ~queue_listener() = default;
  /// A pod came into one of the queues, but for the gated: queue_incoming_pods_total{queue,event}, and the pod's
  /// journey. `event` is a literal.
  virtual void pod_queued(const queue_entry& pod, queue_name queue, const char* event) = 0;
  /// A pod came into the queue of the gated. `why` names the PreEnqueue plugin that refused it, with its message.
  virtual void pod_gated(const queue_entry& pod, const char* event, const scoring::status& why) = 0;
  /// A PreEnqueue plugin failed (it did not refuse). `why` names it and has the whole message.
  virtual void pre_enqueue_failed(const queue_entry& pod, const scoring::status& why) = 0;

  /// Whether the next two are to be called, which is often: for the log, at its higher levels.
  virtual bool wants_events() const { return false; }
  /// An event leaves an unschedulable pod where it is.
  virtual void event_did_not_help(const queue_entry&, const char*) {}
  /// An event that happened while the pod was in flight is looked at, now that the pod was refused.
  virtual void event_in_flight(const queue_entry&, const char*) {}
};

class scheduling_queue {
 public:
  /// What happens while a pod is in flight for long (it waits on Permit) must not eat the memory: beyond this, the
  /// oldest are dropped, and pods that were in flight at that time are tried again.
  static constexpr std::size_t most_recorded = 4096;
  static constexpr std::size_t most_recorded_bytes = std::size_t{32} << 20;

  scheduling_queue(queue_settings settings, const queue_policy& policy, queue_listener& listener);
  ~scheduling_queue();
  scheduling_queue(const scheduling_queue&) = delete;
  scheduling_queue& operator=(const scheduling_queue&) = delete;

  // ---- pods come, change and go ---------------------------------------------------------------------------------
  /// Not in the queue and not in flight, else it is taken as an update.
  void add(const scoring::pod_info& pod, instant now);
  void update(const k8s::pod_ptr& before, const scoring::pod_info& after, instant now);
  void remove(const std::string& uid);
  /// Whatever it waits for, it is to be tried now. Upstream: Activate.
  void activate(const std::string& uid, instant now);
  /// What it waited for has failed: it is tried once its backoff is over, and no event has it tried before.
  void retry(const std::string& uid, instant now);

  // ---- attempts -------------------------------------------------------------------------------------------------
  /// The next pod to try, from now on in flight; nothing where none is.
  std::optional<queue_entry> pop(instant now);
  /// The pod is being bound, or is gone: events need no longer be kept for it.
  void done(const std::string& uid);
  /// Refused by these plugins. `entry.pod` is its newest state. Ends the flight.
  void refused(queue_entry entry, std::vector<std::string> by, instant now);
  /// Something broke, the pod is not to blame: tried again after backoff, whatever happens. Ends the flight.
  void failed(queue_entry entry, instant now);
  /// As if it had not been popped. Ends the flight.
  void give_back(queue_entry entry, instant now);

  // ---- the world ------------------------------------------------------------------------------------------------
  void happened(const cluster_change& change, instant now);
  /// Moves what is due: ended backoffs, pods unschedulable for too long.
  void tick(instant now);
  /// When `tick` will have something to do; `never` where nothing is due.
  instant next_tick() const;

  // ---- figures --------------------------------------------------------------------------------------------------
  std::size_t size(queue_name which) const noexcept;
  std::size_t in_flight() const noexcept { return flights_.size(); }
  std::size_t recorded_events() const noexcept { return recorded_.size(); }
  /// About what the objects of recorded events take.
  std::size_t recorded_bytes() const noexcept { return recorded_bytes_; }
  /// How many of the recorded events have each label; and, as "PodPopped", how many pods are in flight.
  std::map<std::string_view, std::size_t> events_in_flight() const;
  /// Since when the oldest of the pods waits that nothing but their turn keeps waiting: active or backing off, and
  /// refused by no plugin when they were last tried, if ever. The time spent gated does not count. Looks at each pod
  /// of these queues.
  std::optional<instant> oldest_schedulable() const;
  /// Whether `pop` would give a pod.
  bool ready() const noexcept { return !active_.empty() || !backoff_.empty(); }
  /// f(plugin, scheduler_name, how many pods it keeps out).
  template <class F>
  void for_each_refusal(F&& f) const;

 private:
  enum class place : std::uint8_t { active, backoff, error_backoff, unschedulable, gated };
  using name_list = std::shared_ptr<const std::vector<std::string>>;
  struct item;
  /// What was answered last within one insertion: a tree asks about the last pair twice, once to find the parent and
  /// once to choose the side, and is broken by two different answers.
  struct last_answer {
    const item* a = nullptr;
    const item* b = nullptr;
    bool before = false;
  };
  /// QueueSort, then arrival; where `by_backoff`, first of all by the window in which the backoff ends.
  struct order {
    const queue_policy* policy;
    bool by_backoff;
    last_answer* last;
    bool operator()(const item* a, const item* b) const;
    bool ask(const item* a, const item* b) const;
  };
  /// QueueSort is a plugin's and may answer anything, each time anew. So a line is erased from by position alone, and
  /// an insertion hears one answer per pair: a wrong answer costs the order, and no pod is lost.
  using line = std::multiset<item*, order>;
  struct by_content {
    bool operator()(const name_list& a, const name_list& b) const { return *a < *b; }
  };
  /// Pods that an event cures or does not cure alike.
  struct group_key {
    const k8s::pod_spec* spec;
    const std::vector<std::string>* refused_by;
    auto operator<=>(const group_key&) const = default;
  };
  struct item : queue_entry {
    scheduling_queue::place place{};
    line::iterator position;   ///< active, backing off: where in its line
    bool gate_failed = false;  ///< the PreEnqueue plugins could not say whether it may be tried
    instant backoff_until = instant::min();
    instant waiting_since{};      ///< unschedulable, gated: since when the flush counts
    std::size_t group_index = 0;  ///< unschedulable, gated: where in its group
  };

  item& keep(queue_entry entry);
  void insert(item& i, place where, const char* event);
  void take_out(item& i);
  /// To active or backing off, unless a plugin gates it. The item is in no place.
  void wake(item& i, const char* event, instant now);
  void wait(item& i, place where, const char* event, instant since);
  /// Asks the PreEnqueue plugins. False where the pod may be tried; else it is gated, or backs off after their error.
  bool gate(item& i, const char* event, instant now);
  line& line_of(place p);
  void come_back(queue_entry entry, instant now, bool error);
  bool cures(const cluster_change& change, const queue_entry& e) const;
  bool cured_in_flight(const queue_entry& e, std::uint64_t from) const;
  void record(const cluster_change& change);
  void drop_first_recorded();
  name_list intern(std::vector<std::string> names);

  queue_settings settings_;
  const queue_policy& policy_;
  queue_listener& listener_;

  k8s::text_map<item> items_;  ///< by uid; all but those in flight
  last_answer last_;
  line active_;
  line backoff_;
  line error_backoff_;
  std::map<group_key, std::vector<item*>> groups_;  ///< unschedulable and gated
  std::set<std::pair<instant, item*>> waiting_;     ///< the same, by time
  std::set<name_list, by_content> name_lists_;
  std::size_t gated_ = 0;

  k8s::text_map<std::uint64_t> flights_;  ///< uid to number of the first event that counts
  std::multiset<std::uint64_t> flight_starts_;
  struct recorded_change {
    cluster_change change;
    std::size_t bytes;  ///< about what its objects take
  };
  std::deque<recorded_change> recorded_;
  std::size_t recorded_bytes_ = 0;
  std::uint64_t first_recorded_ = 0;  ///< number of recorded_.front()
  std::uint64_t next_sequence_ = 0;
};

template <class F>
void scheduling_queue::for_each_refusal(F&& f) const {
  for (const auto& [key, pods] : groups_)
    if (key.refused_by)
      for (const std::string& plugin : *key.refused_by) f(plugin, key.spec->scheduler_name, pods.size());
}

}  // namespace berth::controller
