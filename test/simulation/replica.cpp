#include "test/simulation/replica.hpp"

#include "controller/bind/verify_waiting.hpp"
#include "k8s/watch/reflector.hpp"
#include "scoring/registry.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;

constexpr const char* living = "fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed";

std::string name_of(int number, int generation, bool election) {
  return election ? "host-" + std::to_string(number) + "_" + std::to_string(generation) : "";
}

controller::scheduler_settings settings_of(std::uint64_t seed, const k8s::leadership* lead) {
  controller::scheduler_settings s;
  s.bindings_in_flight = 1 + seed % 16;
  s.lead = lead;
  s.seed = seed;
  return s;
}

controller::profiles make_profiles(const std::string& host) {
  const auto configuration = controller::default_configuration("berth");
  return {controller::make_profiles(configuration, scoring::default_registry()), host};
}

/// "pods" of "/api/v1/pods?limit=500"; "" of anything but a collection that is listed whole.
std::string_view collection_of(std::string_view target) {
  const std::size_t end = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, end);
  const bool some = target.find("spec.nodeName") != std::string_view::npos;
  const bool checks = target.find("limit=1&") != std::string_view::npos || target.ends_with("limit=1");
  return some || checks ? std::string_view() : path.substr(path.rfind('/') + 1);
}

}  // namespace

replica::replica(const replica_parts& with, int number, int generation, bool election, std::uint64_t seed)
    : with_(with),
      number_(number),
      seed_(seed),
      clock_(with.time),
      books_(number, name_of(number, generation, election), with.time),
      wire_({number, with.time, clock_, with.server, with.weather, *this, with.told, election ? &lead_ : nullptr}),
      log_(controller::log_format::text, with.told.shows() ? 3 : -1, &replica::write_line, this),
      profiles_(make_profiles("host-" + std::to_string(number))),
      metrics_(profiles_.names()),
      api_(io_.get_executor(), wire_, clock_, log_, metrics_),
      watches_(log_, metrics_, clock_),
      back_(io_.get_executor()),
      extenders_(log_),
      tasks_(io_.get_executor()),
      scheduler_(io_.get_executor(), api_, clock_, log_, metrics_, profiles_, extenders_,
                 settings_of(seed, election ? &lead_ : nullptr)) {
  if (election) {
    k8s::leader_election_settings settings;
    settings.identity = books_.identity;
    elector_.emplace(api_, clock_, std::move(settings), callbacks(), seed ^ 1, &lead_);
  }
  start();
}

replica::~replica() = default;

void replica::write_line(void* self, std::string_view line) {
  auto& me = *static_cast<replica*>(self);
  me.with_.told.say(me.number_, line);
}

template <class Object>
void replica::watch(const char* name, const char* path, const char* selector, std::uint64_t stream) {
  k8s::store<Object>& store = scheduler_.cache();
  k8s::collection what{name, path, selector};
  tasks_.spawn(std::string("watch ") + name, k8s::reflect({api_, io_.get_executor(), watches_, back_, clock_},
                                                          std::move(what), store, seed_ ^ stream));
}

void replica::start() {
  if (elector_) tasks_.spawn("hold the lease", elect());
  watch<k8s::node>("nodes", "/api/v1/nodes", "", 2);
  watch<k8s::pod>("pods", "/api/v1/pods", living, 3);
  watch<k8s::namespace_object>("namespaces", "/api/v1/namespaces", "", 4);
  scheduler_.cache().await_disruption_budgets();
  watch<k8s::disruption_budget>("poddisruptionbudgets", "/apis/policy/v1/poddisruptionbudgets", "", 5);
  scheduler_.start(tasks_);
  tasks_.spawn("verify waiting pods",
               controller::verify_waiting(api_, clock_, log_, scheduler_.cache(),
                                          [this](const std::string& name) { return profiles_.find(name) != nullptr; }));
  if (!elector_) scheduler_.lead();
  boost::asio::co_spawn(io_, live(), [](std::exception_ptr) {});
}

bool replica::run() {
  if (paused_) return false;
  io_.restart();
  return io_.poll() > 0;
}

// ---- its ends ---------------------------------------------------------------------------------------------------

k8s::task<void> replica::live() {
  std::string why;
  try {
    co_await tasks_.join();
  } catch (const controller::task_failed& failed) {
    why = failed.what();
  }
  // A lease that is lost ends the process with 1, as asked; nothing else may fail.
  if (!why.empty() && why.find("leader election lost") == std::string::npos)
    with_.judge.violated("P9", "replica " + std::to_string(number_) + " ended: " + why);
  ended_ = true;
}

void replica::kill() {
  wire_.kill();
  paused_ = false;
  tasks_.stop();
  while (run()) {
  }
  ended_ = true;
  const std::size_t left = tasks_.running() + wire_.open_requests() + wire_.open_watches() + clock_.armed();
  if (left > 0)
    with_.judge.violated(
        "P9", "replica " + std::to_string(number_) + " leaves behind " + std::to_string(tasks_.running()) + " tasks, " +
                  std::to_string(wire_.open_requests()) + " requests, " + std::to_string(wire_.open_watches()) +
                  " watches, " + std::to_string(clock_.armed()) + " alarms");
}

void replica::ask_to_stop() {
  if (std::exchange(stopping_, true)) return;
  tasks_.spawn("shut down", shut_down());
}

// As in app.cpp.
k8s::task<void> replica::shut_down() {
  co_await scheduler_.drain(clock_.now() + 10s);
  co_await scheduler_.flush(clock_.now() + 3s);
  if (elector_) {
    elector_->stop();
    for (const instant deadline = clock_.now() + 3s; !released_ && clock_.now() < deadline;)
      co_await clock_.sleep_for(10ms);
  }
  tasks_.stop();
}

void replica::pause() {
  paused_ = true;
  wire_.pause();
}

void replica::resume() {
  paused_ = false;
  wire_.resume();
}

// ---- the lease --------------------------------------------------------------------------------------------------

k8s::leader_callbacks replica::callbacks() {
  k8s::leader_callbacks out;
  out.started_leading = [this] {
    with_.told.note("{} leads", number_);
    scheduler_.lead();
  };
  return out;
}

k8s::task<void> replica::elect() {
  const k8s::election_end end = co_await elector_->run();
  if (end == k8s::election_end::lost) throw std::runtime_error("leader election lost");
  released_ = true;
}

// ---- what it is shown -------------------------------------------------------------------------------------------

void replica::landed(const memory_api::request& r, const memory_api::answer* answer) {
  with_.judge.landed(books_, r, answer);
  if (r.method != "GET" && answer != nullptr && answer->status / 100 == 2) with_.written(number_, r);
}

void replica::line_shown(std::string_view target, std::string_view line) {
  books_.known.line(collection_of(target), line);
}
void replica::list_begins(std::string_view target) {
  if (target.find("continue=") == std::string_view::npos) books_.known.list_begins(collection_of(target));
}
void replica::item_shown(std::string_view target, std::string_view json) {
  if (target.find("spec.nodeName") != std::string_view::npos)
    books_.known.looked_up(json);
  else
    books_.known.item(collection_of(target), json);
}
void replica::list_ends(std::string_view target, bool complete) {
  if (complete) books_.known.list_ends(collection_of(target));
}

}  // namespace berth::simulation
