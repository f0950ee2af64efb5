#include "test/support/memory_api_server.hpp"

#include "test/support/memory_api/api.hpp"
#include "test/support/memory_api/deployments.hpp"
#include "test/support/memory_api/kubelet.hpp"
#include "test/support/memory_api/refusal.hpp"
#include "test/support/memory_api/wire.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <future>
#include <set>
#include <thread>
#include <type_traits>

namespace berth::test {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using asio::use_awaitable;

namespace {

constexpr std::size_t body_limit = 3 * 1024 * 1024;
constexpr std::uint32_t header_limit = 64 * 1024;
constexpr std::size_t remembered_requests = 10'000;
constexpr std::chrono::milliseconds controller_pause{10};

struct connection {
  explicit connection(tcp::socket s) : socket(std::move(s)), wake(socket.get_executor()) {}
  tcp::socket socket;
  asio::steady_timer wake;  ///< cancelled when a watch has something to send, and when the connection is closed
  bool watching = false;
  bool closed = false;
};

using parser = http::request_parser<http::string_body>;

request to_request(http::request<http::string_body>& message) {
  const auto text = [](auto view) { return std::string(view.data(), view.size()); };
  return {text(message.method_string()), text(message.target()), text(message[http::field::accept]), text(message[http::field::content_type]),
          std::move(message.body())};
}

answer to_answer(const fault& f) {
  answer a;
  a.status = f.status;
  a.content_type = f.content_type;
  a.body = body_of(f);
  a.retry_after = f.retry_after;
  return a;
}

}  // namespace

class memory_api_server::server {
 public:
  explicit server(memory_api_options options)
      : options_(std::move(options)),
        objects_(options_.window),
        api_(objects_, world_),
        kubelet_(objects_, world_),
        deployments_(objects_, api_, world_),
        acceptor_(context_),
        controllers_(context_) {
    objects_.on_change = [this](const change&) { changed(); };
    listen();
    options_.port = acceptor_.local_endpoint().port();
    thread_ = std::thread([this] { context_.run(); });
  }

  ~server() {
    run([this] {
      stopping_ = true;
      acceptor_.close();
      controllers_.cancel();
      close_all();
    });
    keep_running_.reset();
    thread_.join();
  }

  /// Runs `f` on the server's thread and waits for it.
  template <class F>
  std::invoke_result_t<F> run(F f) {
    std::packaged_task<std::invoke_result_t<F>()> task(std::move(f));
    auto result = task.get_future();
    asio::post(context_, [&task] { task(); });
    return result.get();
  }

  /// A connection that breaks, or is closed, ends its coroutine; any other exception ends the process.
  void spawn(asio::awaitable<void> task) {
    asio::co_spawn(context_, std::move(task), [](std::exception_ptr problem) {
      try {
        if (problem) std::rethrow_exception(problem);
      } catch (const boost::system::system_error&) {
      }
    });
  }

