#include "controller/access/review.hpp"

namespace berth::controller {

namespace {
constexpr std::chrono::milliseconds review_time{10'000};
}

k8s::task<k8s::result<std::string>> ask_for_review(k8s::client& api, std::string path, std::string body) {
  const k8s::request_options options{.timeout = review_time, .retry = false};
  k8s::result<std::string> answer = co_await api.create(path, body, options);
  if (!answer && (answer.error().code == k8s::errc::connection_lost || answer.error().code == k8s::errc::unreachable))
    answer = co_await api.create(path, body, options);
  co_return answer;
}

}  // namespace berth::controller
