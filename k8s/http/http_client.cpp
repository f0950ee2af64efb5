#include "k8s/http/http_client.hpp"

#include "k8s/http/answer.hpp"
#include "k8s/http/answer_sinks.hpp"
#include "k8s/http/lane_pool.hpp"
#include "k8s/http/stream_readers.hpp"
#include "k8s/http/token_bucket.hpp"
#include "k8s/retry.hpp"
#include "k8s/run_on.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <array>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

namespace berth::k8s {
namespace {

namespace asio = boost::asio;

constexpr std::size_t lane_buffer = 8 * 1024;
constexpr std::size_t stream_buffer = 64 * 1024;
/// Lists and watches at once. A scheduler has one watch per kind, about a dozen.
constexpr std::size_t max_streams = 64;

/// A lane for one list or watch at a time. `taken` is claimed from any thread.
struct stream_lane {
  std::atomic<bool> taken = false;
  std::shared_ptr<lane_pool> pool;
};

/// What calls under way share with the client, so that a cancelled one may outlive it.
struct core {
  std::shared_ptr<lane_common> common;
  client_options options;
  clock& time;
  std::array<std::shared_ptr<lane_pool>, lane_count> lanes;
  std::array<stream_lane, max_streams> streams;
  asio::any_io_executor bucket_strand;
  std::vector<token_bucket> buckets;  ///< none: no limit
};
using core_ptr = std::shared_ptr<core>;

constexpr std::size_t bucket_count = 3;
std::size_t bucket_of(lane which) { return which == lane::lease ? 2 : which == lane::events ? 1 : 0; }

task<clock::duration> take_token(core_ptr c, lane which) { co_return c->buckets[bucket_of(which)].take(c->time.now()); }

/// On the caller's executor: waits as long as clientConnection.qps and .burst say.
task<void> throttle(core_ptr c, lane which) {
  if (c->buckets.empty()) co_return;
  const auto pause = co_await run_on(c->bucket_strand, take_token(c, which));
  if (pause > clock::duration::zero()) co_await c->time.sleep_for(pause);
}

/// On the lane's strand: all attempts of one request.
task<result<std::string>> perform(core_ptr c, std::shared_ptr<lane_pool> pool, http_request request,
                                  request_options options) {
  text_sink into;
  for (int retries = 0;; ++retries) {
    co_await throttle(c, options.lane);
    const auto head =
        co_await pool->send(request, into, c->options.max_body, std::chrono::steady_clock::now() + options.timeout);
    const bool success = head && head->status / 100 == 2;
    if (success && (into.text.empty() || plausible(*head))) co_return std::move(into.text);

    const auto doing = c->common->writer.describe(request);
    error why = !head     ? error{head.error().code, doing + ": " + head.error().detail}
                : success ? wrong_content(*head, into.text, doing)
                          : refusal(*head, into.text, doing);
    const auto pause = options.retry ? retry_after(why, request.is_get(), retries) : std::nullopt;
    if (!pause) co_return why;
    co_await c->time.sleep_for(*pause);
  }
}

/// On the stream's strand: one list or watch. Its form where its body was read to the end, or `onward` stopped it.
task<result<encoding>> perform_stream(core_ptr c, std::shared_ptr<lane_pool> pool, http_request request,
                                      stream_sink::handler onward, stream_options options) {
  co_await throttle(c, lane::reads);
  stream_sink into(options.form, std::move(onward));
  const auto head = co_await pool->send(request, into, response_reader::unlimited,
                                        std::chrono::steady_clock::now() + options.timeout);
  const auto form = head ? streamed_form(*head, options.form) : std::nullopt;
  if (form) co_return *form;
  const auto doing = c->common->writer.describe(request);
  if (!head) co_return error{head.error().code, doing + ": " + head.error().detail};
  if (head->status / 100 == 2) co_return wrong_content(*head, into.text, doing);
  co_return refusal(*head, into.text, doing);
}

class http_client final : public client {
 public:
  explicit http_client(core_ptr c) : core_(std::move(c)) {}

  task<result<std::string>> get(std::string path, request_options options) override {
    return call({.method = "GET", .path = std::move(path), .body = {}}, options);
  }
  task<result<std::string>> create(std::string path, std::string body, request_options options) override {
    return call({.method = "POST", .path = std::move(path), .body = std::move(body)}, options);
  }
  task<result<std::string>> replace(std::string path, std::string body, request_options options) override {
    return call({.method = "PUT", .path = std::move(path), .body = std::move(body)}, options);
  }
  task<result<std::string>> remove(std::string path, std::string body, request_options options) override {
    return call({.method = "DELETE", .path = std::move(path), .body = std::move(body)}, options);
  }
  task<result<std::string>> patch(std::string path, patch_type type, std::string body,
                                  request_options options) override {
    std::string_view content;
    switch (type) {
      case patch_type::strategic_merge:
        content = "application/strategic-merge-patch+json";
        break;
      case patch_type::merge:
        content = "application/merge-patch+json";
        break;
      case patch_type::json:
        content = "application/json-patch+json";
        break;
    }
    return call({.method = "PATCH", .path = std::move(path), .body = std::move(body), .content_type = content},
                options);
  }

