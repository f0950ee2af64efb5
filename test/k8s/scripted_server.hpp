#pragma once

#include "test/k8s/certificates.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A server that does what the test says, connection by connection and step by step; to the byte, so that it can be
/// wrong.
///
/// Runs on the test's own io_context, in the test's thread. After its last step a connection is closed in order.
namespace berth::test {

struct step {
  enum class kind {
    request,  ///< reads one whole request
    send,     ///< writes `text`
    hold,     ///< waits until the client closes
    reset,    ///< ends with RST, and without close_notify
    cut,      ///< ends with FIN, and without close_notify
    tunnel,   ///< from here on TLS, as behind a proxy's CONNECT
  };
  kind what = kind::request;
  std::string text = "";
};

inline const step request{step::kind::request};
inline const step hold{step::kind::hold};
inline const step reset{step::kind::reset};
inline const step cut{step::kind::cut};
inline const step tunnel{step::kind::tunnel};
inline step send(std::string text) { return {step::kind::send, std::move(text)}; }

/// A whole answer: "200 OK", JSON unless `more` has another Content-Type.
step answer(const std::string& status, const std::string& body,
            const std::string& more = "Content-Type: application/json\r\n");
inline step ok(const std::string& body) { return answer("200 OK", body); }
/// The beginning of a chunked answer, and its pieces.
inline const step chunked =
    send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
step chunk(const std::string& text);
inline const step last_chunk = send("0\r\n\r\n");

class scripted_server {
 public:
  /// TLS where there is a certificate; clients must show one of `client_authority` where that is given.
  explicit scripted_server(boost::asio::io_context& io, std::optional<certificate_and_key> tls = std::nullopt,
                           std::string client_authority = "", bool v6 = false);

  /// What the next connection that comes shall do. One that comes without a script does as `always` says, or is closed
  /// at once.
  void next(std::vector<step> script) { scripts_.push_back(std::move(script)); }
  void always(std::vector<step> script) { always_ = std::move(script); }
  /// The certificate for connections from now on.
  void show(const certificate_and_key& tls);
  /// A server of before TLS 1.2, from now on.
  void speak_at_most_tls_1_1();
  void stop_listening();

  std::string authority() const;
  unsigned short port() const { return port_; }

  int connections = 0;
  std::vector<std::string> requests;  ///< head and body of each, of all connections in order
  std::string client_name;            ///< the subject of the last client certificate

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket, std::vector<step> script);
  template <class Stream>
  boost::asio::awaitable<std::size_t> perform(Stream& stream, boost::asio::ip::tcp::socket& socket,
                                              std::vector<step>& script, std::size_t from);

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  unsigned short port_ = 0;
  bool v6_;
  std::string client_authority_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  bool tls_at_once_ = false;
  std::deque<std::vector<step>> scripts_;
  std::vector<step> always_;
};

}  // namespace berth::test
