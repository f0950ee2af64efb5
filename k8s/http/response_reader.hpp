#pragma once

#include "k8s/error.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

/// Bytes of an HTTP/1.1 connection to answers: header, body pieces, end. Pure: the caller does the reading, so that it
/// can be tested, cut and fuzzed without a socket. Owned by one connection and used for all its answers; its buffer is
/// reused.
///
/// Beast's parser does the work, and only response_reader.cpp knows. The caps are checked here again (tests rely on
/// it): header and body against the given caps, chunk extensions and trailers against the buffer's.
namespace berth::k8s {

/// What is read of an answer's header.
struct response_head {
  int status = 0;
  std::string reason;  ///< "Service Unavailable"
  std::string content_type;
  std::string location;
  std::string flow_schema;  ///< X-Kubernetes-PF-FlowSchema-UID
  int retry_after_seconds = -1;
};

/// Receives a body, piece by piece.
class body_sink {
 public:
  /// `piece` is valid during the call. False stops: the rest is not wanted, and the connection is of no further use.
  virtual bool body(const response_head& head, std::string_view piece) = 0;

 protected:
  ~body_sink() = default;
};

class response_reader {
 public:
  static constexpr std::size_t unlimited = static_cast<std::size_t>(-1);

  explicit response_reader(std::size_t buffer_bytes, std::size_t max_header_bytes);
  ~response_reader();
  response_reader(response_reader&&) noexcept;

  /// Begins the next answer. `into` outlives it. `bodiless`: the answer to CONNECT.
  void begin(body_sink& into, std::size_t max_body_bytes, bool bodiless = false);

  /// Where to put bytes (never empty), and how many were put there.
  std::span<char> space();
  /// too_large, unexpected_answer (no HTTP, or HTTP that nobody writes).
  result<void> received(std::size_t bytes);
  /// The peer ended its side: fine where that ends the body, else connection_lost.
  result<void> ended();

  /// The whole answer was read.
  bool done() const noexcept;
  /// The sink did not want more.
  bool stopped() const noexcept;
  /// Some byte of this answer came.
  bool begun() const noexcept;
  /// After done(): the connection may carry another request.
  bool reusable() const noexcept;
  const response_head& head() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace berth::k8s
