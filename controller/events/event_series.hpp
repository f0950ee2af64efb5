#pragma once

#include "controller/runtime/instant.hpp"
#include "k8s/api/event_record.hpp"
#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>

/// Which events are written, when, and with which count. Pure: told the time; the recorder performs the writes.
///
/// One Event object per (uid, reason, note): created at once, and when it recurs its count and time are written
/// again, at most once in 10 s. So `kubectl describe` counts as it happens; upstream's recorder writes a series' count
/// every 30 minutes and begins anew whenever the pod's resourceVersion moved. Notes are immutable: another note is
/// another Event. A series is forgotten 6 minutes after it was last observed, as upstream's. Its Event's name is chosen
/// once, so that a creation whose answer was lost makes no second one.
///
/// Bounded: of events that wait to be created, more than `max_waiting` are dropped and counted; series in memory, of
/// which the least recently observed give way.
namespace berth::controller {

/// The constant part of an event. Instances live for ever.
struct event_kind {
  const char* type;
  const char* reason;
  const char* action;
  bool once;  ///< does not recur: forgotten as soon as it is written
  /// Its object is named after what it says, not after the time: said again, by another replica or after a restart, it
  /// is there already.
  bool named_by_content = false;
};
inline constexpr event_kind scheduled_event{"Normal", "Scheduled", "Binding", true};
inline constexpr event_kind preempted_event{"Normal", "Preempted", "Preempting", true};
inline constexpr event_kind failed_scheduling_event{"Warning", "FailedScheduling", "Scheduling", false};

/// Objects as events regard them.
k8s::object_reference reference_to(const k8s::pod& pod);
k8s::object_reference reference_to(const k8s::node& node);

/// Who reports: reportingController and reportingInstance. Lives as long as the recorder.
struct event_reporter {
  std::string controller;
  std::string instance;
};

struct event_series_settings {
  /// Upstream's queue holds 1,000; pods are bound faster here than events are written, so a burst needs more.
  std::size_t max_waiting = 20'000;
  std::size_t max_series = 25'000;
  duration rewrite_after = seconds(10);
  duration forget_after = minutes(6);
  duration retry_after = seconds(10);
  std::uint32_t max_tries = 12;
};

class event_series {
 public:
  explicit event_series(event_series_settings settings = {}) : settings_(settings) {}

  /// The note is cut to what the API takes. `related` is another object that it is about. False where it was dropped.
  bool record(const k8s::object_reference& about, const event_kind& kind, const event_reporter& by, std::string note,
              instant now, k8s::timestamp wall, std::optional<k8s::object_reference> related = std::nullopt);

  /// One request to make.
  struct write {
    bool create = true;  ///< else the count of `event` is to be written
    k8s::event_record event;
    void* which = nullptr;  ///< for `written`
  };
  /// The next that is due; nothing until `next_due()`.
  std::optional<write> next(instant now);
  instant next_due() const;

  enum class outcome {
    done,
    there,    ///< the Event to be created is there: by an earlier try whose answer was lost, or another replica's
    missing,  ///< the Event to be counted is no longer there: it is created anew
    retry,    ///< the server could not be asked, or its answer was lost
    refused,  ///< it will never be accepted
  };
  void written(const write& what, outcome how, instant now);

  /// Makes every unwritten count due at once: for the end of the process.
  void flush();

  std::size_t waiting() const noexcept { return due_.size() + writing_; }
  std::size_t size() const noexcept { return series_.size(); }
  std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  struct series {
    k8s::object_reference about;
    std::optional<k8s::object_reference> related;
    const event_kind* kind;
    const event_reporter* by;
    std::string note;
    std::string name;      ///< of the Event object; "" until it is to be created
    bool created = false;  ///< the server has it
    k8s::timestamp first;
    k8s::timestamp last;
    std::int32_t count = 1;
    std::int32_t written_count = 0;  ///< while it is not created: that of the first try
    std::uint64_t number = 0;        ///< series are written in the order in which they began
    std::uint32_t tries = 0;
    instant observed;
    instant written_at;
    instant due = never;
    bool writing = false;
    std::list<series>::iterator here;
  };
  struct key {
    std::string_view uid;
    std::string_view reason;
    std::string_view note;
    bool operator==(const key&) const = default;
  };
  static key key_of(const series& s) { return {s.about.uid, s.kind->reason, s.note}; }
  struct hash {
    using is_transparent = void;
    std::size_t operator()(const key& k) const noexcept;
    std::size_t operator()(const series* s) const noexcept { return (*this)(key_of(*s)); }
  };
  struct equal {
    using is_transparent = void;
    static key as_key(const key& k) { return k; }
    static key as_key(const series* s) { return key_of(*s); }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return as_key(a) == as_key(b);
    }
  };

  void make_due(series& s, instant when);
  void forget(series& s);
  static bool idle(const series& s) noexcept { return !s.writing && s.due == never; }
  void forget_old(instant now);
  void make_room();
  std::string new_name(const series& s);

  event_series_settings settings_;
  std::list<series> series_;  ///< least recently observed first
  std::unordered_set<series*, hash, equal> by_key_;
  struct sooner {
    bool operator()(const series* a, const series* b) const noexcept {
      return std::tie(a->due, a->number) < std::tie(b->due, b->number);
    }
  };
  std::set<series*, sooner> due_;
  std::size_t writing_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t begun_ = 0;
  std::uint64_t last_stamp_ = 0;
};

}  // namespace berth::controller
