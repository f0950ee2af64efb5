#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

/// HTTP as text on a blocking socket: for tests that look at the very bytes. An answer that does not come within 10 s
/// reads as "".
namespace berth::memory_api {

class raw_http {
 public:
  explicit raw_http(std::uint16_t port) {
    stream_.expires_after(std::chrono::seconds(10));
    stream_.connect(boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), port));
  }

  bool connected() const { return static_cast<bool>(stream_); }

  void send(std::string_view method, std::string_view target, std::string_view body = {},
            std::string_view headers = {}) {
    stream_ << method << ' ' << target << " HTTP/1.1\r\nHost: test\r\n"
            << headers << "Content-Length: " << body.size() << "\r\n\r\n"
            << body << std::flush;
  }

  /// One line without its end.
  std::string line() {
    std::string text;
    std::getline(stream_, text);
    if (text.ends_with('\r')) text.pop_back();
    return text;
  }

  /// Up to the empty line after the headers.
  std::string head() {
    std::string all;
    for (std::string one = line(); !one.empty(); one = line()) all += one + "\n";
    return all;
  }

  /// The head and a body of Content-Length.
  std::string answer() {
    const std::string top = head();
    constexpr std::string_view name = "Content-Length: ";
    const auto at = top.find(name);
    if (at == std::string::npos) return top;
    std::string body(std::stoul(top.substr(at + name.size())), '\0');
    stream_.read(body.data(), static_cast<std::streamsize>(body.size()));
    body.resize(static_cast<std::size_t>(stream_.gcount()));
    return top + body;
  }

  /// All that comes until the other side closes.
  std::string rest() { return {std::istreambuf_iterator<char>(stream_), {}}; }

 private:
  boost::asio::ip::tcp::iostream stream_;
};

}  // namespace berth::memory_api
