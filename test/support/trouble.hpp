#pragma once

#include "scoring/plugin.hpp"

#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

/// A plugin at every extension point that does what the labels of a pod ask for:
///
///   at     the point: preEnqueue, preFilter, filter, postFilter, preScore, score, normalize, reserve, unreserve, permit,
///          preBind, bind, postBind, hint
///   how    refuse, fail, throw, throw-1 (no std::exception), bad-alloc; at permit also wait (5 s)
///   times  so often, and then no more; without it always
///
/// `reserved` has the pods that it holds something for: those that were reserved and not unreserved.
namespace berth::test {

class trouble final : public scoring::plugin,
                      public scoring::pre_enqueue_plugin,
                      public scoring::pre_filter_plugin,
                      public scoring::node_filter_plugin,
                      public scoring::post_filter_plugin,
                      public scoring::pre_score_plugin,
                      public scoring::node_score_plugin,
                      public scoring::reserve_plugin,
                      public scoring::permit_plugin,
                      public scoring::pre_bind_plugin,
                      public scoring::bind_plugin,
                      public scoring::post_bind_plugin {
  using pod_info = scoring::pod_info;
  using cluster = scoring::cluster;
  using cycle_state = scoring::cycle_state;
  using status = scoring::status;

 public:
  explicit trouble(std::shared_ptr<std::set<std::string>> reserved) : reserved_(std::move(reserved)) {}
  std::string_view name() const override { return "Trouble"; }

  bool queueing_hint(const pod_info& pod, const scoring::cluster_event&) const override {
    return act(pod, "hint").is_ok();
  }
  status pre_enqueue(const pod_info& pod, const cluster&) const override { return act(pod, "preEnqueue"); }
  scoring::pre_filter_result pre_filter(const pod_info& pod, const cluster&, cycle_state&) const override {
    return {act(pod, "preFilter"), std::nullopt, false};
  }
  status filter_node(const pod_info& pod, const cluster&, cycle_state&, scoring::node_id) const override {
    if (asks(pod, "postFilter") || (asks(pod, "hint") && !done_.contains(pod.pod->uid)))
      return status::refuse("not yet");
    return act(pod, "filter");
  }
  scoring::post_filter_result post_filter(const pod_info& pod, const cluster&, cycle_state&, const scoring::diagnosis&,
                                          scoring::filters_again&) const override {
    const status s = act(pod, "postFilter");
    return {s.is_ok() ? status::refuse("no help") : s, std::nullopt};
  }
  status pre_score(const pod_info& pod, const cluster&, cycle_state&,
                   std::span<const scoring::node_id>) const override {
    return act(pod, "preScore");
  }
  std::int64_t score_node(const pod_info& pod, const cluster&, cycle_state&, scoring::node_id) const override {
    act(pod, "score");
    return 0;
  }
  bool normalizes() const override { return true; }
  status normalize(const pod_info& pod, const cluster&, cycle_state&, scoring::score_column&) const override {
    return act(pod, "normalize");
  }
  status reserve(const pod_info& pod, const cluster&, cycle_state&, std::string_view) override {
    reserved_->insert(pod.pod->uid);
    return act(pod, "reserve");
  }
  void unreserve(const pod_info& pod, const cluster&, cycle_state&, std::string_view) override {
    reserved_->erase(pod.pod->uid);
    act(pod, "unreserve");
  }
  scoring::permit_result permit(const pod_info& pod, const cluster&, cycle_state&, std::string_view) override {
    if (asks(pod, "unreserve")) return {status::refuse("so that Unreserve is called"), {}};
    return {act(pod, "permit"), std::chrono::seconds(5)};
  }
  scoring::pre_bind_result pre_bind(const pod_info& pod, const cluster&, cycle_state&, std::string_view) override {
    return act(pod, "preBind");
  }
  status bind(const pod_info& pod, const cluster&, cycle_state&, std::string_view) override {
    const status s = act(pod, "bind");
    return s.is_ok() ? status::skipped() : s;
  }
  void post_bind(const pod_info& pod, const cluster&, cycle_state&, std::string_view) override { act(pod, "postBind"); }

 private:
  static bool asks(const pod_info& pod, std::string_view point) {
    const std::string* at = pod.spec().labels.find("at");
    return at != nullptr && *at == point;
  }
  status act(const pod_info& pod, const std::string& point) const {
    if (!asks(pod, point)) return status::ok();
    const int so_far = ++done_[pod.pod->uid];
    if (const std::string* times = pod.spec().labels.find("times");
        times != nullptr && so_far > std::atoi(times->c_str()))
      return status::ok();
    const std::string* how = pod.spec().labels.find("how");
    const std::string text = "trouble at " + point;
    if (how == nullptr || *how == "refuse") return status::refuse(text);
    if (*how == "fail") return status::failed(text);
    if (*how == "wait") return {scoring::code::wait, {text}, {}};
    if (*how == "throw-1") throw 1;
    if (*how == "bad-alloc") throw std::bad_alloc();
    throw std::runtime_error(text);
  }

  std::shared_ptr<std::set<std::string>> reserved_;
  mutable std::map<std::string, int> done_;  ///< by uid; a pod makes trouble at one point
};

}  // namespace berth::test
