#include "controller/observe/observed_client.hpp"

namespace berth::controller {

observed_client::observed_client(k8s::client& inner, k8s::clock& time, const log& out, metrics& figures)
    : inner_(inner), clock_(time), log_(out), metrics_(figures) {}

template <class T>
void observed_client::observe(std::string_view method, std::string_view path, const k8s::result<T>& answer) {
  const int code = answer ? (method == "POST" ? 201 : 200) : answer.error().http_status;
  metrics_.requested(method, code);
  if (answer || answer.error().code != k8s::errc::forbidden) return;
  const permission what = permission_of(method, path);
  if (const auto passed_over = permissions_.refused(what, clock_.now()))
    log_.error(answer.error().detail, "Permission missing: the API server refuses a request",
               {{"verb", what.verb}, {"resource", what.resource}, {"timesSinceLastSaid", *passed_over + 1}});
}

k8s::task<k8s::result<std::string>> observed_client::get(std::string path, k8s::request_options options) {
  auto answer = co_await inner_.get(path, options);
  observe("GET", path, answer);
  co_return answer;
}

k8s::task<k8s::result<std::string>> observed_client::create(std::string path, std::string body,
                                                            k8s::request_options options) {
  auto answer = co_await inner_.create(path, std::move(body), options);
  observe("POST", path, answer);
  co_return answer;
}

k8s::task<k8s::result<std::string>> observed_client::replace(std::string path, std::string body,
                                                             k8s::request_options options) {
  auto answer = co_await inner_.replace(path, std::move(body), options);
  observe("PUT", path, answer);
  co_return answer;
}

k8s::task<k8s::result<std::string>> observed_client::patch(std::string path, k8s::patch_type type, std::string body,
                                                           k8s::request_options options) {
  auto answer = co_await inner_.patch(path, type, std::move(body), options);
  observe("PATCH", path, answer);
  co_return answer;
}

k8s::task<k8s::result<std::string>> observed_client::remove(std::string path, std::string body,
                                                            k8s::request_options options) {
  auto answer = co_await inner_.remove(path, std::move(body), options);
  observe("DELETE", path, answer);
  co_return answer;
}

k8s::task<k8s::result<k8s::list_head>> observed_client::list(std::string path, item_handler on_item,
                                                             std::chrono::milliseconds timeout) {
  auto answer = co_await inner_.list(path, std::move(on_item), timeout);
  observe("LIST", path, answer);
  co_return answer;
}

k8s::task<k8s::result<void>> observed_client::watch(std::string path, line_handler on_line,
                                                    std::chrono::milliseconds timeout) {
  auto answer = co_await inner_.watch(path, std::move(on_line), timeout);
  observe("WATCH", path, answer);
  co_return answer;
}

}  // namespace berth::controller
