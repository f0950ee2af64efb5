#include "controller/webhook/extender_binder.hpp"

#include "controller/bind/effects.hpp"
#include "k8s/codec/decode.hpp"

#include <fmt/format.h>

namespace berth::controller {

namespace {

constexpr duration first_pause = seconds(1);
constexpr duration longest_pause = seconds(10);
constexpr seconds read_timeout{4};

std::string path_of(const k8s::object_key& pod) { return "/api/v1/namespaces/" + pod.namespace_ + "/pods/" + pod.name; }

std::string incomplete(const k8s::extender_binding_args& args) {
  constexpr const char* missing = "ExtenderBindingArgs: {}: missing";
  if (args.pod.name.empty()) return fmt::format(missing, "PodName");
  if (args.pod.namespace_.empty()) return fmt::format(missing, "PodNamespace");
  if (args.uid.empty()) return fmt::format(missing, "PodUID");
  if (args.node.empty()) return fmt::format(missing, "Node");
  return "";
}

std::string bound_elsewhere(const k8s::object_key& pod, std::string_view node) {
  return fmt::format("pod {} is bound to node \"{}\" already", pod.text(), node);
}

}  // namespace

/// Names a pod as being bound, for as long as this lives.
class extender_binder::on_its_way {
 public:
  on_its_way(std::unordered_set<std::string>& all, std::string uid) : all_(all), uid_(std::move(uid)) {
    all_.insert(uid_);
  }
  ~on_its_way() { all_.erase(uid_); }
  on_its_way(const on_its_way&) = delete;
  on_its_way& operator=(const on_its_way&) = delete;

 private:
  std::unordered_set<std::string>& all_;
  std::string uid_;
};

struct extender_binder::attempt {
  attempt(extender_binder& by, k8s::extender_binding_args args)
      : what{std::move(args.pod), std::move(args.uid), std::move(args.node)}, lock(by.on_their_way_, what.uid) {}

