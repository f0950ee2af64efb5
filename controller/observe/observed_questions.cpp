#include "controller/observe/observed_questions.hpp"

namespace berth::controller {

void hint_clock::plugin_ended(const scoring::plugin_call& call, scoring::code how) {
  const char* const hint = how == scoring::code::success ? "Queue" : how == scoring::code::skip ? "QueueSkip" : "Error";
  metrics_.queue.hinted(call.who->name(), event_, hint, clock_.now() - begun_);
}

scoring::status observed_questions::pre_enqueue(const scoring::pod_info& pod) const {
  const profile_at_work* profile = profiles_.find(pod.spec().scheduler_name);
  const instant begun = clock_.now();
  scoring::status answer = profile_questions::pre_enqueue(pod);
  if (profile != nullptr) metrics_.scheduling.ran_pre_enqueue(profile->number, answer.what, clock_.now() - begun);
  return answer;
}

bool observed_questions::queueing_hint(const scoring::pod_info& pod, const std::vector<std::string>& refused_by,
                                       const scoring::cluster_event& event) const {
  hints_.about(event.label);
  return profile_questions::queueing_hint(pod, refused_by, event);
}

}  // namespace berth::controller
