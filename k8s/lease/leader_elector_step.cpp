#include "k8s/lease/leader_elector_step.hpp"

#include <algorithm>
#include <utility>

namespace berth::k8s {
namespace {

constexpr double jitter_factor = 1.2;
constexpr double standby_jitter = 0.25;

std::chrono::milliseconds until(clock::time_point end, clock::time_point now) {
  return std::chrono::ceil<std::chrono::milliseconds>(std::max(end - now, clock::duration::zero()));
}

/// The record alone: somebody who edits a label has not renewed the lease.
bool same_record(const lease& a, const lease& b) {
  return a.holder_identity == b.holder_identity && a.duration_seconds == b.duration_seconds &&
         a.acquired == b.acquired && a.renewed == b.renewed && a.transitions == b.transitions &&
         a.preferred_holder == b.preferred_holder && a.strategy == b.strategy;
}

}  // namespace

std::string leader_election_settings::problem() const {
  if (identity.empty()) return "the identity is empty";
  if (name.empty() || namespace_.empty()) return "resourceName and resourceNamespace must not be empty";
  if (retry_period.count() <= 0) return "retryPeriod must be greater than zero";
  if (lease_duration < std::chrono::seconds(1)) return "leaseDuration must be at least 1s";
  if (lease_duration <= renew_deadline) return "leaseDuration must be greater than renewDeadline";
  if (static_cast<double>(renew_deadline.count()) <= jitter_factor * static_cast<double>(retry_period.count()))
    return "renewDeadline must be greater than retryPeriod*1.2";
  return "";
}

leader_elector_step::leader_elector_step(leader_election_settings settings, std::uint64_t seed)
    : settings_(std::move(settings)), random_(seed) {}

election_action leader_elector_step::start(time_point now, wall_time wall) { return begin_try(now, wall); }

election_action leader_elector_step::begin_try(time_point now, wall_time wall) {
  if (phase_ == phase::renewing && !round_open_) {
    round_open_ = true;
    round_end_ = now + settings_.renew_deadline;
  }
  if (held_by_us() && valid(now)) {
    lease next = claim(wall);
    next.acquired = observed_.acquired;
    return send(election_action::kind::replace, question::fast_replace, std::move(next), now);
  }
  return send(election_action::kind::get, question::get, {}, now);
}

election_action leader_elector_step::send(election_action::kind what, question why, lease to_write, time_point now) {
  question_ = why;
  sent_at_ = now;
  // Half of the renew deadline, as kube-scheduler's lease client has it, so that a stuck request leaves time for
  // another.
  auto timeout = std::max(settings_.renew_deadline / 2, std::chrono::milliseconds(1'000));
  if (phase_ != phase::acquiring) timeout = std::min(timeout, until(round_end_, now));
  return {.what = what, .to_write = std::move(to_write), .how_long = {}, .timeout = timeout};
}

election_action leader_elector_step::answered(const result<lease>& answer, time_point now, wall_time wall) {
  switch (std::exchange(question_, question::none)) {
    case question::none:
      break;
    case question::fast_replace:
      if (answer) {
        observe(*answer, now);
        return tried(true, now);
      }
      if (now >= round_end_ && phase_ == phase::renewing) return tried(false, now);
      return send(election_action::kind::get, question::get, {}, now);
    case question::get:
      if (answer) return judge(*answer, now, wall);
      if (answer.error().code != errc::not_found) return tried(false, now);
      observed_ = lease{};
      return send(election_action::kind::create, question::create, claim(wall), now);
    case question::create:
    case question::replace:
      if (answer) observe(*answer, now);
      return tried(answer.has_value(), now);
    case question::release_get: {
      if (!answer || answer->holder_identity != settings_.identity) break;
      observe(*answer, now);
      return stop(now, wall);
    }
    case question::release:
      if (answer)
        observe(*answer, now);
      else if (answer.error().code == errc::conflict && now < round_end_)
        return send(election_action::kind::get, question::release_get, {}, now);
      break;
  }
  return {.what = election_action::kind::stopped, .to_write = {}, .how_long = {}, .timeout = {}};
}

/// Found somebody's lease, perhaps ours.
election_action leader_elector_step::judge(const lease& found, time_point now, wall_time wall) {
  if (same_record(found, observed_)) {
    // Only what is not the record may have changed: the version to write against, labels.
    const time_point since = observed_at_;
    observe(found, since);
  } else {
    observe(found, now);
  }
  // Upstream acts on for the rest of the renew deadline after it saw that it lost; there is nothing to wait for.
  const bool somebody_elses = !found.holder_identity.empty() && !held_by_us();
  const bool asked_to_leave = !found.preferred_holder.empty() && found.preferred_holder != settings_.identity;
  if (leading_ && (somebody_elses || asked_to_leave)) {
    round_end_ = now;
    return tried(false, now);
  }
  if (somebody_elses && valid(now)) return stand_by(now);
  lease next = claim(wall);
  if (held_by_us())
    next.acquired = found.acquired;
  else
    next.transitions = found.transitions + 1;
  return send(election_action::kind::replace, question::replace, std::move(next), now);
}

election_action leader_elector_step::tried(bool succeeded, time_point now) {
  if (succeeded) {
    leading_ = true;
    renewed_at_ = sent_at_;
    phase_ = phase::renewing;
    round_open_ = false;
    return {.what = election_action::kind::sleep, .to_write = {}, .how_long = settings_.retry_period, .timeout = {}};
  }
  if (phase_ == phase::acquiring) {
    const auto pause = random_.jittered(settings_.retry_period, jitter_factor);
    return {.what = election_action::kind::sleep, .to_write = {}, .how_long = pause, .timeout = {}};
  }
  if (now >= round_end_) {
    leading_ = false;
    return {.what = election_action::kind::lost, .to_write = {}, .how_long = {}, .timeout = {}};
  }
  const auto pause = std::min(settings_.retry_period, until(round_end_, now));
  return {.what = election_action::kind::sleep, .to_write = {}, .how_long = pause, .timeout = {}};
}

/// Somebody else leads. Upstream waits for the retry period and more; looking often costs a small GET each time, and
/// the cluster is without a scheduler for so much less.
election_action leader_elector_step::stand_by(time_point now) {
  const auto runs_out = until(observed_at_ + std::chrono::seconds(observed_.duration_seconds), now);
  const auto pause = std::min(random_.jittered(settings_.standby_period, standby_jitter), runs_out);
  return {.what = election_action::kind::sleep, .to_write = {}, .how_long = pause, .timeout = {}};
}

election_action leader_elector_step::slept(time_point now, wall_time wall) {
  if (phase_ == phase::renewing && round_open_ && now >= round_end_) return tried(false, now);
  return begin_try(now, wall);
}

election_action leader_elector_step::stop(time_point now, wall_time wall) {
  if (phase_ != phase::releasing) round_end_ = now + settings_.renew_deadline;
  const bool ours = leading_ || phase_ == phase::releasing;
  phase_ = phase::releasing;
  leading_ = false;
  if (!ours || !settings_.release_on_stop || !held_by_us())
    return {.what = election_action::kind::stopped, .to_write = {}, .how_long = {}, .timeout = {}};
  lease next = claim(wall);
  next.holder_identity.clear();
  next.duration_seconds = 1;
  return send(election_action::kind::replace, question::release, std::move(next), now);
}

/// What we write: our name and the present, over what else the lease holds. Fields of coordinated election are dropped,
/// as upstream's plain elector drops them.
lease leader_elector_step::claim(wall_time wall) const {
  lease next = observed_;
  next.key = {settings_.namespace_, settings_.name};
  next.holder_identity = settings_.identity;
  next.duration_seconds =
      static_cast<std::int32_t>(std::chrono::duration_cast<std::chrono::seconds>(settings_.lease_duration).count());
  next.acquired = wall;
  next.renewed = wall;
  next.preferred_holder.clear();
  next.strategy.clear();
  return next;
}

void leader_elector_step::observe(const lease& found, time_point now) {
  observed_ = found;
  observed_at_ = now;
}

bool leader_elector_step::valid(time_point now) const noexcept {
  return observed_at_ + std::chrono::seconds(observed_.duration_seconds) > now;
}

}  // namespace berth::k8s
