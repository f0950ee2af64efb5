#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>

/// The errors that a Kubernetes client expects in the course of its work, and the result type that carries them.
///
/// Return `result<T>` for what the API server (or a file that somebody else wrote) may rightly say; throw for what
/// cannot go on. A cancelled operation is neither: `operation_aborted` unwinds and is never logged.
namespace berth::k8s {

enum class errc {
  ok = 0,
  malformed,          ///< bytes that are not what they claim to be: JSON, YAML, a quantity, a certificate
  too_large,          ///< a cap was reached: bytes, depth, count
  bad_request,        ///< HTTP 400, 405, 406, 415, 422: the server will never accept this
  unauthorized,       ///< HTTP 401: who we are
  forbidden,          ///< HTTP 403: what we may do
  not_found,          ///< HTTP 404
  conflict,           ///< HTTP 409, reason Conflict
  already_exists,     ///< HTTP 409, reason AlreadyExists
  gone,               ///< HTTP 410, or an ERROR event with that code: the resource version is no longer known
  too_many_requests,  ///< HTTP 429
  server_error,       ///< HTTP 5xx
  unexpected_answer,  ///< an answer that no Kubernetes API server gives: HTML, a redirect, a wrong kind
  unreachable,        ///< refused, reset, unresolvable: the request was certainly not carried out
  connection_lost,    ///< broken in the middle: the request may or may not have been carried out
  timed_out,          ///< the deadline passed: as connection_lost
  tls_failure,        ///< the peer's certificate, or ours, was not accepted
};

/// `code` says what kind, `detail` what exactly: one line, naming the file, field, object or URL.
/// `http_status` is 0 where no answer came; `retry_after_seconds` is -1 where the server did not ask for a pause.
struct error {
  errc code = errc::ok;
  std::string detail;
  int http_status = 0;
  int retry_after_seconds = -1;
};

template <class T>
using result = boost::system::result<T, error>;

/// What `result::value()` throws. Found by argument-dependent lookup.
class client_error : public std::runtime_error {
 public:
  explicit client_error(error e) : std::runtime_error(e.detail), cause_(std::move(e)) {}
  const error& cause() const noexcept { return cause_; }

 private:
  error cause_;
};

[[noreturn]] void throw_exception_from_error(const error& e, const boost::source_location& where);

/// The name of a code as a metric label and in tests: "not_found".
const char* name_of(errc code) noexcept;

}  // namespace berth::k8s
