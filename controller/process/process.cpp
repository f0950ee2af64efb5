#include "controller/process/process.hpp"

#include "controller/cluster/shared_watch.hpp"
#include "controller/process/identity.hpp"
#include "controller/process/spare_memory.hpp"
#include "k8s/run_on.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <type_traits>

namespace berth::controller {

namespace asio = boost::asio;

namespace {

constexpr std::size_t io_threads = 2;

/// Each once, in the order in which they come in.
std::string plugin_names(const scoring::profile& p) {
  std::vector<std::string> names;
  for (std::size_t point = 0; point < scoring::extension_point_count; ++point)
    for (std::string& name : p.plugins_at(static_cast<scoring::extension_point>(point)))
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  return fmt::format("{}", fmt::join(names, " "));
}

}  // namespace

std::string plugin_names(const std::vector<scoring::profile>& all) {
  std::string out;
  for (const scoring::profile& p : all) out += (out.empty() ? "" : "; ") + p.scheduler_name() + ": " + plugin_names(p);
  return out;
}

also_watched watched_for(const std::vector<scoring::profile>& all) {
  using kind = scoring::event_resource;
  static constexpr kind storage[] = {
      kind::persistent_volume, kind::persistent_volume_claim, kind::storage_class,    kind::csi_node,
      kind::csi_driver,        kind::csi_storage_capacity,    kind::volume_attachment};
  also_watched wanted;
  for (const scoring::profile& p : all) {
    wanted.storage = wanted.storage || p.hears_of(storage);
    for (const auto at : {scoring::extension_point::filter, scoring::extension_point::score}) {
      const std::vector<std::string> names = p.plugins_at(at);
      wanted.selectors = wanted.selectors || std::find(names.begin(), names.end(), "PodTopologySpread") != names.end();
    }
  }
  return wanted;
}

process::process(const process_settings& settings, const k8s::connection_settings& connection)
    : seed(settings.seed),
      host(host_name()),
      log(settings.format, settings.verbosity),
      strand(asio::make_strand(io)),
      apart(asio::make_strand(io)),
      metrics(settings.profiles),
      client(k8s::make_http_client(io.get_executor(), connection, settings.client, clock)),
      api(strand, *client, clock, log, metrics),
      watches(log, metrics, clock),
      back(strand),
      moves(strand, clock, log),
      tasks(strand),
      apart_tasks(apart),
      signals_(apart, SIGTERM, SIGINT) {
  if (connection.insecure_skip_tls_verify)
    log.warning("The API server's certificate is not verified: insecure-skip-tls-verify is set");
}

k8s::reflector_context process::followed() { return {api, strand, watches, back, clock}; }

k8s::collection process::counted(k8s::collection what) {
  metrics.client.follows(what.name);
  return what;
}

void process::watch_cluster(cluster_cache& cache, also_watched wanted) {
  k8s::store<k8s::pod>& pods = cache;
  k8s::store<k8s::node>& nodes = cache;
  k8s::store<k8s::namespace_object>& namespaces = cache;
  const k8s::collection all_nodes{"nodes", "/api/v1/nodes", "",
                                  wanted.texts_of_nodes ? k8s::kept_texts::all : k8s::kept_texts::none};
  const k8s::collection all_namespaces{"namespaces", "/api/v1/namespaces", ""};
  // Terminal pods take no room and are not asked for.
  const k8s::collection living_pods{"pods", "/api/v1/pods",
                                    "fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed",
                                    wanted.texts_of_pods};
  tasks.spawn("watch nodes", k8s::reflect(followed(), counted(all_nodes), nodes, seed ^ 2));
  tasks.spawn("watch pods", k8s::reflect(followed(), counted(living_pods), pods, seed ^ 3));
  tasks.spawn("watch namespaces", k8s::reflect(followed(), counted(all_namespaces), namespaces, seed ^ 4));
  if (wanted.storage) watch_storage(cache);
  watch_workloads(wanted.selectors ? &cache.selectors() : nullptr, wanted);
}

void process::watch_workloads(selector_stores* selectors, const also_watched& wanted) {
  if (selectors != nullptr) {
    k8s::store<k8s::label_selecting>& services = selectors->services;
    const k8s::collection all_services{"services", "/api/v1/services", ""};
    tasks.spawn("watch services", k8s::reflect(followed(), counted(all_services), services, seed ^ 12));
  }
  watch_workload<k8s::label_selecting>({"replicationcontrollers", "/api/v1/replicationcontrollers", ""},
                                       selectors == nullptr ? nullptr : &selectors->replication_controllers,
                                       wanted.replication_controllers, 13);
  watch_workload<k8s::workload_selecting>({"replicasets", "/apis/apps/v1/replicasets", ""},
                                          selectors == nullptr ? nullptr : &selectors->replica_sets,
                                          wanted.replica_sets, 14);
  watch_workload<k8s::workload_selecting>({"statefulsets", "/apis/apps/v1/statefulsets", ""},
                                          selectors == nullptr ? nullptr : &selectors->stateful_sets,
                                          wanted.stateful_sets, 15);
}

template <class Selecting>
void process::watch_workload(const k8s::collection& what, k8s::store<Selecting>* selectors,
                             k8s::store<k8s::workload>* own, std::uint64_t stream) {
  const std::string name = "watch " + what.name;
  if (selectors != nullptr && own != nullptr) {
    const auto both = std::make_shared<shared_watch<Selecting>>(*own, *selectors);
    shared_watches.push_back(both);
    k8s::store<k8s::selecting_workload<Selecting>>& into = *both;
    tasks.spawn(name, k8s::reflect(followed(), counted(what), into, seed ^ stream));
  } else if (selectors != nullptr) {
    tasks.spawn(name, k8s::reflect(followed(), counted(what), *selectors, seed ^ stream));
  } else if (own != nullptr) {
    tasks.spawn(name, k8s::reflect(followed(), counted(what), *own, seed ^ stream));
  }
}

void process::watch_storage(cluster_cache& cache) {
  cache.storage().expect_all();
  std::uint64_t stream = 16;
  const auto watch = [&]<class Object>(std::type_identity<Object>, const char* plural, const char* group) {
    k8s::collection all{plural, std::string(group) + "/" + plural, ""};
    tasks.spawn(std::string("watch ") + plural,
                k8s::reflect(followed(), counted(std::move(all)), cache.storage().store_of<Object>(), seed ^ stream++));
  };
  constexpr const char* core = "/api/v1";
  constexpr const char* storage = "/apis/storage.k8s.io/v1";
  watch(std::type_identity<k8s::persistent_volume>(), "persistentvolumes", core);
  watch(std::type_identity<k8s::persistent_volume_claim>(), "persistentvolumeclaims", core);
  watch(std::type_identity<k8s::storage_class>(), "storageclasses", storage);
  watch(std::type_identity<k8s::csi_node>(), "csinodes", storage);
  watch(std::type_identity<k8s::csi_driver>(), "csidrivers", storage);
  watch(std::type_identity<k8s::csi_storage_capacity>(), "csistoragecapacities", storage);
  watch(std::type_identity<k8s::volume_attachment>(), "volumeattachments", storage);
}

void process::watch_disruption_budgets(cluster_cache& cache) {
  k8s::store<k8s::disruption_budget>& budgets = cache;
  const k8s::collection all_budgets{"poddisruptionbudgets", "/apis/policy/v1/poddisruptionbudgets", ""};
  cache.await_disruption_budgets();
  tasks.spawn("watch poddisruptionbudgets", k8s::reflect(followed(), counted(all_budgets), budgets, seed ^ 5));
}

int process::run(k8s::task<void> live, std::function<k8s::task<void>()> shut_down) {
  asio::post(apart, [this, shut_down = std::move(shut_down)] {
    listen_for_signals(shut_down);
    apart_tasks.spawn("watch the strand", moves.run());
    apart_tasks.spawn("give back memory", give_back_memory(clock));
  });
  tasks.spawn("mind what is apart", mind_apart());
  asio::co_spawn(strand, std::move(live), [this](std::exception_ptr how) { ended(how); });
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < io_threads; ++i) others.emplace_back([this] { io.run(); });
  io.run();
  return exit_code_;
}

