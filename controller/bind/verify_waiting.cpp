#include "controller/bind/verify_waiting.hpp"

#include "k8s/codec/decode.hpp"

#include <memory>
#include <utility>

namespace berth::controller {

namespace {

constexpr duration look_every = seconds(60);
constexpr k8s::stream_options as_pods{.timeout = seconds(30), .form = k8s::encoding::protobuf};
constexpr std::size_t most = 500;

std::string path() {
  return "/api/v1/pods?fieldSelector=spec.nodeName%3D%2Cstatus.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed&limit=" +
         std::to_string(most);
}

bool is_known(const cluster_cache& cache, const k8s::pod& pod) {
  return cache.find_waiting(pod.key, pod.uid) != nullptr || cache.is_assumed(pod.uid) ||
         !cache.index().node_name_of(pod.uid).empty();
}

}  // namespace

std::vector<k8s::pod_ptr> waiting_pods_check::missed(const cluster_cache& cache,
                                                     const std::vector<k8s::pod_ptr>& at_server) {
  std::vector<k8s::pod_ptr> out;
  k8s::text_set unknown;
  for (const k8s::pod_ptr& pod : at_server) {
    if (!is_ours_(pod->spec->scheduler_name) || pod->terminating() || is_known(cache, *pod)) continue;
    if (suspected_.contains(pod->uid))
      out.push_back(pod);
    else
      unknown.insert(pod->uid);
  }
  suspected_ = std::move(unknown);
  return out;
}

k8s::task<void> verify_waiting(k8s::client& api, alarm_clock& time, const log& out, cluster_cache& cache,
                               std::function<bool(const std::string&)> is_ours) {
  waiting_pods_check check(std::move(is_ours));
  for (;;) {
    co_await time.sleep_for(look_every);
    if (!cache.synced()) continue;
    // Filled on the connection's strand, read when the list is complete.
    const auto listed = std::make_shared<std::vector<k8s::pod_ptr>>();
    k8s::client::item_handler add = [listed](const k8s::encoded& item) {
      auto pod = k8s::decode_object<k8s::pod>(item);
      if (pod && listed->size() < most) listed->push_back(std::move(*pod));
    };
    const auto head = co_await api.list(path(), std::move(add), as_pods);
    if (!head) continue;  // the watch has the same trouble, and tells of it
    for (k8s::pod_ptr& pod : check.missed(cache, *listed)) {
      out.warning("The watch has not brought a pod; it is taken over", {{"pod", pod->key}});
      static_cast<k8s::store<k8s::pod>&>(cache).applied(std::move(pod));
    }
  }
}

}  // namespace berth::controller
