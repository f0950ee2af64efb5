#pragma once

#include "controller/queue/profiles.hpp"
#include "controller/runtime/clock.hpp"
#include "controller/serving/metrics.hpp"

/// What the queue asks of the profiles, timed: PreEnqueue, and each plugin's queueing hint.
///
/// On the one strand; what is passed by reference outlives this.
namespace berth::controller {

/// Times queueing hints, all of them, as upstream does.
class hint_clock final : public scoring::observer {
 public:
  hint_clock(const alarm_clock& time, metrics& figures) : clock_(time), metrics_(figures) { time_plugins(true); }

  /// From now on hints are about this event. `label` is a literal.
  void about(const char* label) noexcept { event_ = label; }

  void begins(scoring::stage) override {}
  void ended(scoring::stage, scoring::code) override {}
  void plugin_begins() override { begun_ = clock_.now(); }
  void plugin_ended(const scoring::plugin_call& call, scoring::code how) override;

 private:
  const alarm_clock& clock_;
  metrics& metrics_;
  const char* event_ = "";
  instant begun_{};
};

class observed_questions final : public profile_questions {
 public:
  observed_questions(const profiles& by_name, const scoring::cluster& nodes, const alarm_clock& time, metrics& figures)
      : profile_questions(by_name, nodes, &hints_),
        profiles_(by_name),
        clock_(time),
        metrics_(figures),
        hints_(time, figures) {}

  scoring::status pre_enqueue(const scoring::pod_info& pod) const override;
  bool queueing_hint(const scoring::pod_info& pod, const std::vector<std::string>& refused_by,
                     const scoring::cluster_event& event) const override;

 private:
  const profiles& profiles_;
  const alarm_clock& clock_;
  metrics& metrics_;
  mutable hint_clock hints_;
};

}  // namespace berth::controller
