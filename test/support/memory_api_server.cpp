#include "test/support/memory_api_server.hpp"

#include "test/support/memory_api/api.hpp"
#include "test/support/memory_api/bulk.hpp"
#include "test/support/memory_api/deployments.hpp"
#include "test/support/memory_api/http_service.hpp"
#include "test/support/memory_api/kubelet.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <fmt/format.h>

#include <future>
#include <thread>
#include <type_traits>

namespace berth::memory_api {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds controller_pause{10};

}  // namespace

class memory_api_server::server {
 public:
  explicit server(memory_api_options options)
      : options_(std::move(options)),
        objects_(options_.window),
        api_(objects_, world_),
        kubelet_(objects_, world_),
        deployments_(objects_, api_, world_),
        http_(context_,
              {objects_, faults_, [this](const request& r) { return handle(r); }, world_.now, options_.bookmark_every}),
        controllers_(context_) {
    objects_.on_change = [this](const change&) { changed(); };
    listen();
    options_.port = http_.port();
    thread_ = std::thread([this] { context_.run(); });
  }

  ~server() {
    run([this] {
      stopping_ = true;
      controllers_.cancel();
      http_.stop_listening();
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

  void listen() { http_.listen({asio::ip::make_address(options_.address), options_.port}); }
  void forget_history() {
    objects_.compact();
    http_.close_connections();
  }
  answer handle(const request& r);
  answer control(const request& r);
  void changed();

  memory_api_options options_;
  world world_;
  store objects_;
  api api_;
  kubelet kubelet_;
  deployments deployments_;
  faults faults_;

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> keep_running_{context_.get_executor()};
  http_service http_;
  asio::steady_timer controllers_;
  bool controllers_due_ = false;
  bool stopping_ = false;
  std::int64_t bindings_ = 0;  ///< granted
  std::thread thread_;
};

/// The controllers follow after a pause that gathers what comes in bursts: a pass of theirs looks at every pod.
void memory_api_server::server::changed() {
  http_.wake_watches();
  if (controllers_due_ || stopping_ || (!options_.kubelet && !options_.expand_deployments)) return;
  controllers_due_ = true;
  controllers_.expires_after(controller_pause);
  controllers_.async_wait([this](boost::system::error_code cancelled) {
    if (cancelled) return;
    controllers_due_ = false;
    if (options_.expand_deployments) deployments_.run();
    if (options_.kubelet) kubelet_.run();
  });
}

answer memory_api_server::server::handle(const request& r) {
  if (r.target.starts_with("/memory-api/")) return control(r);
  answer a = api_.handle(r);
  if (a.status == 201 && r.method == "POST" && r.target.ends_with("/binding")) ++bindings_;
  return a;
}

answer memory_api_server::server::control(const request& r) {
  answer a;
  a.body = "{}";
  auto body = json::parse(r.body.empty() ? "{}" : r.body);
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
    asio::post(context_, [this] { http_.close_connections(); });
  } else if (r.target == "/memory-api/forget-history" && r.method == "POST") {
    asio::post(context_, [this] { forget_history(); });
  } else if (r.target == "/memory-api/requests" && r.method == "GET") {
    json list;
    for (const auto& line : http_.requests()) list.make_items().emplace_back(line);
    a.body = list.text();
  } else if (r.target == "/memory-api/objects" && r.method == "POST") {
    const auto wrong = body ? put_items(objects_, std::move(*body)) : std::optional<std::string>("the body is no JSON");
    json outcome;
    if (wrong) outcome["message"] = *wrong;
    a.status = wrong ? 400 : 200;
    a.body = outcome.text();
  } else if (r.target == "/memory-api/bindings" && r.method == "GET") {
    json outcome;
    outcome["granted"] = bindings_;
    a.body = outcome.text();
  } else {
    a.status = 404;
  }
  return a;
}

memory_api_server::memory_api_server(memory_api_options options)
    : server_(std::make_unique<server>(std::move(options))) {}
memory_api_server::~memory_api_server() = default;

std::uint16_t memory_api_server::port() const { return server_->options_.port; }
std::string memory_api_server::url() const { return fmt::format("http://{}:{}", server_->options_.address, port()); }

std::string memory_api_server::kubeconfig() const {
  return fmt::format(
      "apiVersion: v1\nkind: Config\nclusters:\n- name: memory\n  cluster:\n    server: {}\n"
      "contexts:\n- name: memory\n  context:\n    cluster: memory\n    user: memory\nusers:\n- name: memory\n  user: "
      "{{}}\ncurrent-context: memory\n",
      url());
}

memory_api_answer memory_api_server::call(std::string method, std::string target, const json& body,
                                          std::string content_type) {
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
  server_->run([&] { server_->http_.close_connections(); });
}
void memory_api_server::forget_history() {
  server_->run([&] { server_->forget_history(); });
}
void memory_api_server::stop_listening() {
  server_->run([&] { server_->http_.stop_listening(); });
}
void memory_api_server::listen_again() {
  server_->run([&] { server_->listen(); });
}

std::vector<std::string> memory_api_server::requests() const {
  return server_->run([&] {
    const auto& all = server_->http_.requests();
    return std::vector<std::string>(all.begin(), all.end());
  });
}

std::size_t memory_api_server::open_watches() const {
  return server_->run([&] { return server_->http_.open_watches(); });
}

}  // namespace berth::memory_api