void process::listen_for_signals(std::function<k8s::task<void>()> shut_down) {
  signals_.async_wait([this, shut_down](const boost::system::error_code& failed, int) {
    if (failed) return;
    if (stopping.exchange(true)) std::_Exit(1);
    listen_for_signals(shut_down);
    asio::post(strand, [this, shut_down] { tasks.spawn("shut down", stop_after(shut_down())); });
  });
}

// A task over there that fails is a task here that fails.
k8s::task<void> process::mind_apart() { co_await k8s::run_on(asio::any_io_executor(apart), apart_tasks.join()); }

k8s::task<void> process::end_apart() {
  signals_.cancel();
  apart_tasks.stop();
  try {
    co_await apart_tasks.join();
  } catch (const task_failed&) {
    // mind_apart has told of it
  }
}

k8s::task<void> process::join() {
  std::exception_ptr failure;
  try {
    co_await tasks.join();
  } catch (...) {
    failure = std::current_exception();
  }
  co_await k8s::run_on(asio::any_io_executor(apart), end_apart());
  if (failure) std::rethrow_exception(failure);
}

k8s::task<void> process::stop_after(k8s::task<void> shut_down) {
  co_await std::move(shut_down);
  tasks.stop();
}

void process::ended(std::exception_ptr how) {
  if (how) {
    try {
      std::rethrow_exception(how);
    } catch (const std::exception& e) {
      log.error(e.what(), "Stopping");
      exit_code_ = 1;
    }
  } else {
    log.info(0, "Stopped");
  }
  // Idle connections would keep the threads waiting.
  io.stop();
}

}  // namespace berth::controller
