#pragma once

#include "controller/bind/cache_desk.hpp"
#include "controller/observe/journey_recorder.hpp"
#include "controller/queue/profiles.hpp"

/// Placements of the scheduler: over the cache, and recorded in metrics and journeys.
///
/// On the one strand; what is passed by reference outlives this.
namespace berth::controller {

class observed_desk final : public cache_desk {
 public:
  observed_desk(cluster_cache& cache, const alarm_clock& time, const log& out, permit_desk& permits,
                const profiles& by_name, journey_recorder& recorder)
      : cache_desk(cache, time, out, permits), profiles_(by_name), recorder_(recorder) {}

  void ran(const placement& p) override { recorder_.ran(p.uid(), number_of(p)); }
  void bind_asked(const placement& p) override { recorder_.bind_begun(p.uid()); }
  void bind_ran(const placement& p, scoring::code how, instant begun) override {
    recorder_.bind_ran(p.uid(), number_of(p), how, begun);
  }

 private:
  std::size_t number_of(const placement& p) const { return profiles_.find(p.pod().spec().scheduler_name)->number; }

  const profiles& profiles_;
  journey_recorder& recorder_;
};

}  // namespace berth::controller
