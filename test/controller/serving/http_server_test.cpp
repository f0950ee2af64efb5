#include "controller/serving/http_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace berth::controller;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// A server on a free port, in a thread of its own, for as long as this lives.
class running_server {
 public:
  running_server()
      : strand_(asio::make_strand(io_)), group_(strand_), server_(strand_, "127.0.0.1:0", [](std::string_view target) {
          return target == "/livez" ? http_answer{200, "ok"} : http_answer{404, "404 page not found\n"};
        }) {
    group_.spawn("server", server_.run(group_));
    thread_ = std::thread([this] { io_.run(); });
  }
  ~running_server() {
    asio::post(strand_, [this] { group_.stop(); });
    thread_.join();
  }

  // What comes back until the server closes the connection.
  std::string say(const std::string& bytes) {
    asio::io_context mine;
    tcp::socket socket(mine);
    socket.connect({asio::ip::make_address("127.0.0.1"), server_.port()});
    boost::system::error_code end;
    asio::write(socket, asio::buffer(bytes), end);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), end);
    return answer;
  }

 private:
  asio::io_context io_;
  asio::strand<asio::io_context::executor_type> strand_;
  task_group group_;
  http_server server_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("http server: answers by path, and keeps the connection for the next request") {
  running_server server;
  const std::string answer = server.say(
      "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(answer.find("HTTP/1.1 200 OK") == 0);
  CHECK(answer.find("\r\n\r\nok") != std::string::npos);
  CHECK(answer.find("HTTP/1.1 404 Not Found") != std::string::npos);
}

TEST_CASE("http server: HEAD has the headers alone, other methods are not allowed") {
  running_server server;
  const std::string head = server.say("HEAD /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(head.find("Content-Length: 2\r\n") != std::string::npos);
  CHECK(head.substr(head.size() - 4) == "\r\n\r\n");
  CHECK(server.say("POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx").find("HTTP/1.1 405") == 0);
}

TEST_CASE("http server: garbage and endless headers end the connection, not the server") {
  running_server server;
  CHECK(server.say("\x16\x03\x01 no http\r\n\r\n").empty());
  CHECK(server.say("GET /livez HTTP/1.1\r\nX: " + std::string(64 * 1024, 'a') + "\r\n\r\n").find("200") ==
        std::string::npos);
  CHECK(server.say("GET /livez HTTP/1.0\r\n\r\n").find("HTTP/1.0 200 OK") == 0);
}

TEST_CASE("http server: an address that is malformed or taken is named") {
  asio::io_context io;
  const auto listen = [&](const std::string& where) {
    http_server(io.get_executor(), where, [](auto) { return http_answer{}; });
  };
  CHECK_THROWS_WITH(listen("here"), "cannot listen on here: not of the form host:port");
  CHECK_THROWS_WITH(listen(":70000"), "cannot listen on :70000: the port is not a number from 0 to 65535");
  CHECK_THROWS_WITH(listen("no.such.host:1"), "cannot listen on no.such.host:1: the host is not an IP address");
  http_server first(io.get_executor(), "127.0.0.1:0", [](auto) { return http_answer{}; });
  const std::string taken = "127.0.0.1:" + std::to_string(first.port());
  CHECK_THROWS_WITH(listen(taken), ("cannot listen on " + taken + ": Address already in use").c_str());
}
