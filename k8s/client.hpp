#pragma once

#include "k8s/encoded.hpp"
#include "k8s/error.hpp"
#include "k8s/list_head.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

/// The one seam to the outside: what berth asks of an API server.
///
/// Behind it, in production, `make_http_client` (Beast over TLS, a pool of keep-alive connections); in tests a scripted
/// or an in-memory server. Everything here may be called from any executor: an awaitable resumes on the caller's. Every
/// call has a deadline and ends; an answer that is too large, malformed or refused comes back as an error, never as an
/// exception. A cancelled call throws operation_aborted.
namespace berth::k8s {

template <class T>
using task = boost::asio::awaitable<T>;

/// Requests of different lanes never wait for one another's connections. Bindings come first.
enum class lane { bindings, writes, reads, events, lease };
inline constexpr std::size_t lane_count = 5;

enum class patch_type { strategic_merge, merge, json };

struct request_options {
  k8s::lane lane = k8s::lane::reads;
  std::chrono::milliseconds timeout{30'000};
  /// Whether 429 and 5xx with Retry-After are waited out and asked again (up to 10 times, within `timeout` each), as
  /// client-go does; network errors only for GET. A POST whose outcome is unknown is never sent again.
  bool retry = true;
};

struct stream_options {
  std::chrono::milliseconds timeout{30'000};
  /// What the caller reads. Who reads protobuf reads JSON too, and must: a server may answer in it all the same, and
  /// this side may have been told not to ask for anything else.
  encoding form = encoding::json;
};

class client {
 public:
  virtual ~client() = default;

  /// Paths are absolute, with the query: "/api/v1/nodes?resourceVersion=0". Bodies are JSON, and so are the
  /// answers to these.
  virtual task<result<std::string>> get(std::string path, request_options options) = 0;
  virtual task<result<std::string>> create(std::string path, std::string body, request_options options) = 0;
  virtual task<result<std::string>> replace(std::string path, std::string body, request_options options) = 0;
  virtual task<result<std::string>> patch(std::string path, patch_type type, std::string body,
                                          request_options options) = 0;
  virtual task<result<std::string>> remove(std::string path, std::string body, request_options options) = 0;

  /// Streams a list: `on_item` is given each item, in order, on the connection's strand, and the head is returned once
  /// the list was complete; a list cut short is an error (connection_lost). Never held whole. An item is valid during
  /// the call only.
  using item_handler = std::function<void(const encoded& item)>;
  virtual task<result<list_head>> list(std::string path, item_handler on_item, stream_options options) = 0;

  /// Streams a watch: `on_event` is given each event, a line of JSON or a frame of protobuf, on the connection's
  /// strand, and says whether to go on. Returns ok when the server ended the watch (or on_event did), an error when it
  /// could not be begun or broke.
  using event_handler = std::function<bool(const encoded& event)>;
  virtual task<result<void>> watch(std::string path, event_handler on_event, stream_options options) = 0;

  /// "https://10.0.0.1:6443", for log lines.
  virtual std::string server() const = 0;
};

}  // namespace berth::k8s
