#include "controller/queue/profiles.hpp"

namespace berth::controller {

namespace {

/// reportingInstance may have 128 bytes.
std::string instance_name(const std::string& scheduler, const std::string& hostname) {
  return (scheduler + "-" + hostname).substr(0, 128);
}

}  // namespace

profiles::profiles(std::vector<scoring::profile> all, const std::string& hostname) {
  profiles_.reserve(all.size());
  for (scoring::profile& p : all) {
    const std::string name = p.scheduler_name();
    profiles_.push_back({std::move(p), {name, instance_name(name, hostname)}, profiles_.size()});
  }
}

const profile_at_work* profiles::find(std::string_view scheduler_name) const {
  for (const profile_at_work& p : profiles_)
    if (p.plugins.scheduler_name() == scheduler_name) return &p;
  return nullptr;
}

profile_at_work* profiles::find(std::string_view scheduler_name) {
  return const_cast<profile_at_work*>(std::as_const(*this).find(scheduler_name));
}

std::vector<std::string> profiles::names() const {
  std::vector<std::string> out;
  for (const profile_at_work& p : profiles_) out.push_back(p.plugins.scheduler_name());
  return out;
}

void profiles::report_faults_to(scoring::fault_listener* to) noexcept {
  for (profile_at_work& p : profiles_) p.plugins.report_faults_to(to);
}

scoring::status profile_questions::pre_enqueue(const scoring::pod_info& pod) const {
  const profile_at_work* p = profiles_.find(pod.spec().scheduler_name);
  return p ? p->plugins.pre_enqueue(pod, nodes_) : scoring::status::ok();
}

bool profile_questions::before(const scoring::queued_pod& a, const scoring::queued_pod& b) const {
  return profiles_.all().front().plugins.before(a, b);
}

bool profile_questions::queueing_hint(const scoring::pod_info& pod, const std::vector<std::string>& refused_by,
                                      const scoring::cluster_event& event) const {
  const profile_at_work* p = profiles_.find(pod.spec().scheduler_name);
  if (p == nullptr) return true;
  scoring::cluster_event over_cluster = event;
  over_cluster.nodes = &nodes_;
  return p->plugins.queueing_hint(pod, refused_by, over_cluster, hints_);
}

}  // namespace berth::controller
