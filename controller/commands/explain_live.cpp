#include "controller/commands/explain_live.hpp"

#include "controller/config/configuration.hpp"
#include "controller/offline/explain.hpp"
#include "controller/runtime/clock.hpp"
#include "controller/runtime/version.hpp"
#include "k8s/config/kubeconfig.hpp"
#include "k8s/http/http_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace berth::controller {

namespace {

namespace asio = boost::asio;

constexpr std::size_t max_cluster_bytes = std::size_t{512} << 20;
/// In JSON: what comes is put together as a file, which `berth explain` reads.
constexpr k8s::stream_options as_json{.timeout = std::chrono::milliseconds(60'000), .form = k8s::encoding::json};

struct kind_to_list {
  const char* kind;
  const char* path;
};
// What `berth run` watches, too. Without a version, so that what was written before is seen.
constexpr kind_to_list kinds[] = {
    {"Pod", "/api/v1/pods?fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed"},
    {"Node", "/api/v1/nodes"},
    {"Namespace", "/api/v1/namespaces"},
    {"PodDisruptionBudget", "/apis/policy/v1/poddisruptionbudgets"},
    {"Service", "/api/v1/services"},
    {"ReplicationController", "/api/v1/replicationcontrollers"},
    {"ReplicaSet", "/apis/apps/v1/replicasets"},
    {"StatefulSet", "/apis/apps/v1/statefulsets"},
    {"PersistentVolume", "/api/v1/persistentvolumes"},
    {"PersistentVolumeClaim", "/api/v1/persistentvolumeclaims"},
    {"StorageClass", "/apis/storage.k8s.io/v1/storageclasses"},
    {"CSINode", "/apis/storage.k8s.io/v1/csinodes"},
    {"CSIDriver", "/apis/storage.k8s.io/v1/csidrivers"},
    {"CSIStorageCapacity", "/apis/storage.k8s.io/v1/csistoragecapacities"},
    {"VolumeAttachment", "/apis/storage.k8s.io/v1/volumeattachments"},
};

k8s::connection_settings connection_of(const explain_options& options) {
  std::string kubeconfig = options.kubeconfig;
  if (kubeconfig.empty() && !options.config_file.empty())
    kubeconfig = load_configuration(options.config_file).client_connection.kubeconfig;
  const k8s::connection_request request{
      .kubeconfig = std::move(kubeconfig), .context = options.context, .server = options.master};
  return k8s::find_connection(request, k8s::environment::of_process());
}

k8s::cluster_objects ask(const k8s::connection_settings& connection) {
  asio::io_context io;
  machine_clock time;
  const std::unique_ptr<k8s::client> api = k8s::make_http_client(
      io.get_executor(), connection,
      k8s::client_options{.user_agent = "berth/" + version_number() + " (linux) " + version_commit() + "/explain"},
      time);
  std::optional<k8s::result<k8s::cluster_objects>> objects;
  std::exception_ptr failed;
  asio::co_spawn(io, list_cluster(*api), [&](std::exception_ptr how, k8s::result<k8s::cluster_objects> found) {
    failed = how;
    objects.emplace(std::move(found));
    io.stop();  // idle connections would keep it going
  });
  io.run();
  if (failed) std::rethrow_exception(failed);
  if (!*objects) throw std::runtime_error(objects->error().detail);
  return std::move(**objects);
}

}  // namespace

k8s::task<k8s::result<k8s::cluster_objects>> list_cluster(k8s::client& api) {
  std::string text;
  for (const kind_to_list& one : kinds) {
    text += std::string(R"({"apiVersion":"v1","kind":")") + one.kind + R"(List","items":[)";
    bool first = true, full = false;
    const auto keep = [&](const k8s::encoded& item) {
      if (text.size() + item.bytes.size() > max_cluster_bytes) full = true;
      if (full) return;
      if (!std::exchange(first, false)) text += ',';
      text += item.bytes;
    };
    const k8s::result<k8s::list_head> head = co_await api.list(one.path, keep, as_json);
    if (!head) co_return head.error();
    if (full)
      co_return k8s::error{k8s::errc::too_large,
                           std::string("the cluster has more than 512 MiB of objects, up to its ") + one.kind +
                               "s: too many to explain from here"};
    text += "]}\n";
  }
  co_return k8s::read_cluster(text, api.server(), k8s::object_source::server);
}

int run_explain_live(const explain_options& options, const scoring::registry& plugins, std::ostream& out,
                     std::ostream& err) {
  try {
    const k8s::connection_settings connection = connection_of(options);
    return run_explain(options, plugins, {connection.server.text(), [&] { return ask(connection); }}, out, err);
  } catch (const std::exception& e) {
    err << options.program << ": " << e.what() << '\n';
    return 2;
  }
}

}  // namespace berth::controller
