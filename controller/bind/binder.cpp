#include "controller/bind/binder.hpp"

#include "k8s/codec/decode.hpp"
#include "k8s/codec/encode.hpp"
#include "k8s/text/ascii.hpp"

namespace berth::controller {

namespace {

using k8s::errc;

constexpr std::chrono::seconds post_timeout{15};
constexpr std::chrono::seconds read_timeout{4};

k8s::task<k8s::result<k8s::pod_ptr>> read_pod(k8s::client& api, k8s::object_key key) {
  // No resourceVersion: a quorum read, not what some watch cache remembers.
  const k8s::request_options options{.lane = k8s::lane::bindings, .timeout = read_timeout, .retry = true};
  const auto answer = co_await api.get(path_of(key), options);
  if (!answer) co_return answer.error();
  co_return k8s::decode_pod(*answer);
}

}  // namespace

std::string path_of(const k8s::object_key& pod) {
  return "/api/v1/namespaces/" + k8s::percent_encoded(pod.namespace_) + "/pods/" + k8s::percent_encoded(pod.name);
}

post_judgement judge_post(const k8s::result<std::string>& answer) {
  if (answer) return {.verdict = binding_verdict::bound};
  switch (answer.error().code) {
    case errc::conflict:
    case errc::already_exists:
      return {.read_back = true};
    case errc::timed_out:
    case errc::connection_lost:
    case errc::server_error:
    case errc::unexpected_answer:
    case errc::malformed:
    case errc::too_large:
      return {.read_back = true, .may_still_happen = true};
    case errc::not_found:
      return {.verdict = binding_verdict::gone};
    case errc::unreachable:
    case errc::tls_failure:
      return {.verdict = binding_verdict::not_sent};
    case errc::ok:
    case errc::bad_request:
    case errc::unauthorized:
    case errc::forbidden:
    case errc::gone:
    case errc::too_many_requests:
      return {.verdict = binding_verdict::refused};
  }
  return {.verdict = binding_verdict::refused};
}

bool servers_fault(const k8s::error& answer) {
  const auto says = [&](std::string_view words) { return answer.detail.find(words) != std::string::npos; };
  // An authorizer's answer is "is forbidden: User ... cannot create resource ...".
  if (answer.code == errc::forbidden)
    return !says("admission webhook") && (!says(" is forbidden: ") || says(" cannot create resource "));
  return answer.code == errc::unauthorized || answer.code == errc::too_many_requests ||
         answer.code == errc::server_error || answer.code == errc::unexpected_answer;
}

binding_verdict judge_pod(const k8s::result<k8s::pod_ptr>& read, const std::string& uid, const std::string& node,
                          bool may_still_happen) {
  if (!read) return read.error().code == errc::not_found ? binding_verdict::gone : binding_verdict::unknown;
  const k8s::pod& pod = **read;
  if (pod.uid != uid) return binding_verdict::replaced;
  if (pod.node_name == node) return binding_verdict::bound;
  if (!pod.node_name.empty()) return binding_verdict::elsewhere;
  // A terminating pod is not bound any more, whatever is still on its way.
  return may_still_happen && !pod.terminating() ? binding_verdict::too_early : binding_verdict::refused;
}

k8s::task<binding_outcome> bind(k8s::client& api, binding_request request) {
  const k8s::binding binding{request.pod, request.uid, request.node};
  const k8s::request_options options{.lane = k8s::lane::bindings, .timeout = post_timeout, .retry = true};
  const auto answer = co_await api.create(path_of(request.pod) + "/binding", k8s::encode(binding), options);
  const post_judgement judged = judge_post(answer);
  if (!judged.read_back) co_return binding_outcome{judged.verdict, answer ? k8s::error{} : answer.error()};
  const binding_verdict read = co_await read_back(api, request, judged.may_still_happen);
  co_return binding_outcome{read, answer.error()};
}

k8s::task<binding_verdict> read_back(k8s::client& api, binding_request request, bool may_still_happen) {
  const auto read = co_await read_pod(api, request.pod);
  co_return judge_pod(read, request.uid, request.node, may_still_happen);
}

}  // namespace berth::controller
