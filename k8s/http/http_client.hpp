#pragma once

#include "k8s/client.hpp"
#include "k8s/clock.hpp"
#include "k8s/config/kubeconfig.hpp"
#include "k8s/leadership.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

/// The client that speaks HTTP/1.1 to a real API server, over TCP or TLS, directly or through a proxy.
///
/// Each lane is a strand with a pool of keep-alive connections of its own; a request runs on its lane's strand and
/// resumes its caller on the caller's executor. Each list and each watch has a connection and a strand of its own, so
/// that their items are decoded in parallel. Refused: HTTP/2, whose single connection would put lists, bindings and
/// lease renewals behind one another. Lists and watches come in protobuf where that is asked for, everything else in
/// JSON; all of it uncompressed: on a local network gzip costs both sides more than it saves.
namespace berth::k8s {

struct client_options {
  std::string user_agent = "berth";

  /// How many requests of a lane are under way at once; further ones wait in order, at the expense of their own
  /// deadline.
  std::size_t bindings = 32;
  std::size_t writes = 16;
  std::size_t reads = 4;
  std::size_t events = 8;
  std::size_t lease = 1;

  /// What lists and watches are asked for in, of those callers who read it. JSON is read whatever is asked for.
  encoding streams = encoding::json;

  /// clientConnection.qps and .burst: a token bucket over all requests but the lease's and the events', which have one
  /// each, as kube-scheduler has a client for each (createClients and makeLeaderElectionConfig in its options.go): a
  /// renewal must not wait behind whatever else is to be sent. 0 means no limit.
  double qps = 0;
  int burst = 0;

  std::chrono::milliseconds connect_timeout{10'000};  ///< name, TCP, proxy and TLS together
  std::chrono::milliseconds idle_timeout{60'000};     ///< below kube-apiserver's 90 s, so that it rarely closes first
  std::chrono::milliseconds exec_timeout{60'000};     ///< a credential plugin that takes longer is killed

  /// Asked at the moment at which a write is sent, however long it waited for its turn: where it is not fresh, the
  /// write ends as unreachable. Not asked for the lease itself. Null: anybody may write. Outlives the client.
  const leadership* lead = nullptr;

  std::size_t max_header = 64 * 1024;
  std::size_t max_body = 64 * 1024 * 1024;  ///< of a plain answer; lists and watches are streamed
  std::size_t max_item = 3 * 1024 * 1024;   ///< one object of a list
  std::size_t max_event = 8 * 1024 * 1024;  ///< one event of a watch: a line, or a frame
};

/// Reads the certificates that `settings` names; throws config_error when they cannot be used. `io` must run in as many
/// threads as shall decode at once; `time` outlives the client. The client may be destroyed when no call is under way;
/// until then the deadlines of its connections keep `io.run()` from returning by itself.
std::unique_ptr<client> make_http_client(boost::asio::any_io_executor io, connection_settings settings,
                                         client_options options, clock& time);

}  // namespace berth::k8s
