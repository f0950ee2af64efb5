#pragma once

#include "controller/cluster/cluster_cache.hpp"
#include "controller/observe/observed_client.hpp"
#include "controller/observe/watch_log.hpp"
#include "controller/process/strand_watch.hpp"
#include "controller/runtime/clock.hpp"
#include "controller/runtime/log.hpp"
#include "controller/runtime/task_group.hpp"
#include "controller/serving/metrics.hpp"
#include "k8s/api/workload.hpp"
#include "k8s/http/http_client.hpp"
#include "k8s/watch/reflector.hpp"
#include "k8s/watch/store.hpp"
#include "scoring/engine/profile.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// What every command has that runs until it is told to stop: a log, a clock, threads, the strand, a client, a group of
/// tasks, and the way it ends.
///
/// Two threads run connections, TLS and decoding; everything that changes lives on one strand of theirs. What must not
/// wait for decisions (the lease, probes, signals) lives apart, on a strand of its own. SIGTERM and SIGINT end it with
/// 0, a task that fails with 1; a second signal ends the process at once.
namespace berth::controller {

struct process_settings {
  log_format format = log_format::text;
  int verbosity = 2;
  std::uint64_t seed = 0;
  k8s::client_options client;
  std::vector<std::string> profiles;  ///< their names: metrics number them
};

/// Beside nodes, namespaces and pods.
struct also_watched {
  bool storage = false;    ///< volumes, claims, classes, what CSI drivers say: a plugin asks to hear of one of them
  bool selectors = false;  ///< services and workloads: PodTopologySpread's default constraints go by what they select
  /// Where workloads go beside their selectors, or null; they outlive the tasks.
  k8s::store<k8s::workload>* replica_sets = nullptr;
  k8s::store<k8s::workload>* stateful_sets = nullptr;
  k8s::store<k8s::workload>* replication_controllers = nullptr;
  bool texts_of_nodes = false;                            ///< nodes with their whole text
  k8s::kept_texts texts_of_pods = k8s::kept_texts::none;  ///< pods with their whole text
};

struct process {
  process(const process_settings& settings, const k8s::connection_settings& connection);

  /// Lists and watches nodes, namespaces, pods that are not terminal, and what else is wanted, into the cache.
  void watch_cluster(cluster_cache& cache, also_watched wanted);
  /// For whoever evicts pods: the cache is not complete before they were listed too.
  void watch_disruption_budgets(cluster_cache& cache);

  /// Runs `live`, a task on the strand, until all tasks have ended. Asked to stop, it runs `shut_down` and then stops
  /// the tasks. Returns the exit code.
  int run(k8s::task<void> live, std::function<k8s::task<void>()> shut_down);
  /// The end of `live`: waits for the tasks of both strands. Where one fails, those of the other are stopped too.
  k8s::task<void> join();

  std::uint64_t seed;
  std::string host;
  controller::log log;
  machine_clock clock;
  boost::asio::io_context io;
  boost::asio::strand<boost::asio::io_context::executor_type> strand;
  boost::asio::strand<boost::asio::io_context::executor_type> apart;
  controller::metrics metrics;
  std::unique_ptr<k8s::client> client;
  observed_client api;
  watch_log watches;
  k8s::server_return back;  ///< among the watches
  std::vector<std::shared_ptr<void>> shared_watches;
  strand_watch moves;  ///< whether `strand` does
  task_group tasks;
  task_group apart_tasks;  ///< used on `apart`
  std::atomic<bool> stopping = false;

 private:
  k8s::reflector_context followed();
  /// Errors of a watch are counted from its start, from 0.
  k8s::collection counted(k8s::collection what);
  void watch_workloads(selector_stores* selectors, const also_watched& wanted);
  /// One watch for whichever of the two is there.
  template <class Selecting>
  void watch_workload(const k8s::collection& what, k8s::store<Selecting>* selectors, k8s::store<k8s::workload>* own,
                      std::uint64_t stream);
  void watch_storage(cluster_cache& cache);
  void listen_for_signals(std::function<k8s::task<void>()> shut_down);
  k8s::task<void> mind_apart();
  k8s::task<void> end_apart();
  k8s::task<void> stop_after(k8s::task<void> shut_down);
  void ended(std::exception_ptr how);

  boost::asio::signal_set signals_;
  int exit_code_ = 0;
};

/// The plugins of all profiles, for the line that greets: "name: A B; other: A".
std::string plugin_names(const std::vector<scoring::profile>& all);
/// `storage` and `selectors`, as these profiles need them.
also_watched watched_for(const std::vector<scoring::profile>& all);

}  // namespace berth::controller
