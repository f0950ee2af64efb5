#include "controller/bind/verify_assumed.hpp"

#include "controller/bind/binder.hpp"

namespace berth::controller {

namespace {

constexpr duration verify_every = seconds(15);

}  // namespace

k8s::task<void> verify_assumed(k8s::client& api, alarm_clock& time, const log& out, cluster_cache& cache,
                               duration after, lost_binding_listener& listener) {
  for (;;) {
    co_await time.sleep_for(verify_every);
    for (const cluster_cache::unconfirmed& u : cache.to_verify(time.now(), after)) {
      const binding_request bound_so{u.key, u.uid, u.node};
      const binding_verdict verdict = co_await read_back(api, bound_so, false);
      if (verdict == binding_verdict::unknown) continue;  // the server does not answer; named again in a while
      out.warning("The watch has not confirmed a binding; read back",
                  {{"pod", u.key}, {"node", u.node}, {"bound", verdict == binding_verdict::bound}});
      if (verdict == binding_verdict::bound) continue;
      if (verdict == binding_verdict::replaced) {
        if (const scoring::pod_info* old = cache.find_waiting(u.key, u.uid)) cache.removed(old->pod);
      } else if (cache.forget(u.uid)) {
        listener.binding_lost(u);
      }
    }
  }
}

}  // namespace berth::controller
