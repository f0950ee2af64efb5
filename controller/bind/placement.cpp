#include "controller/bind/placement.hpp"

#include <utility>

namespace berth::controller {

namespace {

/// As upstream words an error of a Bind plugin.
scoring::status bind_failed(const std::string& plugin, const std::string& why) {
  return scoring::status::failed("running Bind plugin \"" + plugin + "\": " + why);
}

}  // namespace

placement::placement(placement_desk& desk, scoring::profile& plugins, const scoring::pod_info& pod, std::string node,
                     scoring::cycle_state cycle, assumed_only)
    : desk_(&desk),
      told_(&desk),
      plugins_(&plugins),
      pod_(desk.assume(pod, node)),
      node_(std::move(node)),
      cycle_(std::move(cycle)) {}

placement::placement(placement_desk& desk, scoring::profile& plugins, const scoring::pod_info& pod, std::string node,
                     scoring::cycle_state cycle)
    : placement(desk, plugins, pod, std::move(node), std::move(cycle), assumed_only{}) {
  reserved_ = plugins_->reserve(pod_, desk.index(), cycle_, node_);
  after_call();
  if (reserved_.is_ok()) return;
  // The profile has unreserved with all plugins.
  desk_ = nullptr;
  desk.forget(uid());
}

placement::placement(placement&& from) noexcept
    : desk_(std::exchange(from.desk_, nullptr)),
      told_(from.told_),
      plugins_(from.plugins_),
      pod_(std::move(from.pod_)),
      node_(std::move(from.node_)),
      cycle_(std::move(from.cycle_)),
      reserved_(std::move(from.reserved_)) {}

placement& placement::operator=(placement&& from) noexcept {
  if (this == &from) return *this;
  take_back();
  desk_ = std::exchange(from.desk_, nullptr);
  told_ = from.told_;
  plugins_ = from.plugins_;
  pod_ = std::move(from.pod_);
  node_ = std::move(from.node_);
  cycle_ = std::move(from.cycle_);
  reserved_ = std::move(from.reserved_);
  return *this;
}

void placement::after_call() {
  told_->ran(*this);
  told_->perform(cycle_.out());
}

scoring::status placement::permit(const std::function<void(const waits&)>& hold) {
  waits whom;
  scoring::status s = plugins_->permit(pod_, told_->index(), cycle_, node_, whom);
  placement_desk& desk = *told_;
  desk.ran(*this);
  scoring::effects wanted = std::exchange(cycle_.out(), {});
  if (s.what == scoring::code::wait) hold(whom);
  desk.perform(wanted);
  if (!s.is_ok() && s.what != scoring::code::wait) take_back();
  return s;
}

scoring::pre_bind_result placement::pre_bind(std::vector<scoring::write_reply> replies) {
  cycle_.written = std::move(replies);
  scoring::pre_bind_result r = plugins_->pre_bind(pod_, told_->index(), cycle_, node_);
  after_call();
  return r;
}

k8s::task<placement::outcome> placement::bind(k8s::client& api) {
  const instant begun = told_->now();
  scoring::status s = plugins_->bind(pod_, told_->index(), cycle_, node_);
  told_->bind_asked(*this);
  const std::optional<std::string> node = told_->perform(cycle_.out());
  if (s.is_ok() && !node) s = bind_failed(s.plugin, "it asked for no binding");
  if (!s.is_ok()) {
    told_->bind_ran(*this, s.what, begun);
    if (s.what == scoring::code::skip) s = scoring::status::failed("all Bind plugins skipped the pod");
    co_return outcome{binding_verdict::refused, std::move(s)};
  }
  outcome answer = co_await send(api, *node);
  told_->bind_ran(*this, answer.why.is_ok() ? scoring::code::success : scoring::code::error, begun);
  if (!answer.why.is_ok()) answer.why = bind_failed(s.plugin, answer.why.message());
  co_return answer;
}

k8s::task<placement::outcome> placement::post(k8s::client& api) { return send(api, node_); }

k8s::task<placement::outcome> placement::send(k8s::client& api, std::string node) {
  binding_request request{pod_.pod->key, uid(), std::move(node)};
  binding_outcome answer = co_await controller::bind(api, std::move(request));
  outcome out{answer.verdict, scoring::status::ok(), std::move(answer.why)};
  if (answer.verdict != binding_verdict::bound) out.why = scoring::status::failed(out.answer.detail);
  co_return out;
}

settlement placement::settle(binding_verdict verdict) {
  switch (verdict) {
    case binding_verdict::bound:
      if (desk_ != nullptr) std::exchange(desk_, nullptr)->acknowledged(uid());
      return settlement::bound;
    case binding_verdict::elsewhere:
    case binding_verdict::gone:
    case binding_verdict::replaced:
    case binding_verdict::refused:
    case binding_verdict::not_sent:
    case binding_verdict::overtaken:
      return take_back() ? settlement::freed : settlement::was_free;
    case binding_verdict::too_early:
    case binding_verdict::unknown:
      return settlement::open;
  }
  return settlement::open;
}

void placement::post_bind() {
  plugins_->post_bind(pod_, told_->index(), cycle_, node_);
  after_call();
}

bool placement::take_back() {
  if (desk_ == nullptr) return false;
  placement_desk& desk = *std::exchange(desk_, nullptr);
  plugins_->unreserve(pod_, desk.index(), cycle_, node_);
  after_call();
  return desk.forget(uid());
}

}  // namespace berth::controller
