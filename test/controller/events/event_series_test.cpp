#include "controller/events/event_series.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace berth;
using namespace berth::controller;
using namespace std::chrono_literals;
using berth::test::make_pod;
using outcome = event_series::outcome;

namespace {

struct fixture {
  event_series series;
  event_reporter by{"berth", "berth-host"};
  k8s::pod pod = make_pod("web");
  instant now{100h};

  k8s::timestamp wall() const {
    return k8s::timestamp(std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()));
  }
  bool refused(std::string note, const k8s::pod& of) {
    return series.record(reference_to(of), failed_scheduling_event, by, std::move(note), now, wall());
  }
  bool refused(std::string note) { return refused(std::move(note), pod); }
  event_series::write due() {
    auto w = series.next(now);
    REQUIRE(w);
    return *w;
  }
  void write_first(std::string note) {
    REQUIRE(refused(std::move(note)));
    series.written(due(), outcome::done, now);
  }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "events: the first of a kind is created at once, complete") {
  REQUIRE(refused("0/1 nodes are available: 1 Insufficient cpu."));
  const auto w = due();
  CHECK(w.create);
  CHECK(w.event.key.namespace_ == "default");
  CHECK(w.event.key.name.starts_with("web."));
  CHECK(w.event.regarding.kind == "Pod");
  CHECK(w.event.regarding.uid == pod.uid);
  CHECK(w.event.type == "Warning");
  CHECK(w.event.reason == "FailedScheduling");
  CHECK(w.event.action == "Scheduling");
  CHECK(w.event.controller == "berth");
  CHECK(w.event.instance == "berth-host");
  CHECK(w.event.count == 1);
  CHECK_FALSE(series.next(now));
}

TEST_CASE_FIXTURE(fixture, "events: a repeated one is counted, and written at most once in ten seconds") {
  write_first("no");
  now += 3s;
  REQUIRE(refused("no"));
  CHECK(series.next_due() == now + 7s);
  CHECK_FALSE(series.next(now));
  now += 4s;
  REQUIRE(refused("no"));
  now += 3s;
  const auto w = due();
  CHECK_FALSE(w.create);
  CHECK(w.event.count == 3);
  CHECK(w.event.last - w.event.first == 7s);
  series.written(w, outcome::done, now);
  CHECK(series.next_due() == never);
  now += 11s;
  REQUIRE(refused("no"));
  CHECK(due().event.count == 4);  // quiet for longer than ten seconds: written at once
}

TEST_CASE_FIXTURE(fixture, "events: what recurs while it is being written is written later") {
  REQUIRE(refused("no"));
  const auto first = due();
  REQUIRE(refused("no"));
  CHECK_FALSE(series.next(now));
  series.written(first, outcome::done, now);
  now += 10s;
  CHECK(due().event.count == 2);
}

TEST_CASE_FIXTURE(fixture, "events: another note, another pod, another reason is another event") {
  write_first("a");
  REQUIRE(refused("b"));
  REQUIRE(refused("a", make_pod("other")));
  REQUIRE(series.record(reference_to(pod), scheduled_event, by, "a", now, wall()));
  for (int i = 0; i < 3; ++i) {
    const auto w = due();
    CHECK(w.create);
    series.written(w, outcome::done, now);
  }
  CHECK(series.size() == 3);  // Scheduled does not recur: it is forgotten
}

TEST_CASE_FIXTURE(fixture, "events: the pod's resourceVersion does not split a series") {
  write_first("no");
  pod.resource_version = "2";
  REQUIRE(refused("no"));
  now += 10s;
  CHECK(due().event.count == 2);
}

TEST_CASE_FIXTURE(fixture, "events: names are unique, also within one microsecond, and short enough") {
  pod.key.name = std::string(253, 'n');
  REQUIRE(refused("a"));
  REQUIRE(refused("b"));
  const std::string one = due().event.key.name, two = due().event.key.name;
  CHECK(one != two);
  CHECK(one.size() <= 253);
}

TEST_CASE_FIXTURE(fixture, "events: one that is named by its content has one name, whenever and whoever writes it") {
  constexpr event_kind kind{"Warning", "InvalidReservation", "Reserving", true, true};
  const k8s::node node = berth::test::make_node("n1");
  const auto name_of = [&](const k8s::node& about, const char* note) {
    event_series another;
    REQUIRE(another.record(reference_to(about), kind, by, note, now, wall()));
    return another.next(now)->event.key;
  };
  const k8s::object_key name = name_of(node, "a");
  CHECK(name.namespace_ == "default");
  CHECK(name.name.starts_with("n1."));
  CHECK(name.name.size() == 19);
  now += 1h;
  CHECK(name_of(node, "a") == name);
  CHECK(name_of(node, "b") != name);
  k8s::node made_anew = node;
  made_anew.uid = "other";
  CHECK(name_of(made_anew, "a") != name);
}

TEST_CASE_FIXTURE(fixture, "events: a node is regarded without a namespace") {
  REQUIRE(series.record(reference_to(k8s::node(berth::test::make_node("n1"))), failed_scheduling_event, by, "a", now,
                        wall()));
  const k8s::event_record e = due().event;
  CHECK(e.key.namespace_ == "default");
  CHECK(e.regarding == k8s::object_reference{"v1", "Node", "", "n1", "node-n1", "1"});
}

