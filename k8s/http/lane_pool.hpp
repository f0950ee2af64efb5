#pragma once

#include "k8s/http/connection.hpp"
#include "k8s/http/credentials.hpp"
#include "k8s/http/request_text.hpp"
#include "k8s/http/response_reader.hpp"
#include "k8s/leadership.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

/// A strand with its keep-alive connections: requests of one lane are sent here, at most `cap` at once, the others wait
/// in order. Everything but the constructor happens on the strand; shared so that a call under way keeps it alive.
namespace berth::k8s {

/// What all lanes of one client have in common. Immutable, but for `identities`, which has a strand of its own.
struct lane_common {
  endpoint where;
  request_writer writer;
  std::shared_ptr<credentials> identities;
  std::chrono::milliseconds connect_timeout;
  std::chrono::milliseconds idle_timeout;
  std::size_t max_header;
  clock& time;                       ///< of `identities` and `lead`; connections have the machine's
  const leadership* lead = nullptr;  ///< see client_options
};

/// Where an answer goes; a request that is sent again begins anew.
class answer_sink : public body_sink {
 public:
  virtual void restart() = 0;

 protected:
  ~answer_sink() = default;
};

class lane_pool : public std::enable_shared_from_this<lane_pool> {
 public:
  lane_pool(boost::asio::any_io_executor strand, std::shared_ptr<const lane_common> common, std::size_t cap,
            std::size_t buffer_bytes);
  ~lane_pool();

  /// Sends the request and reads its answer into the sink. The head of the answer, whatever its status; an error where
  /// none came, or none that HTTP allows. Sent twice only where the first was certainly not carried out, or for GET
  /// when a reused connection turned out to be dead; and after a 401 or a TLS handshake that failed, with new
  /// credentials or certificates if there are any.
  task<result<response_head>> send(const http_request& request, answer_sink& into, std::size_t max_body,
                                   clock::time_point deadline);

  /// What is under way ends with connection_lost, what is idle is closed: certificates changed.
  void drop_all(const std::string& why);

  const boost::asio::any_io_executor& strand() const noexcept { return strand_; }

 private:
  struct line;  ///< a connection with its buffers
  class turn;
  struct attempt_end {
    result<response_head> answer;
    bool stale = false;  ///< a reused connection was dead, and sending again is safe
  };

  task<result<identity_ptr>> who();
  task<result<void>> wait_for_turn(clock::time_point deadline);
  task<attempt_end> attempt(const http_request& request, answer_sink& into, std::size_t max_body,
                            clock::time_point deadline, identity_ptr as, bool may_reuse);
  void wake();
  std::unique_ptr<line> take_idle(std::uint64_t tls_generation);
  void give_back(std::unique_ptr<line> one);

  boost::asio::any_io_executor strand_;
  std::shared_ptr<const lane_common> common_;
  std::size_t cap_;
  std::size_t buffer_bytes_;
  std::size_t under_way_ = 0;
  std::deque<boost::asio::steady_timer*> waiting_;
  std::vector<std::unique_ptr<line>> idle_;  ///< the most recently used last
  std::vector<line*> busy_;
  identity_ptr identity_;
};

}  // namespace berth::k8s
