#pragma once

#include "test/support/memory_api/fault.hpp"
#include "test/support/memory_api/json.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// A Kubernetes API server in memory, over real HTTP/1.1 on a loopback port: for tests in this process, and behind the
/// executable `memory_api_server` for kubectl and for `make demo`.
///
/// It has a thread of its own from construction to destruction; every member may be called from any thread and returns
/// when the thing is done. No authentication, no admission but what `memory_api/` names; server-side apply only merges;
/// deletion is at once unless there are finalizers.
///
/// What goes wrong on purpose is steered here or, of the executable, over HTTP: POST (or DELETE) /memory-api/faults,
/// POST /memory-api/drop-connections, POST /memory-api/forget-history; GET /memory-api/requests is what was asked. See
/// memory_api/fault.hpp. For large clusters: POST /memory-api/objects puts the items of a v1.List as they are, and
/// GET /memory-api/bindings is how many were granted.
namespace berth::memory_api {

struct memory_api_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;           ///< 0: any free one
  bool kubelet = false;             ///< bound pods become Running
  bool expand_deployments = false;  ///< Deployments have pods
  std::chrono::milliseconds bookmark_every{60'000};
  std::size_t window = 100'000;  ///< how many changes are remembered
};

struct memory_api_answer {
  int status = 0;
  json body;
};

class memory_api_server {
 public:
  /// Throws std::system_error where the port cannot be had.
  explicit memory_api_server(memory_api_options options = {});
  ~memory_api_server();
  memory_api_server(const memory_api_server&) = delete;
  memory_api_server& operator=(const memory_api_server&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:34567"
  std::string url() const;
  /// A kubeconfig that names it.
  std::string kubeconfig() const;

  /// A request without HTTP, to arrange and to look: `call("POST", "/api/v1/nodes", node)`. Faults do not touch it.
  memory_api_answer call(std::string method, std::string target, const json& body = json::object{},
                         std::string content_type = "application/json");

  void add_fault(fault f);
  void clear_faults();
  /// Closes every connection, watches in mid-line or not.
  void drop_connections();
  /// What a restart does to a watch cache: earlier resource versions are gone (410), connections drop, objects stay.
  void forget_history();
  /// While not listening, connections are refused. The port stays the same.
  void stop_listening();
  void listen_again();

  /// "GET /api/v1/pods?watch=true", in order of arrival; the last 10,000.
  std::vector<std::string> requests() const;
  std::size_t open_watches() const;

 private:
  class server;
  std::unique_ptr<server> server_;
};

}  // namespace berth::memory_api