TEST_CASE_FIXTURE(fixture, "events: notes are cut to 1,024 bytes, and one cut alike is the same event") {
  write_first(std::string(2000, 'x') + "1");
  REQUIRE(refused(std::string(2000, 'x') + "2"));
  now += 10s;
  const auto w = due();
  CHECK(w.event.note.size() == 1024);
  CHECK(w.event.note.ends_with(" ..."));
  CHECK(w.event.count == 2);
}

TEST_CASE_FIXTURE(fixture, "events: a server that cannot be asked is asked again after ten seconds, twelve times") {
  REQUIRE(refused("no"));
  for (int i = 0; i < 12; ++i) {
    series.written(due(), outcome::retry, now);
    now += 10s;
  }
  CHECK_FALSE(series.next(now));
  CHECK(series.size() == 0);
  CHECK(series.dropped() == 1);
}

TEST_CASE_FIXTURE(fixture, "events: a creation whose answer was lost is tried again under the same name") {
  REQUIRE(refused("no"));
  const auto first = due();
  series.written(first, outcome::retry, now);
  now += 10s;
  const auto second = due();
  CHECK(second.create);
  CHECK(second.event.key == first.event.key);
  series.written(second, outcome::there, now);
  CHECK(series.next_due() == never);
  REQUIRE(refused("no"));
  now += 10s;
  const auto counted = due();
  CHECK_FALSE(counted.create);
  CHECK(counted.event.key == first.event.key);
}

TEST_CASE_FIXTURE(fixture, "events: what recurred while its creation was in doubt is counted once that is settled") {
  REQUIRE(refused("no"));
  series.written(due(), outcome::retry, now);
  REQUIRE(refused("no"));
  now += 10s;
  series.written(due(), outcome::there, now);  // as the first try made it, perhaps
  now += 10s;
  const auto counted = due();
  CHECK_FALSE(counted.create);
  CHECK(counted.event.count == 2);
}

TEST_CASE_FIXTURE(fixture, "events: one that is now missing and now there is given up after twelve times") {
  write_first("no");
  REQUIRE(refused("no"));
  for (int i = 0; i < 12; ++i) {
    now += 10s;
    const auto counted = due();
    CHECK_FALSE(counted.create);
    series.written(counted, outcome::missing, now);
    if (i < 11) series.written(due(), outcome::there, now);
  }
  CHECK(series.size() == 0);
}

TEST_CASE_FIXTURE(fixture, "events: those of one moment are written in the order in which they occurred") {
  // What was taken and given back lies anywhere when it is taken again.
  for (int i = 0; i < 200; ++i)
    REQUIRE(series.record(reference_to(pod), scheduled_event, by, std::to_string(i), now, wall()));
  while (const auto w = series.next(now)) series.written(*w, outcome::done, now);
  std::vector<std::string> notes, written;
  for (int i = 0; i < 200; ++i) notes.push_back(std::to_string(i * 7919 % 200));
  for (const std::string& note : notes) REQUIRE(refused(note));
  while (const auto w = series.next(now)) written.push_back(w->event.note);
  CHECK(written == notes);
}

TEST_CASE_FIXTURE(fixture, "events: one that is refused for good is dropped and counted") {
  REQUIRE(refused("no"));
  series.written(due(), outcome::refused, now);
  CHECK(series.size() == 0);
  CHECK(series.dropped() == 1);
}

TEST_CASE_FIXTURE(fixture, "events: an Event that has expired is created anew, with its count and name") {
  write_first("no");
  REQUIRE(refused("no"));
  now += 10s;
  const auto counted = due();
  const k8s::object_key name = counted.event.key;
  series.written(counted, outcome::missing, now);
  const auto again = due();
  CHECK(again.create);
  CHECK(again.event.count == 2);
  CHECK(again.event.key == name);
}

TEST_CASE_FIXTURE(fixture, "events: a series ends six minutes after it was last observed") {
  write_first("no");
  now += 5min + 59s;
  REQUIRE(refused("no"));
  CHECK(due().event.count == 2);
  now += 6min;
  REQUIRE(refused("other"));
  REQUIRE(refused("no"));
  CHECK(due().create);
}

TEST_CASE("events: beyond as many as may wait, further ones are dropped; known ones are still counted") {
  fixture f;
  f.series = event_series({.max_waiting = 100});
  for (int i = 0; i < 100; ++i) REQUIRE(f.refused(std::to_string(i)));
  CHECK_FALSE(f.refused("one more"));
  CHECK(f.series.dropped() == 1);
  CHECK(f.refused("7"));
  f.series.written(f.due(), outcome::done, f.now);
  CHECK(f.refused("one more"));
}

TEST_CASE("events: series in memory are bounded; the least recently observed gives way") {
  fixture f;
  f.series = event_series({.max_series = 3});
  for (const char* note : {"a", "b", "c"}) f.write_first(note);
  REQUIRE(f.refused("a"));
  f.write_first("d");
  CHECK(f.series.size() == 3);
  f.now += 10s;
  CHECK(f.due().event.count == 2);  // "a" is still known, "b" is not
  REQUIRE(f.refused("b"));
  CHECK(f.due().create);
}

TEST_CASE_FIXTURE(fixture, "events: at the end all counts are due at once") {
  write_first("no");
  REQUIRE(refused("no"));
  CHECK_FALSE(series.next(now));
  series.flush();
  CHECK(due().event.count == 2);
}