  void listen() {
    const tcp::endpoint at(asio::ip::make_address(options_.address), options_.port);
    acceptor_.open(at.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(at);
    acceptor_.listen();
    spawn(accept());
  }

  void close_all() {
    for (const auto& c : connections_) close(*c);
  }

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(std::shared_ptr<connection> c);
  asio::awaitable<void> serve_requests(std::shared_ptr<connection> c);
  asio::awaitable<bool> serve_one(connection& c, http::request<http::string_body> message);
  asio::awaitable<void> stream(std::shared_ptr<connection> c, watch w, std::string target);
  asio::awaitable<bool> send_lines(connection& c, std::vector<std::string> lines, std::string target);
  asio::awaitable<void> send_chunk(connection& c, std::string text);
  asio::awaitable<void> notice_end(std::shared_ptr<connection> c);
  asio::awaitable<void> run_controllers();

  answer control(const request& r);
  answer handle(const request& r);
  http::response<http::string_body> to_response(answer a, const http::request<http::string_body>& to) const;
  void changed();
  static void close(connection& c);

  memory_api_options options_;
  world world_;
  store objects_;
  api api_;
  kubelet kubelet_;
  deployments deployments_;
  faults faults_;
  std::deque<std::string> requests_;

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> keep_running_{context_.get_executor()};
  tcp::acceptor acceptor_;
  asio::steady_timer controllers_;
  std::set<std::shared_ptr<connection>> connections_;
  bool controllers_due_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

void memory_api_server::server::close(connection& c) {
  boost::system::error_code ignored;
  c.closed = true;
  c.socket.close(ignored);
  c.wake.cancel();
}

void memory_api_server::server::changed() {
  for (const auto& c : connections_) {
    if (c->watching) c->wake.cancel();
  }
  if (controllers_due_ || stopping_ || (!options_.kubelet && !options_.expand_deployments)) return;
  controllers_due_ = true;
  spawn(run_controllers());
}

/// A pause gathers what comes in bursts: a pass of the controllers looks at every pod.
asio::awaitable<void> memory_api_server::server::run_controllers() {
  controllers_.expires_after(controller_pause);
  co_await controllers_.async_wait(use_awaitable);
  controllers_due_ = false;
  if (options_.expand_deployments) deployments_.run();
  if (options_.kubelet) kubelet_.run();
}

asio::awaitable<void> memory_api_server::server::accept() {
  for (;;) {
    tcp::socket socket = co_await acceptor_.async_accept(use_awaitable);
    socket.set_option(tcp::no_delay(true));
    auto c = std::make_shared<connection>(std::move(socket));
    connections_.insert(c);
    spawn(serve(c));
  }
}

asio::awaitable<void> memory_api_server::server::serve(std::shared_ptr<connection> c) {
  try {
    co_await serve_requests(c);
  } catch (const boost::system::system_error&) {
  }
  close(*c);
  connections_.erase(c);
}

asio::awaitable<void> memory_api_server::server::serve_requests(std::shared_ptr<connection> c) {
  boost::beast::flat_buffer buffer;
  for (bool more = true; more && !c->closed;) {
    parser p;
    p.body_limit(body_limit);
    p.header_limit(header_limit);
    boost::system::error_code error;
    co_await http::async_read(c->socket, buffer, p, asio::redirect_error(use_awaitable, error));
    if (error == http::error::body_limit) {
      auto too_large = to_response({413, "application/json", refusal(413, "RequestEntityTooLarge", "limit is 3145728").status().text(), -1, {}}, p.get());
      too_large.keep_alive(false);
      co_await http::async_write(c->socket, too_large, use_awaitable);
      co_return;
    }
    if (error) co_return;
    auto message = p.release();
    const request r = to_request(message);
    requests_.push_back(r.method + " " + r.target);
    if (requests_.size() > remembered_requests) requests_.pop_front();

    const auto wrong = faults_.match(r.method, r.target);
    if (wrong && wrong->kind == fault_kind::delay) {
      c->wake.expires_after(wrong->delay);
      co_await c->wake.async_wait(use_awaitable);
    }
    if (wrong && wrong->kind == fault_kind::close) co_return;
    answer a = wrong && wrong->kind == fault_kind::answer ? to_answer(*wrong) : handle(r);
    if (wrong && wrong->kind == fault_kind::lose_answer) co_return;
    if (a.watching) {
      watch w(objects_, std::move(*a.watching), world_.now);
      co_await stream(c, std::move(w), r.target);
      co_return;
    }
    auto response = to_response(std::move(a), message);
    if (wrong && wrong->kind == fault_kind::cut) {
      http::response_serializer<http::string_body> head(response);
      co_await http::async_write_header(c->socket, head, use_awaitable);
      const auto half = asio::buffer(response.body().data(), response.body().size() / 2);
      co_await asio::async_write(c->socket, half, use_awaitable);
      co_return;
    }
    more = response.keep_alive();
    co_await http::async_write(c->socket, response, use_awaitable);
  }
}

answer memory_api_server::server::handle(const request& r) { return r.target.starts_with("/memory-api/") ? control(r) : api_.handle(r); }

http::response<http::string_body> memory_api_server::server::to_response(answer a, const http::request<http::string_body>& to) const {
  http::response<http::string_body> response(static_cast<http::status>(a.status), 11);
  response.set(http::field::content_type, a.content_type);
  response.set("Audit-Id", "memory");
  response.set(http::field::cache_control, "no-cache, private");
  if (a.retry_after >= 0) response.set(http::field::retry_after, std::to_string(a.retry_after));
  const auto encodings = to[http::field::accept_encoding];
  if (auto packed = gzipped({encodings.data(), encodings.size()}, a.body)) {
    a.body = std::move(*packed);
    response.set(http::field::content_encoding, "gzip");
  }
  response.keep_alive(to.keep_alive());
  response.body() = std::move(a.body);
  response.prepare_payload();
  return response;
}

asio::awaitable<void> memory_api_server::server::send_chunk(connection& c, std::string text) {
  const std::string chunk = fmt::format("{:x}\r\n{}\r\n", text.size(), text);
  co_await asio::async_write(c.socket, asio::buffer(chunk), use_awaitable);
}

/// False where a fault ended the watch.
asio::awaitable<bool> memory_api_server::server::send_lines(connection& c, std::vector<std::string> lines, std::string target) {
  std::string text;
  for (const auto& line : lines) {
    const auto wrong = faults_.match("WATCH", target);
    if (wrong && wrong->kind == fault_kind::drop) continue;
    if (wrong && wrong->kind == fault_kind::gone) {
      co_await send_chunk(c, text + fmt::format("{{\"type\":\"ERROR\",\"object\":{}}}\n", expired("too old resource version: 1 (2)").status().text()));
      co_return false;
    }
    if (wrong && wrong->kind == fault_kind::cut) {
      co_await send_chunk(c, text + line.substr(0, line.size() / 2));
      co_return false;
    }
    text += line;
  }
  if (!text.empty()) co_await send_chunk(c, std::move(text));
  co_return true;
}

/// A watch sends and never reads, so only this sees its peer leave.
asio::awaitable<void> memory_api_server::server::notice_end(std::shared_ptr<connection> c) {
  boost::system::error_code ended;
  co_await c->socket.async_wait(tcp::socket::wait_read, asio::redirect_error(use_awaitable, ended));
  close(*c);
}

asio::awaitable<void> memory_api_server::server::stream(std::shared_ptr<connection> c, watch w, std::string target) {
  constexpr std::string_view head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-cache, private\r\nTransfer-Encoding: chunked\r\n\r\n";
  co_await asio::async_write(c->socket, asio::buffer(head), use_awaitable);
  c->watching = true;
  spawn(notice_end(c));
  const auto end = asio::steady_timer::clock_type::now() + w.request().timeout;
  auto next_bookmark = asio::steady_timer::clock_type::now() + options_.bookmark_every;
  while (!c->closed) {
    const auto now = asio::steady_timer::clock_type::now();
    auto lines = w.next();
    if (now >= next_bookmark && w.request().bookmarks && !w.ended()) {
      lines.push_back(w.bookmark());
      next_bookmark = now + options_.bookmark_every;
    }
    c->wake.expires_at(std::min(end, next_bookmark));
    if (!co_await send_lines(*c, std::move(lines), target)) co_return;
    if (w.ended() || now >= end) break;
    // A change during the sending has cancelled nothing: nobody was waiting.
    if (w.behind()) continue;
    boost::system::error_code woken;
    co_await c->wake.async_wait(asio::redirect_error(use_awaitable, woken));
  }
  co_await asio::async_write(c->socket, asio::buffer(std::string_view("0\r\n\r\n")), use_awaitable);
}

answer memory_api_server::server::control(const request& r) {
  answer a;
  a.body = "{}";
  const auto body = json::parse(r.body.empty() ? "{}" : r.body);
  if (r.target == "/memory-api/faults" && r.method == "POST") {
    const auto f = body ? parse_fault(*body) : std::nullopt;
    if (f) {
      faults_.add(*f);
    } else {
      a.status = 400;
    }
  } else if (r.target == "/memory-api/faults" && r.method == "DELETE") {
    faults_.clear();
  } else if (r.target == "/memory-api/drop-connections" && r.method == "POST") {
    asio::post(context_, [this] { close_all(); });
  } else if (r.target == "/memory-api/forget-history" && r.method == "POST") {
    objects_.compact();
    asio::post(context_, [this] { close_all(); });
  } else if (r.target == "/memory-api/requests" && r.method == "GET") {
    json list;
    for (const auto& line : requests_) list.make_items().emplace_back(line);
    a.body = list.text();
  } else {
    a.status = 404;
  }
  return a;
}

memory_api_server::memory_api_server(memory_api_options options) : server_(std::make_unique<server>(std::move(options))) {}
memory_api_server::~memory_api_server() = default;

std::uint16_t memory_api_server::port() const { return server_->options_.port; }
std::string memory_api_server::url() const { return fmt::format("http://{}:{}", server_->options_.address, port()); }

std::string memory_api_server::kubeconfig() const {
  return fmt::format(
      "apiVersion: v1\nkind: Config\nclusters:\n- name: memory\n  cluster:\n    server: {}\n"
      "contexts:\n- name: memory\n  context:\n    cluster: memory\n    user: memory\nusers:\n- name: memory\n  user: {{}}\ncurrent-context: memory\n",
      url());
}

memory_api_answer memory_api_server::call(std::string method, std::string target, const json& body, std::string content_type) {
  const request r{std::move(method), std::move(target), "", std::move(content_type), body.text()};
  return server_->run([&] {
    const answer a = server_->api_.handle(r);
    return memory_api_answer{a.status, json::parse(a.body).value_or(json())};
  });
}

void memory_api_server::add_fault(fault f) {
  server_->run([&] { server_->faults_.add(std::move(f)); });
}
void memory_api_server::clear_faults() {
  server_->run([&] { server_->faults_.clear(); });
}
void memory_api_server::drop_connections() {
  server_->run([&] { server_->close_all(); });
}
void memory_api_server::forget_history() {
  server_->run([&] {
    server_->objects_.compact();
    server_->close_all();
  });
}
void memory_api_server::stop_listening() {
  server_->run([&] {
    server_->acceptor_.close();
    server_->close_all();
  });
}
void memory_api_server::listen_again() {
  server_->run([&] { server_->listen(); });
}

std::vector<std::string> memory_api_server::requests() const {
  return server_->run([&] { return std::vector<std::string>(server_->requests_.begin(), server_->requests_.end()); });
}

std::size_t memory_api_server::open_watches() const {
  return server_->run([&] {
    return static_cast<std::size_t>(std::ranges::count_if(server_->connections_, [](const auto& c) { return c->watching && !c->closed; }));
  });
}

}  // namespace berth::test
