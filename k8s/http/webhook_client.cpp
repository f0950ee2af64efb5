#include "k8s/http/webhook_client.hpp"

#include "k8s/http/lane_pool.hpp"
#include "k8s/run_on.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <utility>

namespace berth::k8s {
namespace {

namespace asio = boost::asio;

constexpr std::size_t buffer_bytes = 16 * 1024;

/// The body of a success; of anything else the status says enough.
class success_sink final : public answer_sink {
 public:
  bool body(const response_head& head, std::string_view piece) override {
    if (head.status != 200) return false;
    text.append(piece);
    return true;
  }
  void restart() override { text.clear(); }

  std::string text;
};

task<result<webhook_answer>> perform(std::shared_ptr<lane_pool> pool, http_request request, std::size_t max_bytes,
                                     std::chrono::milliseconds timeout) {
  success_sink into;
  const auto head = co_await pool->send(request, into, max_bytes, std::chrono::steady_clock::now() + timeout);
  if (!head) co_return head.error();
  webhook_answer answer{head->status, std::move(into.text)};
  co_return answer;
}

class webhook_client final : public webhook {
 public:
  webhook_client(std::shared_ptr<lane_pool> pool, std::chrono::milliseconds timeout)
      : pool_(std::move(pool)), timeout_(timeout) {}

  task<result<webhook_answer>> post(std::string verb, std::string body, std::size_t max_bytes,
                                    bool repeatable) override {
    http_request request{.method = "POST", .path = "/" + verb, .body = std::move(body), .repeatable = repeatable};
    return run_on(pool_->strand(), perform(pool_, std::move(request), max_bytes, timeout_));
  }

 private:
  std::shared_ptr<lane_pool> pool_;
  std::chrono::milliseconds timeout_;
};

}  // namespace

std::unique_ptr<webhook> make_webhook(asio::any_io_executor io, connection_settings where, webhook_options options,
                                      clock& time) {
  constexpr std::chrono::seconds no_plugin{1};
  auto identities = std::make_shared<credentials>(io, where, environment::of_process(), no_plugin, time);
  const auto tls_name = where.tls_server_name.empty() ? where.server.name() : where.tls_server_name;
  auto common = std::make_shared<lane_common>(lane_common{
      .where = {where.server, tls_name, where.proxy},
      .writer = request_writer(where, options.user_agent),
      .identities = identities,
      .connect_timeout = options.timeout,
      .idle_timeout = std::chrono::seconds(60),
      .max_header = options.max_header,
      .time = time,
  });
  auto pool = std::make_shared<lane_pool>(asio::make_strand(io), std::move(common), options.connections, buffer_bytes);
  identities->on_tls_change = [weak = std::weak_ptr(pool)] {
    if (const auto self = weak.lock()) asio::post(self->strand(), [self] { self->drop_all("certificates changed"); });
  };
  return std::make_unique<webhook_client>(std::move(pool), options.timeout);
}

}  // namespace berth::k8s
