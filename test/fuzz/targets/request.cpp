#include "controller/serving/http_connection.hpp"
#include "test/fuzz/fuzz.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <string>

/// The bytes of a peer of our servers, over a pair of sockets: what is asked, and that the connection ends.
namespace berth::fuzz {

namespace {

namespace asio = boost::asio;

constexpr std::size_t most_header = 512;
constexpr std::size_t most_body = 256;

k8s::task<controller::http_answer> answer(std::string& asked, controller::http_request r) {
  promise(r.target.find_first_of("\r\n ") == std::string::npos, "a target is one word");
  promise(r.body.size() <= most_body, "no body above its cap");
  for (const auto& [name, value] : r.headers) promise(is_one_line(name) && is_one_line(value), "a header is one line");
  asked += r.method + " " + r.target + " " + r.body + "\n";
  controller::http_answer a;
  a.body = "ok";
  co_return a;
}

std::string serve(std::string_view wire, std::size_t size) {
  std::string asked;
  controller::http_limits limits;
  limits.header_bytes = most_header;
  limits.body_bytes = most_body;
  controller::http_service service(limits);
  service.answer = [&](controller::http_request r) { return answer(asked, std::move(r)); };

  int ends[2];
  promise(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "there are sockets");
  asio::io_context io(1);
  bool over = false;
  {
    const auto connection =
        std::make_shared<controller::http_connection>(asio::ip::tcp::socket(io, asio::ip::tcp::v4(), ends[0]), service);
    asio::co_spawn(io, connection->serve(), [&](const std::exception_ptr& thrown) {
      promise(!thrown, "nothing is thrown");
      over = true;
    });
    for (; !wire.empty() && !over; io.poll()) {
      const auto sent = ::send(ends[1], wire.data(), std::min(size, wire.size()), MSG_NOSIGNAL);
      if (sent <= 0) break;  // it has had enough
      wire.remove_prefix(static_cast<std::size_t>(sent));
    }
    ::shutdown(ends[1], SHUT_WR);
    for (int turns = 0; turns < 1000 && !over; ++turns) io.poll();
  }
  promise(over, "a connection ends with its peer");
  char answers[64];
  const auto n = ::recv(ends[1], answers, sizeof answers, MSG_DONTWAIT);
  promise(n <= 0 || std::string_view(answers, static_cast<std::size_t>(n)).starts_with("HTTP/1."), "answers are HTTP");
  ::close(ends[1]);
  return asked;
}

}  // namespace

void request(std::string_view bytes) {
  // A header is found too long a little sooner or later, as its pieces come.
  if (bytes.size() <= most_header)
    any_cutting(bytes, serve);
  else
    serve(bytes, bytes.size());
}

}  // namespace berth::fuzz
