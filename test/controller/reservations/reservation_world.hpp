#pragma once

#include "controller/config/configuration.hpp"
#include "controller/reservations/reservation_reconciler.hpp"
#include "controller/schedule/scheduler.hpp"
#include "scoring/registry.hpp"
#include "test/support/fake_client.hpp"
#include "test/support/fake_time.hpp"
#include "test/support/objects.hpp"

#include <string>
#include <vector>

/// A berth with its reservation reconciler, on a clock and beside an API server that it shares with others of its kind;
/// fed by three watches, each in order and as late as the test says. It can be stopped and started anew.
namespace berth::test {

/// One profile, "berth", that heeds reservations.
inline controller::scheduler_configuration reserving_configuration() {
  return controller::parse_configuration(R"(
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
  - schedulerName: berth
    plugins:
      multiPoint:
        enabled: [{name: NodeReservation}]
)",
                                         "test.yaml");
}

class reserving_berth {
 public:
  reserving_berth(boost::asio::io_context& io, fake_time& time, fake_client& api, std::uint64_t seed)
      : log(
            controller::log_format::text, 3,
            [](void* to, std::string_view line) { static_cast<std::vector<std::string>*>(to)->emplace_back(line); },
            &lines),
        profiles(controller::make_profiles(reserving_configuration(), scoring::default_registry()), "host"),
        metrics(profiles.names()),
        tasks(io.get_executor()),
        extenders({}, log),
        scheduler(io.get_executor(), api, time, log, metrics, profiles, extenders, settings(seed)),
        reconciler(io.get_executor(), api, time, log, scheduler.cache(),
                   [this](const k8s::object_reference& about, const std::string& what) {
                     warnings.push_back(about.kind + " " + about.name + " " + what);
                   }) {
    scheduler.observe(reconciler);
    scheduler.start(tasks);
    reconciler.start(tasks);
  }
  reserving_berth(const reserving_berth&) = delete;
  reserving_berth& operator=(const reserving_berth&) = delete;
  /// `time.run()` follows before this goes.
  void stop() { tasks.stop(); }
  void lead() { scheduler.lead(); }

  k8s::store<k8s::pod>& pods() { return scheduler.cache(); }
  k8s::store<k8s::node>& nodes() { return scheduler.cache(); }
  k8s::store<k8s::namespace_object>& namespaces() { return scheduler.cache(); }
  k8s::store<k8s::workload>& workloads(controller::workload_kind kind = controller::workload_kind::replica_set) {
    return reconciler.store_of(kind);
  }

  std::vector<std::string> lines;
  std::vector<std::string> warnings;
  controller::log log;
  controller::profiles profiles;
  controller::metrics metrics;
  controller::task_group tasks;
  controller::extenders extenders;
  controller::scheduler scheduler;
  controller::reservation_reconciler reconciler;

 private:
  static controller::scheduler_settings settings(std::uint64_t seed) {
    controller::scheduler_settings s;
    s.bindings_in_flight = 8;
    s.seed = seed;
    return s;
  }
};

}  // namespace berth::test
