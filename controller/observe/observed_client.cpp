#include "controller/observe/observed_client.hpp"

#include <boost/asio/dispatch.hpp>

#include <memory>
#include <utility>

namespace berth::controller {

observed_client::observed_client(boost::asio::any_io_executor strand, k8s::client& inner, k8s::clock& time,
                                 const log& out, metrics& figures)
    : strand_(std::move(strand)), inner_(inner), clock_(time), log_(out), metrics_(figures) {
  metrics_.client.asks(inner.server());
}

template <class T>
void observed_client::observe(const question& asked, std::string_view path, const k8s::result<T>& answer,
                              std::optional<std::size_t> received_bytes) {
  const bool watched = asked.verb == "WATCH";
  const int code = answer ? (asked.verb == "POST" ? 201 : 200) : answer.error().http_status;
  client_metrics::request r{.verb = asked.method, .code = code};
  if (!watched) r.took = clock_.now() - asked.begun;
  r.sent_bytes = asked.sent_bytes;
  r.received_bytes = received_bytes;
  boost::asio::dispatch(strand_, [this, r] { metrics_.client.requested(r); });
  if (answer || answer.error().code != k8s::errc::forbidden) return;
  boost::asio::dispatch(strand_, [this, what = permission_of(asked.verb, path), detail = answer.error().detail] {
    forbidden(what, detail);
  });
}

void observed_client::forbidden(const permission& what, const std::string& detail) {
  if (const auto passed_over = permissions_.refused(what, clock_.now()))
    log_.error(detail, "Permission missing: the API server refuses a request",
               {{"verb", what.verb}, {"resource", what.resource}, {"timesSinceLastSaid", *passed_over + 1}});
}

void observed_client::observe(const question& asked, std::string_view path, const k8s::result<std::string>& answer) {
  std::optional<std::size_t> received;
  if (answer) received = answer->size();
  observe(asked, path, answer, received);
}

k8s::task<k8s::result<std::string>> observed_client::get(std::string path, k8s::request_options options) {
  const question asked{"GET", "GET", clock_.now()};
  auto answer = co_await inner_.get(path, options);
  observe(asked, path, answer);
  co_return answer;
}

k8s::task<k8s::result<std::string>> observed_client::create(std::string path, std::string body,
                                                            k8s::request_options options) {
  const question asked{"POST", "POST", clock_.now(), body.size()};
  auto answer = co_await inner_.create(path, std::move(body), options);
  observe(asked, path, answer);
  co_return answer;
}

k8s::task<k8s::result<std::string>> observed_client::replace(std::string path, std::string body,
                                                             k8s::request_options options) {
  const question asked{"PUT", "PUT", clock_.now(), body.size()};
  auto answer = co_await inner_.replace(path, std::move(body), options);
  observe(asked, path, answer);
  co_return answer;
}

k8s::task<k8s::result<std::string>> observed_client::patch(std::string path, k8s::patch_type type, std::string body,
                                                           k8s::request_options options) {
  const question asked{"PATCH", "PATCH", clock_.now(), body.size()};
  auto answer = co_await inner_.patch(path, type, std::move(body), options);
  observe(asked, path, answer);
  co_return answer;
}

k8s::task<k8s::result<std::string>> observed_client::remove(std::string path, std::string body,
                                                            k8s::request_options options) {
  const question asked{"DELETE", "DELETE", clock_.now(), body.size()};
  auto answer = co_await inner_.remove(path, std::move(body), options);
  observe(asked, path, answer);
  co_return answer;
}

k8s::task<k8s::result<k8s::list_head>> observed_client::list(std::string path, item_handler on_item,
                                                             k8s::stream_options options) {
  const question asked{"GET", "LIST", clock_.now()};
  const auto bytes = std::make_shared<std::size_t>(0);  // written on the connection's strand, read when that is done
  item_handler counting = [bytes, on_item = std::move(on_item)](const k8s::encoded& item) {
    *bytes += item.bytes.size();
    on_item(item);
  };
  auto answer = co_await inner_.list(path, std::move(counting), options);
  observe(asked, path, answer, answer ? std::optional<std::size_t>(*bytes) : std::nullopt);
  co_return answer;
}

k8s::task<k8s::result<void>> observed_client::watch(std::string path, event_handler on_event,
                                                    k8s::stream_options options) {
  const question asked{"GET", "WATCH", clock_.now()};
  auto answer = co_await inner_.watch(path, std::move(on_event), options);
  observe(asked, path, answer, std::nullopt);
  co_return answer;
}

}  // namespace berth::controller
