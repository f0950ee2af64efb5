#include "controller/serving/http_listen.hpp"

#include "controller/serving/listen_error.hpp"

#include <boost/asio/ip/v6_only.hpp>

#include <charconv>

namespace berth::controller {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

[[noreturn]] void cannot_listen(const std::string& address, const std::string& why) {
  throw listen_error(address, why);
}

tcp::endpoint parse_address(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) cannot_listen(address, "not of the form host:port");
  const std::string_view digits = std::string_view(address).substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || code != std::errc{} || end != digits.data() + digits.size())
    cannot_listen(address, "the port is not a number from 0 to 65535");
  std::string host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host.empty()) return {tcp::v6(), port};
  if (host == "localhost") host = "127.0.0.1";
  boost::system::error_code bad;
  const auto ip = asio::ip::make_address(host, bad);
  if (bad) cannot_listen(address, "the host is not an IP address");
  return {ip, port};
}

}  // namespace

tcp::acceptor listen_on(const asio::any_io_executor& executor, const std::string& address) {
  tcp::endpoint where = parse_address(address);
  tcp::acceptor acceptor(executor);
  boost::system::error_code failed;
  acceptor.open(where.protocol(), failed);
  if (failed && where.address().is_unspecified()) {  // a machine without IPv6
    where = {tcp::v4(), where.port()};
    acceptor.open(where.protocol(), failed);
  }
  if (!failed && where.address().is_v6() && where.address().is_unspecified())
    acceptor.set_option(asio::ip::v6_only(false), failed);
  if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor.bind(where, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) cannot_listen(address, failed.message());
  return acceptor;
}

}  // namespace berth::controller
