#include "controller/webhook/extender_binder.hpp"

#include "k8s/api/object_name.hpp"
#include "k8s/codec/decode.hpp"

#include <fmt/format.h>

#include <optional>

namespace berth::controller {

namespace {

constexpr duration first_pause = seconds(1);
constexpr duration longest_pause = seconds(10);
constexpr seconds read_timeout{4};

/// What is wrong with it, or "".
std::string fault_of(const k8s::extender_binding_args& args) {
  constexpr const char* missing = "ExtenderBindingArgs: {}: missing";
  if (args.pod.name.empty()) return fmt::format(missing, "PodName");
  if (args.pod.namespace_.empty()) return fmt::format(missing, "PodNamespace");
  if (args.uid.empty()) return fmt::format(missing, "PodUID");
  if (args.node.empty()) return fmt::format(missing, "Node");
  // They come from whoever reaches us and go into paths that we ask for with our own rights.
  constexpr const char* no_name = "ExtenderBindingArgs: {}: not a name";
  if (!k8s::is_object_name(args.pod.name)) return fmt::format(no_name, "PodName");
  if (!k8s::is_object_name(args.pod.namespace_)) return fmt::format(no_name, "PodNamespace");
  if (!k8s::is_object_name(args.node)) return fmt::format(no_name, "Node");
  return "";
}

std::string bound_elsewhere(const k8s::object_key& pod, std::string_view node) {
  return fmt::format("pod {} is bound to node \"{}\" already", pod.text(), node);
}

}  // namespace

/// Names a pod as being bound, for as long as this lives.
class extender_binder::on_its_way {
 public:
  on_its_way(k8s::text_set& all, std::string uid) : all_(all), uid_(std::move(uid)) { all_.insert(uid_); }
  ~on_its_way() { all_.erase(uid_); }
  on_its_way(const on_its_way&) = delete;
  on_its_way& operator=(const on_its_way&) = delete;

 private:
  k8s::text_set& all_;
  std::string uid_;
};

struct extender_binder::attempt {
  attempt(extender_binder& by, k8s::extender_binding_args args)
      : asked{std::move(args.pod), std::move(args.uid), std::move(args.node)}, lock(by.on_their_way_, asked.uid) {}

  binding_request asked;
  on_its_way lock;
  scoring::pod_info pod;
  std::optional<placement> placed;
};

extender_binder::extender_binder(k8s::client& api, alarm_clock& time, const log& out, cluster_cache& cache,
                                 extender_judge& judge, task_group& tasks)
    : api_(api),
      clock_(time),
      log_(out),
      cache_(cache),
      judge_(judge),
      tasks_(tasks),
      desk_(cache, time, out, nobody_waits_) {}

k8s::task<std::string> extender_binder::bind(k8s::extender_binding_args args) {
  if (std::string wrong = fault_of(args); !wrong.empty()) co_return wrong;
  if (!cache_.synced()) co_return "nodes, pods and namespaces were not all listed yet";
  if (on_their_way_.contains(args.uid)) co_return fmt::format("pod {} is being bound already", args.pod.text());
  const std::string_view held_by = cache_.index().node_name_of(args.uid);
  if (!held_by.empty()) co_return held_by == args.node ? std::string() : bound_elsewhere(args.pod, held_by);

  const auto a = std::make_shared<attempt>(*this, args);
  const auto found = co_await find_pod(std::move(args));
  if (!found) co_return found.error().detail;
  a->pod = *found;
  if (const std::string& there = a->pod.pod->node_name; !there.empty())
    co_return there == a->asked.node ? std::string() : bound_elsewhere(a->asked.pod, there);
  if (std::string refused = place(*a); !refused.empty()) co_return refused;
  const placement::outcome answer = co_await a->placed->post(api_);
  co_return settle(a, answer.verdict, answer.why.message());
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

/// Judges and places, without giving up the strand in between. Returns why not.
std::string extender_binder::place(attempt& a) {
  const scoring::cluster& index = cache_.index();
  const std::string& node = a.asked.node;
  if (const std::string_view there = index.node_name_of(a.asked.uid); !there.empty())
    return bound_elsewhere(a.asked.pod, there);
  if (a.pod.pod->terminating()) return "pod " + a.asked.pod.text() + " is being deleted";
  profile_at_work* const profile = judge_.profile_of(a.pod.spec().scheduler_name);
  if (profile == nullptr)
    return "no profile is called \"" + a.pod.spec().scheduler_name + "\", the pod's schedulerName";
  const scoring::node_id n = index.find_node(node);
  if (n == scoring::no_node) return fmt::format("node \"{}\" is not known (yet)", node);

  scoring::node_set only(index.universe());
  only.insert(n);
  scoring::cycle_state cycle;
  const scoring::judgement opinion = profile->plugins.judge(a.pod, index, only, cycle);
  desk_.perform(cycle.out());
  if (!opinion.error.empty()) return opinion.error;
  if (!opinion.feasible.contains(n))
    return fmt::format("node \"{}\" does not fit any more: {}", node, opinion.why(n).message());

  placement& placed = a.placed.emplace(desk_, profile->plugins, a.pod, node, std::move(cycle));
  if (!placed.reserved().is_ok()) return scoring::profile::blame("Reserve", placed.reserved());
  const scoring::status ready = placed.pre_bind().what;
  if (ready.is_ok()) return "";
  placed.settle(binding_verdict::refused);
  // Volumes are bound before kube-scheduler asks us to bind the pod.
  if (ready.what == scoring::code::wait) return "PreBind plugin \"" + ready.plugin + "\" would have the pod wait";
  return scoring::profile::blame("PreBind", ready);
}

std::string extender_binder::settle(std::shared_ptr<attempt> a, binding_verdict verdict, std::string why) {
  const settlement now = a->placed->settle(verdict);
  if (now == settlement::bound) {
    log_.info(2, "Successfully bound pod to node", {{"pod", a->asked.pod}, {"node", a->asked.node}});
    a->placed->post_bind();
    return "";
  }
  if (now == settlement::open) {
    log_.info(2, "Binding outcome unknown; reading the pod back",
              {{"pod", a->asked.pod}, {"node", a->asked.node}, {"err", why}});
    tasks_.spawn("resolve a binding", resolve(a));
    return "whether the pod is bound is not known yet: " + why;
  }
  if (verdict == binding_verdict::elsewhere)
    return "pod " + a->asked.pod.text() + " was bound to another node by somebody else";
  if (verdict == binding_verdict::gone || verdict == binding_verdict::replaced)
    return "pod " + a->asked.pod.text() + " is gone";
  return why;
}

k8s::task<void> extender_binder::resolve(std::shared_ptr<attempt> a) {
  for (duration pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
    co_await clock_.sleep_for(pause);
    const binding_verdict verdict = co_await read_back(api_, a->asked, false);
    if (verdict == binding_verdict::unknown || verdict == binding_verdict::too_early) continue;
    const std::string why = settle(a, verdict, "it was not carried out");
    if (!why.empty()) log_.info(2, "The pod is not bound", {{"pod", a->asked.pod}, {"err", why}});
    co_return;
  }
}

}  // namespace berth::controller
