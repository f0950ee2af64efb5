#pragma once

#include "controller/serving/extender_metrics.hpp"
#include "controller/serving/http_message.hpp"
#include "controller/webhook/extender_binder.hpp"
#include "controller/webhook/extender_judge.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <string>

/// The paths of the extender webhook: POST /filter, /prioritize (and /priority, as older servers call it), /preempt and
/// /bind; any other path is for `others` to answer.
///
/// Decoding and encoding happen where the request came in, on a connection's strand; judging and binding on ours. An
/// error is answered 200 with its text in Error where the answer has that field (filter, bind), with an empty list to
/// prioritize, which kube-scheduler takes for "no opinion", and with 400 to preempt. What is passed by reference
/// outlives this.
namespace berth::controller {

class extender_routes {
 public:
  using get_handler = std::function<k8s::task<http_answer>(std::string target)>;

  /// `others` is asked on the executors of connections. `may_bind`: where not, /bind is answered with an error.
  extender_routes(boost::asio::any_io_executor strand, alarm_clock& time, const log& out, extender_metrics& figures,
                  extender_judge& judge, extender_binder& binder, get_handler others, bool may_bind = true);

  k8s::task<http_answer> answer(http_request request);

 private:
  k8s::task<http_answer> filter(std::string body);
  k8s::task<http_answer> prioritize(std::string body);
  k8s::task<http_answer> preempt(std::string body);
  k8s::task<http_answer> bind(std::string body);
  k8s::task<http_answer> other(http_request request);
  void note(const char* verb, const k8s::object_key& pod, const std::string& error, std::size_t asked, std::size_t kept,
            instant since);

  boost::asio::any_io_executor strand_;
  alarm_clock& clock_;
  const log& log_;
  extender_metrics& metrics_;
  extender_judge& judge_;
  extender_binder& binder_;
  get_handler others_;
  bool may_bind_;
};

}  // namespace berth::controller
