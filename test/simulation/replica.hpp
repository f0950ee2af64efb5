#pragma once

#include "controller/config/configuration.hpp"
#include "controller/observe/observed_client.hpp"
#include "controller/observe/watch_log.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/schedule/scheduler.hpp"
#include "k8s/lease/leader_elector.hpp"
#include "k8s/watch/server_return.hpp"
#include "test/simulation/referee.hpp"
#include "test/simulation/simulated_client.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// One process of berth, `berth run`, as controller/commands/app.cpp puts it together: the same cache, queue,
/// scheduler, watches, elector and checks, over a simulated client and a clock that is turned. Sockets, signals and
/// servers are left out, and so are watches of what simulated pods do not use (volumes, services, workloads).
///
/// It lives on an io_context of its own, so that it can stand still while others go on. Killed, stopped or ended, it is
/// gone for good; another takes its place.
namespace berth::simulation {

struct replica_parts {
  timeline& time;
  api_server& server;
  simulation::weather& weather;
  referee& judge;
  trace& told;
  /// What a plan does about single lines.
  std::function<line_fate(std::string_view target, std::string_view line)> line_by_plan;
  /// A write of a replica was carried out.
  std::function<void(int replica, const memory_api::request& r)> written;
};

class replica final : private wire_listener {
 public:
  /// `generation` tells it from its predecessors.
  replica(const replica_parts& with, int number, int generation, bool election, std::uint64_t seed);
  ~replica() override;

  int number() const noexcept { return number_; }
  /// Lets it do what it can do now; whether that was anything.
  bool run();

  /// As by SIGKILL: it does nothing more. What it leaves behind is judged (P9).
  void kill();
  /// As by SIGTERM.
  void ask_to_stop();
  void pause();
  void resume();
  void set_wall_ahead(duration by) { clock_.set_wall_ahead(by); }

  bool paused() const noexcept { return paused_; }
  /// It has ended by itself: stopped as asked, or its lease is lost.
  bool ended() const noexcept { return ended_; }
  bool fresh() const { return !elector_ || lead_.fresh(clock_.now()); }
  bool leads() const { return !elector_ || elector_->is_leader(); }
  const controller::scheduler& scheduler() const noexcept { return scheduler_; }
  std::size_t open_watches() const noexcept { return wire_.open_watches(); }

 private:
  // wire_listener
  void sent(const memory_api::request& r, bool again) override { with_.judge.sent(books_, r, again); }
  void landed(const memory_api::request& r, const memory_api::answer* answer) override;
  void line_shown(std::string_view target, std::string_view line) override;
  void list_begins(std::string_view target) override;
  void item_shown(std::string_view target, std::string_view json) override;
  void list_ends(std::string_view target, bool complete) override;
  line_fate fate_of_line(std::string_view target, std::string_view line) override {
    return with_.line_by_plan(target, line);
  }

  void start();
  template <class Object>
  void watch(const char* name, const char* path, const char* selector, std::uint64_t stream);
  k8s::leader_callbacks callbacks();
  k8s::task<void> elect();
  k8s::task<void> shut_down();
  k8s::task<void> live();
  static void write_line(void* self, std::string_view line);

  replica_parts with_;
  int number_;
  std::uint64_t seed_;
  boost::asio::io_context io_{1};
  turned_clock clock_;
  process_books books_;
  k8s::leadership lead_;
  simulated_client wire_;
  controller::log log_;
  controller::profiles profiles_;
  controller::metrics metrics_;
  controller::observed_client api_;
  controller::watch_log watches_;
  k8s::server_return back_;
  controller::extenders extenders_;
  controller::task_group tasks_;
  controller::scheduler scheduler_;
  std::optional<k8s::leader_elector> elector_;
  bool released_ = false;
  bool stopping_ = false;
  bool paused_ = false;
  bool ended_ = false;
};

}  // namespace berth::simulation
