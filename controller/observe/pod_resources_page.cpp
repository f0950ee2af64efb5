#include "controller/observe/pod_resources_page.hpp"

#include "controller/serving/ask_within.hpp"
#include "controller/serving/content_type.hpp"
#include "controller/serving/pod_resources_text.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <utility>

namespace berth::controller {

namespace {

namespace asio = boost::asio;

/// One answer, from the question until it is written.
class counted {
 public:
  explicit counted(std::shared_ptr<std::atomic<std::size_t>> among) : among_(std::move(among)) { ++*among_; }
  ~counted() { --*among_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;

 private:
  std::shared_ptr<std::atomic<std::size_t>> among_;
};

http_answer unavailable(std::string why) {
  why += '\n';
  return {.status = 503, .body = std::move(why)};
}

}  // namespace

pod_resources_page::pod_resources_page(boost::asio::any_io_executor strand, const cluster_cache& cache,
                                       pod_resources_settings settings)
    : strand_(std::move(strand)), cache_(cache), settings_(settings) {}

k8s::task<std::vector<k8s::pod_ptr>> pod_resources_page::all_pods(std::shared_ptr<const void> place) {
  std::vector<k8s::pod_ptr> pods;
  cluster_cache::pod_walk walk;
  while (!cache_.walk_pods(walk, settings_.looked_up_at_once, pods)) co_await asio::post(strand_, asio::use_awaitable);
  place.reset();
  co_return pods;
}

k8s::task<http_answer> pod_resources_page::answer() {
  const std::shared_ptr<const void> place = std::make_shared<const counted>(taken_);
  if (taken_->load() > settings_.answers)
    co_return unavailable(
        fmt::format("{} others are being answered, which is the most at a time; ask again", settings_.answers));
  auto question = all_pods(place);
  const auto pods = co_await ask_within(strand_, std::move(question), settings_.patience);
  if (!pods) co_return unavailable("the scheduler is busy with a decision; ask again");

  const asio::any_io_executor here = co_await asio::this_coro::executor;
  pod_resources_text text;
  std::size_t written = 0;
  for (const k8s::pod_ptr& pod : *pods) {
    text.add(*pod);
    if (text.bytes() > settings_.bytes)
      co_return unavailable(
          fmt::format("what {} pods ask for is more than {} MiB of text; take it from kube-state-metrics instead, which "
                      "can be divided among several",
                      pods->size(), settings_.bytes >> 20));
    if (++written % settings_.written_at_once == 0) co_await asio::post(here, asio::use_awaitable);
  }
  co_return http_answer{.body = text.take(), .content_type = prometheus_text, .held = place};
}

}  // namespace berth::controller
