#pragma once

#include "controller/config/configuration.hpp"
#include "controller/schedule/scheduler.hpp"
#include "scoring/registry.hpp"
#include "test/support/fake_client.hpp"
#include "test/support/fake_time.hpp"
#include "test/support/objects.hpp"

#include <boost/asio/co_spawn.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The whole process but for its sockets, on a clock that is turned by hand: what changes at the fake server reaches
/// the cache at once, unless the test says otherwise.
namespace berth::test {

inline controller::scheduler_settings settings_with(std::size_t bindings_in_flight, std::uint64_t seed = 1) {
  controller::scheduler_settings s;
  s.bindings_in_flight = bindings_in_flight;
  s.seed = seed;
  return s;
}

/// The extenders of a world, by its clock.
using extender_maker = std::function<std::vector<std::unique_ptr<controller::extender>>(
    controller::alarm_clock& time, boost::asio::any_io_executor io)>;
inline std::vector<std::unique_ptr<controller::extender>> nobody(controller::alarm_clock&,
                                                                 boost::asio::any_io_executor) {
  return {};
}

struct world {
  explicit world(controller::scheduler_settings settings = settings_with(32),
                 scoring::registry plugins = scoring::default_registry(),
                 controller::scheduler_configuration configuration = controller::default_configuration("berth"),
                 extender_maker make_extenders = nobody, bool leads = true)
      : api(time),
        log(
            controller::log_format::text, 3,
            [](void* to, std::string_view line) { static_cast<std::vector<std::string>*>(to)->emplace_back(line); },
            &lines),
        profiles(controller::make_profiles(configuration, plugins), "host"),
        metrics(profiles.names()),
        tasks(io.get_executor()),
        extenders(make_extenders(time, io.get_executor()), log),
        scheduler(io.get_executor(), api, time, log, metrics, profiles, extenders, settings) {
    api.pod_changed = [this](k8s::pod_ptr pod) {
      if (watching) pods().applied(std::move(pod));
    };
    api.pod_removed = [this](k8s::pod_ptr last) {
      if (watching) pods().removed(std::move(last));
    };
    scheduler.start(tasks);
    if (leads) scheduler.lead();
  }
  ~world() {
    tasks.stop();
    time.run();
  }

  k8s::store<k8s::pod>& pods() { return scheduler.cache(); }
  k8s::store<k8s::node>& nodes() { return scheduler.cache(); }

  /// The first lists: these nodes, the pods that the server has.
  void list(std::vector<k8s::node_ptr> all) {
    nodes().replaced(std::move(all));
    k8s::store<k8s::namespace_object>& namespaces = scheduler.cache();
    namespaces.replaced({});
    relist_pods();
  }
  void relist_pods() {
    std::vector<k8s::pod_ptr> all;
    for (const auto& [key, pod] : api.pods) all.push_back(std::make_shared<const k8s::pod>(pod));
    pods().replaced(std::move(all));
  }
  void create(const make_pod& pod) { api.create_pod(pod); }
  void remove(const std::string& name) {
    const auto there = api.pods.find({"default", name});
    const auto last = std::make_shared<const k8s::pod>(there->second);
    api.pods.erase(there);
    if (watching) pods().removed(last);
  }
  void advance(controller::duration by) { time.advance(by); }
  std::string node_of(const std::string& name) const { return api.pods.at({"default", name}).node_name; }
  /// How many lines of the log have this in them.
  std::size_t logged(std::string_view what) const {
    std::size_t n = 0;
    for (const std::string& line : lines) n += line.find(what) != std::string::npos;
    return n;
  }
  const fake_client::event* find_event(const std::string& pod, const std::string& reason) const {
    for (const auto& [path, e] : api.events)
      if (e.pod == pod && e.reason == reason) return &e;
    return nullptr;
  }

  boost::asio::io_context io;
  fake_time time{io};
  fake_client api;
  std::vector<std::string> lines;
  controller::log log;
  controller::profiles profiles;
  controller::metrics metrics;
  controller::task_group tasks;
  controller::extenders extenders;
  controller::scheduler scheduler;
  bool watching = true;
};

}  // namespace berth::test
