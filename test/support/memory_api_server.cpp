#include "test/support/memory_api_server.hpp"

#include "test/support/memory_api/api.hpp"
#include "test/support/memory_api/deployments.hpp"
#include "test/support/memory_api/http_session.hpp"
#include "test/support/memory_api/kubelet.hpp"
#include "test/support/memory_api/refusal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <future>
#include <set>
#include <thread>
#include <type_traits>

namespace berth::test {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using asio::use_awaitable;

namespace {

constexpr std::size_t remembered_requests = 10'000;
constexpr std::chrono::milliseconds controller_pause{10};

struct connection {
  explicit connection(tcp::socket socket) : wake(socket.get_executor()), http(make_http_session(std::move(socket))) {}

  void close() {
    closed = true;
    http->close();
    wake.cancel();
  }

  asio::steady_timer wake;  ///< cancelled when a watch has something to send, and when the connection is closed
  std::unique_ptr<http_session> http;
  bool watching = false;
  bool closed = false;
};

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
  void spawn(awaitable<void> task) {
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
    for (const auto& c : connections_) c->close();
  }

  awaitable<void> accept();
  awaitable<void> serve(std::shared_ptr<connection> c);
  awaitable<void> serve_requests(std::shared_ptr<connection> c);
  awaitable<void> stream(std::shared_ptr<connection> c, watch w, std::string target);
  awaitable<bool> send_lines(std::shared_ptr<connection> c, std::vector<std::string> lines, std::string target);
  awaitable<void> close_when_peer_leaves(std::shared_ptr<connection> c);
  awaitable<void> run_controllers();

  void remember(const request& r);
  answer control(const request& r);
  answer handle(const request& r);
  void changed();

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

void memory_api_server::server::changed() {
  for (const auto& c : connections_) {
    if (c->watching) c->wake.cancel();
  }
  if (controllers_due_ || stopping_ || (!options_.kubelet && !options_.expand_deployments)) return;
  controllers_due_ = true;
  spawn(run_controllers());
}

/// A pause gathers what comes in bursts: a pass of the controllers looks at every pod.
awaitable<void> memory_api_server::server::run_controllers() {
  controllers_.expires_after(controller_pause);
  co_await controllers_.async_wait(use_awaitable);
  controllers_due_ = false;
  if (options_.expand_deployments) deployments_.run();
  if (options_.kubelet) kubelet_.run();
}

awaitable<void> memory_api_server::server::accept() {
  for (;;) {
    auto c = std::make_shared<connection>(co_await acceptor_.async_accept(use_awaitable));
    connections_.insert(c);
    spawn(serve(c));
  }
}

awaitable<void> memory_api_server::server::serve(std::shared_ptr<connection> c) {
  try {
    co_await serve_requests(c);
  } catch (const boost::system::system_error&) {
  }
  c->close();
  connections_.erase(c);
}

awaitable<void> memory_api_server::server::serve_requests(std::shared_ptr<connection> c) {
  while (!c->closed) {
    const auto r = co_await c->http->read();
    if (!r) co_return;
    remember(*r);
    const auto wrong = faults_.match(r->method, r->target);
    const auto is = [&](fault_kind kind) { return wrong && wrong->kind == kind; };
    if (is(fault_kind::delay)) {
      c->wake.expires_after(wrong->delay);
      co_await c->wake.async_wait(use_awaitable);
    }
    if (is(fault_kind::close)) co_return;
    answer a = is(fault_kind::answer) ? to_answer(*wrong) : handle(*r);
    if (is(fault_kind::lose_answer)) co_return;
    if (a.watching) {
      co_await stream(c, watch(objects_, std::move(*a.watching), world_.now), r->target);
      co_return;
    }
    if (is(fault_kind::cut)) {
      co_await c->http->write_half(std::move(a));
      co_return;
    }
    co_await c->http->write(std::move(a));
    if (!c->http->keeps_alive()) co_return;
  }
}

void memory_api_server::server::remember(const request& r) {
  requests_.push_back(r.method + " " + r.target);
  if (requests_.size() > remembered_requests) requests_.pop_front();
}

answer memory_api_server::server::handle(const request& r) { return r.target.starts_with("/memory-api/") ? control(r) : api_.handle(r); }

/// False where a fault ended the watch.
awaitable<bool> memory_api_server::server::send_lines(std::shared_ptr<connection> c, std::vector<std::string> lines, std::string target) {
  std::string text;
  bool goes_on = true;
  for (const auto& line : lines) {
    const auto wrong = faults_.match("WATCH", target);
    if (wrong && wrong->kind == fault_kind::drop) continue;
    goes_on = !wrong;
    if (wrong && wrong->kind == fault_kind::gone) {
      text += fmt::format("{{\"type\":\"ERROR\",\"object\":{}}}\n", expired("too old resource version: 1 (2)").status().text());
    } else {
      text += goes_on ? line : line.substr(0, line.size() / 2);
    }
    if (!goes_on) break;
  }
  if (!text.empty()) co_await c->http->write_chunk(std::move(text));
  co_return goes_on;
}

awaitable<void> memory_api_server::server::close_when_peer_leaves(std::shared_ptr<connection> c) {
  co_await c->http->wait_for_peer();
  c->close();
}

awaitable<void> memory_api_server::server::stream(std::shared_ptr<connection> c, watch w, std::string target) {
  co_await c->http->begin_stream();
  c->watching = true;
  spawn(close_when_peer_leaves(c));
  const auto now = [] { return asio::steady_timer::clock_type::now(); };
  const auto end = now() + w.request().timeout;
  auto next_bookmark = now() + options_.bookmark_every;
  while (!c->closed) {
    auto lines = w.next();
    if (now() >= next_bookmark && w.request().bookmarks && !w.ended()) {
      lines.push_back(w.bookmark());
      next_bookmark = now() + options_.bookmark_every;
    }
    if (!co_await send_lines(c, std::move(lines), target)) co_return;
    if (w.ended() || now() >= end) break;
    // While it was sending nobody waited, so nobody was woken.
    if (w.behind()) continue;
    c->wake.expires_at(w.request().bookmarks ? std::min(end, next_bookmark) : end);
    boost::system::error_code woken;
    co_await c->wake.async_wait(asio::redirect_error(use_awaitable, woken));
  }
  co_await c->http->end_stream();
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
