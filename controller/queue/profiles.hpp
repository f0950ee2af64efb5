#pragma once

#include "controller/events/event_series.hpp"
#include "controller/queue/queue_policy.hpp"
#include "scoring/engine/profile.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The profiles, found by a pod's schedulerName; and what the queue asks of them.
namespace berth::controller {

struct profile_at_work {
  scoring::profile plugins;
  event_reporter reporter;  ///< the events' From
  std::size_t number;       ///< as metrics number them
};

class profiles {
 public:
  /// All use one QueueSort plugin: make_profiles has seen to that.
  profiles(std::vector<scoring::profile> all, const std::string& hostname);

  /// nullptr where no profile has that name: somebody else's pod.
  profile_at_work* find(std::string_view scheduler_name);
  const profile_at_work* find(std::string_view scheduler_name) const;
  std::vector<std::string> names() const;
  /// Of all profiles: see scoring::profile.
  void report_faults_to(scoring::fault_listener* to) noexcept;
  const std::vector<profile_at_work>& all() const noexcept { return profiles_; }

 private:
  std::vector<profile_at_work> profiles_;
};

/// Asks the pod's profile, over the cluster as it is. What is passed outlives this.
class profile_questions : public queue_policy {
 public:
  /// `hints`, where there is one, is told of each plugin that is asked for a hint.
  profile_questions(const profiles& by_name, const scoring::cluster& nodes, scoring::observer* hints = nullptr)
      : profiles_(by_name), nodes_(nodes), hints_(hints) {}

  scoring::status pre_enqueue(const scoring::pod_info& pod) const override;
  bool before(const scoring::queued_pod& a, const scoring::queued_pod& b) const override;
  bool queueing_hint(const scoring::pod_info& pod, const std::vector<std::string>& refused_by,
                     const scoring::cluster_event& event) const override;

 private:
  const profiles& profiles_;
  const scoring::cluster& nodes_;
  scoring::observer* hints_;
};

}  // namespace berth::controller