  binding_request what;
  on_its_way lock;
  scoring::pod_info pod;
  scoring::pod_info placed;
  profile_at_work* profile = nullptr;
  scoring::cycle_state cycle;
};

extender_binder::extender_binder(k8s::client& api, alarm_clock& time, const log& out, cluster_cache& cache,
                                 extender_judge& judge, task_group& tasks)
    : api_(api), clock_(time), log_(out), cache_(cache), judge_(judge), tasks_(tasks) {}

k8s::task<std::string> extender_binder::bind(k8s::extender_binding_args args) {
  if (std::string wrong = incomplete(args); !wrong.empty()) co_return wrong;
  if (!cache_.synced()) co_return "nodes, pods and namespaces were not all listed yet";
  if (on_their_way_.contains(args.uid)) co_return fmt::format("pod {} is being bound already", args.pod.text());
  const std::string_view held_by = cache_.index().node_name_of(args.uid);
  if (!held_by.empty()) co_return held_by == args.node ? std::string() : bound_elsewhere(args.pod, held_by);

  const auto a = std::make_shared<attempt>(*this, args);
  const auto found = co_await find_pod(std::move(args));
  if (!found) co_return found.error().detail;
  a->pod = *found;
  if (const std::string& there = a->pod.pod->node_name; !there.empty())
    co_return there == a->what.node ? std::string() : bound_elsewhere(a->what.pod, there);
  if (std::string refused = place(*a); !refused.empty()) co_return refused;
  binding_outcome outcome = co_await controller::bind(api_, a->what);
  co_return settle(a, std::move(outcome));
}

// The watch may be behind the scheduler's.
k8s::task<k8s::result<scoring::pod_info>> extender_binder::find_pod(k8s::extender_binding_args args) {
  if (const scoring::pod_info* waiting = cache_.find_waiting(args.pod, args.uid)) co_return *waiting;
  const k8s::request_options options{.lane = k8s::lane::bindings, .timeout = read_timeout, .retry = false};
  const auto answer = co_await api_.get(path_of(args.pod), options);
  if (!answer) co_return answer.error();
  auto pod = k8s::decode_pod(*answer);
  if (!pod) co_return pod.error();
  if ((*pod)->uid != args.uid)
    co_return k8s::error{k8s::errc::conflict,
                         fmt::format("pod {} was made anew: it is {}, not {}", args.pod.text(), (*pod)->uid, args.uid)};
  co_return cache_.index().intern(std::move(*pod));
}

/// Judges and assumes, without giving up the strand in between. Returns why not.
std::string extender_binder::place(attempt& a) {
  scoring::live_cluster& index = cache_.index();
  const std::string& node = a.what.node;
  if (const std::string_view there = index.node_name_of(a.what.uid); !there.empty())
    return bound_elsewhere(a.what.pod, there);
  if (a.pod.pod->terminating()) return "pod " + a.what.pod.text() + " is being deleted";
  a.profile = judge_.profile_of(a.pod.spec().scheduler_name);
  if (a.profile == nullptr)
    return "no profile is called \"" + a.pod.spec().scheduler_name + "\", the pod's schedulerName";
  const scoring::node_id n = index.find_node(node);
  if (n == scoring::no_node) return fmt::format("node \"{}\" is not known (yet)", node);

  scoring::profile& plugins = a.profile->plugins;
  scoring::node_set only(index.universe());
  only.insert(n);
  const scoring::judgement said = plugins.judge(a.pod, index, only, a.cycle);
  perform(a.cycle.out(), log_);
  if (!said.error.empty()) return said.error;
  if (!said.feasible.contains(n))
    return fmt::format("node \"{}\" does not fit any more: {}", node, said.why(n).message());

  a.placed = cache_.assume(a.pod, node);
  const scoring::status reserved = plugins.reserve(a.placed, index, a.cycle, node);
  perform(a.cycle.out(), log_);
  if (!reserved.is_ok()) {
    cache_.forget(a.what.uid);
    return reserved.message();
  }
  const scoring::status ready = plugins.pre_bind(a.placed, index, a.cycle, node);
  perform(a.cycle.out(), log_);
  if (ready.is_ok()) return "";
  take_back(a);
  return "running PreBind plugin \"" + ready.plugin + "\": " + ready.message();
}

void extender_binder::take_back(attempt& a) {
  a.profile->plugins.unreserve(a.placed, cache_.index(), a.cycle, a.what.node);
  perform(a.cycle.out(), log_);
  cache_.forget(a.what.uid);
}

std::string extender_binder::settle(std::shared_ptr<attempt> a, binding_outcome outcome) {
  switch (outcome.verdict) {
    case binding_verdict::bound:
      cache_.binding_acknowledged(a->what.uid, clock_.now());
      log_.info(2, "Successfully bound pod to node", {{"pod", a->what.pod}, {"node", a->what.node}});
      a->profile->plugins.post_bind(a->placed, cache_.index(), a->cycle, a->what.node);
      perform(a->cycle.out(), log_);
      return "";
    case binding_verdict::elsewhere:
      take_back(*a);
      return "pod " + a->what.pod.text() + " was bound to another node by somebody else";
    case binding_verdict::gone:
      take_back(*a);
      return "pod " + a->what.pod.text() + " is gone";
    case binding_verdict::refused:
    case binding_verdict::not_sent:
      take_back(*a);
      return outcome.why.detail;
    case binding_verdict::too_early:
    case binding_verdict::unknown:
      log_.info(2, "Binding outcome unknown; reading the pod back",
                {{"pod", a->what.pod}, {"node", a->what.node}, {"err", outcome.why.detail}});
      tasks_.spawn("resolve a binding", resolve(a));
      return "whether the pod is bound is not known yet: " + outcome.why.detail;
  }
  return "";
}

k8s::task<void> extender_binder::resolve(std::shared_ptr<attempt> a) {
  for (duration pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
    co_await clock_.sleep_for(pause);
    const binding_verdict verdict = co_await read_back(api_, a->what, false);
    if (verdict == binding_verdict::unknown || verdict == binding_verdict::too_early) continue;
    const std::string why = settle(a, {verdict, {k8s::errc::connection_lost, "it was not carried out"}});
    if (!why.empty()) log_.info(2, "The pod is not bound", {{"pod", a->what.pod}, {"err", why}});
    co_return;
  }
}

}  // namespace berth::controller
