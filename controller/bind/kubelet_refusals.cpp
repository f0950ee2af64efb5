#include "controller/bind/kubelet_refusals.hpp"

#include "controller/bind/binder.hpp"
#include "k8s/codec/decode.hpp"
#include "k8s/out_of_order.hpp"
#include "k8s/text/text_at.hpp"
#include "k8s/text/utf8.hpp"
#include "k8s/text/value_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::controller {

namespace {

constexpr duration read_again_after = seconds(5);

bool has_containers(const k8s::value& status) {
  const k8s::value* all = status.find("containerStatuses");
  return all != nullptr && all->as_list() != nullptr && !all->as_list()->empty();
}

}  // namespace

std::string text_of(const kubelet_refusal& r) {
  constexpr std::size_t most = 1024;
  const std::string text =
      k8s::excerpt(r.message.empty() ? r.reason : fmt::format("{}: {}", r.reason, r.message), most);
  if (r.arrivals.value_or(0) == 0) return text;
  return fmt::format("{} ({} of other schedulers came to the node after it was chosen)", text,
                     *r.arrivals == 1 ? "a pod" : fmt::format("{} pods", *r.arrivals));
}

bool may_be_refused(const k8s::pod& last_seen) noexcept {
  return !last_seen.node_name.empty() && !last_seen.started && !last_seen.terminating();
}

std::optional<kubelet_refusal> refusal_in(const std::string& json, const k8s::object_key& pod, const std::string& uid) {
  const k8s::result<k8s::pod_ptr> read = k8s::decode_pod(json);
  if (!read || (*read)->uid != uid || (*read)->phase != k8s::pod_phase::failed || (*read)->terminating())
    return std::nullopt;
  const k8s::result<k8s::value> whole = k8s::read_json_value(json, "the pod");
  const k8s::value* status = whole ? whole->find("status") : nullptr;
  const std::string reason = k8s::text_at(status, "reason");
  if (reason.empty() || has_containers(*status)) return std::nullopt;
  return kubelet_refusal{pod, uid, (*read)->node_name, reason, k8s::text_at(status, "message"), {}};
}

void kubelet_refusals::bound(const std::string& uid, std::uint64_t arrivals) {
  if (chosen_.size() == most) chosen_.pop_front();
  chosen_.push_back({uid, arrivals});
}

void kubelet_refusals::went(const k8s::pod& last_seen, std::uint64_t arrivals) {
  if (waiting_.size() == most) return;
  const auto then =
      std::find_if(chosen_.rbegin(), chosen_.rend(), [&](const choice& c) { return c.uid == last_seen.uid; });
  waiting_.push_back({last_seen.key, last_seen.uid, {}});
  // A node that came anew under its name counts anew.
  if (then != chosen_.rend() && arrivals >= then->arrivals) waiting_.back().arrivals = arrivals - then->arrivals;
  wake_.notify();
}

k8s::task<void> kubelet_refusals::run() {
  for (;;) {
    while (!waiting_.empty()) {
      const asked next = waiting_.front();
      if (co_await read_back(next))
        waiting_.pop_front();
      else
        co_await clock_.sleep_for(read_again_after);
    }
    co_await wake_.wait_until(never);
  }
}

// False where it is to be read again.
k8s::task<bool> kubelet_refusals::read_back(const asked& about) {
  const auto answer = co_await api_.get(path_of(about.pod), {.lane = k8s::lane::reads});
  if (!answer) co_return !k8s::out_of_order(answer.error().code);
  if (auto found = refusal_in(*answer, about.pod, about.uid)) {
    found->arrivals = about.arrivals;
    listener_.refused_by_kubelet(*found);
  }
  co_return true;
}

}  // namespace berth::controller