  task<result<list_head>> list(std::string path, item_handler on_item, stream_options options) override;
  task<result<void>> watch(std::string path, event_handler on_event, stream_options options) override;
  std::string server() const override { return core_->common->where.server.text(); }

 private:
  task<result<std::string>> call(http_request request, request_options options) {
    const auto& pool = core_->lanes[static_cast<std::size_t>(options.lane)];
    request.needs_lead = !request.is_get() && options.lane != lane::lease;
    return run_on(pool->strand(), perform(core_, pool, std::move(request), options));
  }
  task<result<encoding>> stream(std::string path, stream_sink::handler onward, stream_options options);

  core_ptr core_;
};

task<result<encoding>> http_client::stream(std::string path, stream_sink::handler onward, stream_options options) {
  const auto c = core_;
  if (c->options.streams == encoding::json) options.form = encoding::json;
  for (auto& lane : c->streams) {
    if (lane.taken.exchange(true, std::memory_order_acquire)) continue;
    struct taken {
      stream_lane& of;
      ~taken() { of.taken.store(false, std::memory_order_release); }
    } const mine{lane};
    http_request request{.method = "GET", .path = std::move(path), .body = {}, .accept = accepted(options.form)};
    auto streamed = perform_stream(c, lane.pool, std::move(request), std::move(onward), options);
    co_return co_await run_on(lane.pool->strand(), std::move(streamed));
  }
  co_return error{errc::too_many_requests, "more than " + std::to_string(max_streams) + " lists and watches at once"};
}

task<result<list_head>> http_client::list(std::string path, item_handler on_item, stream_options options) {
  const auto reader = std::make_shared<list_reader>(std::move(on_item));
  const std::string doing = "GET " + server() + path;
  stream_sink::handler onward = [reader](encoding form, std::string_view piece) { return reader->feed(form, piece); };
  const auto form = co_await stream(std::move(path), std::move(onward), options);
  if (!form) co_return form.error();
  auto head = reader->finish(*form);
  if (!head) co_return error{head.error().code, doing + ": " + head.error().detail, head.error().http_status};
  co_return std::move(*head);
}

task<result<void>> http_client::watch(std::string path, event_handler on_event, stream_options options) {
  const auto reader = std::make_shared<watch_reader>(std::move(on_event), core_->options.max_event);
  const std::string doing = "GET " + server() + path;
  stream_sink::handler onward = [reader](encoding form, std::string_view piece) { return reader->feed(form, piece); };
  const auto form = co_await stream(std::move(path), std::move(onward), options);
  if (!form) co_return form.error();
  if (const auto end = reader->finish(); !end) co_return error{end.error().code, doing + ": " + end.error().detail};
  co_return result<void>();
}

}  // namespace

std::unique_ptr<client> make_http_client(asio::any_io_executor io, connection_settings settings, client_options options,
                                         clock& time) {
  auto identities = std::make_shared<credentials>(io, settings, environment::of_process(), options.exec_timeout, time);
  const auto tls_name = settings.tls_server_name.empty() ? settings.server.name() : settings.tls_server_name;
  auto common = std::make_shared<lane_common>(lane_common{
      .where = {settings.server, tls_name, settings.proxy},
      .writer = request_writer(settings, options.user_agent),
      .identities = identities,
      .connect_timeout = options.connect_timeout,
      .idle_timeout = options.idle_timeout,
      .max_header = options.max_header,
      .time = time,
      .lead = options.lead,
  });
  const core_ptr c(new core{.common = common,
                            .options = options,
                            .time = time,
                            .lanes = {},
                            .streams = {},
                            .bucket_strand = asio::make_strand(io),
                            .buckets = {}});
  const std::array<std::size_t, lane_count> caps{options.bindings, options.writes, options.reads, options.events,
                                                 options.lease};
  for (std::size_t i = 0; i < caps.size(); ++i)
    c->lanes[i] = std::make_shared<lane_pool>(asio::make_strand(io), common, caps[i], lane_buffer);
  for (auto& one : c->streams) one.pool = std::make_shared<lane_pool>(asio::make_strand(io), common, 1, stream_buffer);
  if (options.qps > 0) c->buckets.assign(bucket_count, token_bucket(options.qps, options.burst, time.now()));
  identities->on_tls_change = [weak = std::weak_ptr(c)] {
    const auto self = weak.lock();
    if (!self) return;
    const auto drop = [](const std::shared_ptr<lane_pool>& pool) {
      asio::post(pool->strand(), [pool] { pool->drop_all("certificates changed"); });
    };
    for (const auto& one : self->streams) drop(one.pool);
  };
  return std::make_unique<http_client>(c);
}

}  // namespace berth::k8s
