#include "controller/reservations/reservation_warnings.hpp"

#include "test/controller/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace berth;
using namespace berth::test;
using namespace std::chrono_literals;

namespace {

controller::scheduler_configuration heeding(bool enabled) {
  controller::scheduler_configuration c = controller::default_configuration("berth");
  if (enabled) c.profiles.front().multi_point.enabled.push_back({"NodeReservation", 0, ""});
  return c;
}

struct fixture : world {
  explicit fixture(bool enabled = true) : world(settings_with(32), scoring::default_registry(), heeding(enabled)) {
    scheduler.observe(warnings);
  }
  ~fixture() {
    tasks.stop();
    time.run();
  }

  controller::reservation_warnings warnings{profiles, scheduler.events(), scheduler.cache().index()};

  // The notes, in the order of their events' names.
  std::vector<std::string> notes() {
    advance(1s);
    std::vector<std::string> out;
    for (const auto& [path, e] : api.events)
      if (e.reason == "InvalidReservation") out.push_back(e.pod + ": " + e.note);
    std::sort(out.begin(), out.end());
    return out;
  }
  void change(const make_node& n) { nodes().applied(n); }
};

make_node bad_node() { return make_node("n1").annotation("reserve.cpu/x", "5x"); }

constexpr auto bad_note = "n1: Ignoring annotation reserve.cpu/x=\"5x\": \"5x\" is not a quantity";

}  // namespace

TEST_CASE("reservation warnings: each malformed annotation is told once, on the node") {
  fixture w;
  w.list({bad_node().annotation("reserve.cpu", "1").annotation("reserve.memory/x", "1Gi")});
  CHECK(w.notes() ==
        std::vector<std::string>{
            bad_note, "n1: Ignoring annotation reserve.cpu=\"1\": has no id: reserve.RESOURCE/ID is what it takes"});
  CHECK(w.api.count("POST", "/events") == 2);
  w.change(bad_node().annotation("reserve.cpu", "1").label("new", "label").version("2"));
  w.notes();
  CHECK(w.api.count("POST", "/events") == 2);
  const auto& [path, event] = *w.api.events.begin();
  CHECK(path.starts_with("/apis/events.k8s.io/v1/namespaces/default/events/n1."));
  CHECK(event.controller == "berth");
}

TEST_CASE("reservation warnings: another value is told anew, one that comes back has its event already") {
  fixture w;
  w.list({make_node("n1")});
  CHECK(w.notes().empty());
  w.change(bad_node());
  CHECK(w.notes() == std::vector<std::string>{bad_note});
  w.change(make_node("n1").annotation("reserve.cpu/x", "6x"));
  CHECK(w.notes().size() == 2);
  w.change(make_node("n1"));
  w.change(bad_node());
  CHECK(w.notes().size() == 2);
}

TEST_CASE("reservation warnings: a restart names the same events") {
  std::vector<std::string> paths;
  for (int start = 0; start < 2; ++start) {
    fixture w;
    w.list({bad_node()});
    REQUIRE(w.notes().size() == 1);
    paths.push_back(w.api.events.begin()->first);
  }
  CHECK(paths[0] == paths[1]);
}

TEST_CASE("reservation warnings: a node of that name made anew is another node") {
  fixture w;
  w.list({bad_node()});
  CHECK(w.notes().size() == 1);
  k8s::node again = bad_node();
  again.uid = "another";
  w.nodes().applied(std::make_shared<const k8s::node>(again));
  CHECK(w.notes().size() == 2);
}

TEST_CASE("reservation warnings: nobody is told where no profile heeds reservations") {
  fixture w(false);
  w.list({bad_node()});
  CHECK(w.notes().empty());
}

TEST_CASE("reservation warnings: of one node so many at most, and in one line each") {
  fixture w;
  make_node n("n1");
  for (int i = 0; i < 100; ++i) n.annotation("reserve.cpu/x" + std::to_string(i), "a\nb" + std::string(1000, 'y'));
  w.list({n});
  const std::vector<std::string> notes = w.notes();
  CHECK(notes.size() == controller::reservation_warnings::most_per_node);
  for (const std::string& note : notes) {
    CHECK(note.size() < 500);
    CHECK(note.find('\n') == std::string::npos);
  }
}
