#include "controller/observe/journeys.hpp"

#include <algorithm>
#include <utility>

namespace berth::controller {

namespace {

/// A message is shown, not archived.
constexpr std::size_t longest_text = 2048;
constexpr std::size_t usual_steps = 16;  ///< of a pod that is bound at the first try

std::size_t bytes_of(const journey_step& s) {
  if (!s.words) return sizeof s;
  std::size_t bytes = sizeof s + sizeof(step_words) + s.words->text.size() + s.words->by.size();
  if (s.words->scores)
    for (const step_scores::row& row : s.words->scores->rows)
      bytes += sizeof row + row.node.size() + row.weighted.size() * sizeof(std::int64_t);
  return bytes;
}

std::string shortened(std::string text) {
  if (text.size() <= longest_text) return text;
  std::size_t end = longest_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a code point
  return text.substr(0, end) + "...";
}

std::shared_ptr<const step_words> words_of(std::string text, std::string by, const journey& j) {
  if (text.empty() && by.empty()) return nullptr;
  text = shortened(std::move(text));
  by = shortened(std::move(by));
  // A pod tends to be refused again for the same reason, and bound to the node it was assumed on.
  const std::size_t lately = std::min(j.steps.size(), usual_steps);
  for (auto s = j.steps.rbegin(), end = s + static_cast<std::ptrdiff_t>(lately); s != end; ++s)
    if (s->words && s->words->text == text && s->words->by == by && !s->words->scores) return s->words;
  return std::make_shared<const step_words>(step_words{std::move(text), std::move(by)});
}

/// A pod that comes, or comes back from an attempt, has entered the queue at `since`, and `now` is a little later: so
/// the time until the next attempt is what that attempt says it took.
instant entered_at(const queue_entry& e, std::string_view event, instant now) {
  return event == "UnscheduledPodAdd" || event == "ScheduleAttemptFailure" ? e.since : now;
}

}  // namespace

// ---- what happens -----------------------------------------------------------------------------------------------

journey* journeys::entered(const queue_entry& e, std::string_view event, instant now) {
  journey* j = touch(e.pod.pod->uid);
  return j == nullptr && event == "UnscheduledPodAdd" ? &begin(*e.pod.pod, entered_at(e, event, now)) : j;
}

void journeys::queued(const queue_entry& e, queue_name queue, const char* event, instant now) {
  if (journey* j = entered(e, event, now))
    add(*j, {.at = entered_at(e, event, now), .event = event, .what = step_kind::queued, .queue = queue});
}

void journeys::gated(const queue_entry& e, const char* event, const scoring::status& why, instant now) {
  if (journey* j = entered(e, event, now))
    add(*j, {.at = entered_at(e, event, now),
             .event = event,
             .words = words_of(why.message(), why.plugin, *j),
             .what = step_kind::queued,
             .queue = queue_name::gated});
}

void journeys::attempt(const queue_entry& e, instant now) {
  journey* j = touch(e.pod.pod->uid);
  if (j == nullptr) {
    j = &begin(*e.pod.pod, e.since);
    j->cut = true;
  }
  j->attempts = e.attempts;
  add(*j, {.at = now, .took = now - e.since, .number = e.attempts, .what = step_kind::attempt});
}

void journeys::ran(const std::string& uid, std::span<const stage_time> stages) {
  journey* j = stages.empty() ? nullptr : touch(uid);
  if (j == nullptr) return;
  for (const stage_time& s : stages)
    add(*j, {.at = s.at, .took = s.took, .what = step_kind::stage, .stage = s.stage, .how = s.how});
}

void journeys::scored(const std::string& uid, std::shared_ptr<const step_scores> scores) {
  if (journey* j = touch(uid)) j->scores = std::move(scores);
}

void journeys::assumed(const std::string& uid, const std::string& node, std::size_t feasible, std::size_t evaluated,
                       instant now) {
  journey* j = touch(uid);
  if (j == nullptr) return;
  auto scores = std::exchange(j->scores, nullptr);
  add(*j, {.at = now,
           .words = scores ? std::make_shared<const step_words>(step_words{node, "", std::move(scores)})
                           : words_of(node, "", *j),
           .number = static_cast<std::uint32_t>(feasible),
           .of = static_cast<std::uint32_t>(evaluated),
           .what = step_kind::assumed});
}

void journeys::waits(const std::string& uid, std::string plugins, duration at_most, instant now) {
  add(uid, step_kind::waiting, now, "", std::move(plugins), at_most);
}
void journeys::allowed(const std::string& uid, std::string_view plugin, duration after, instant now) {
  add(uid, step_kind::allowed, now, "", std::string(plugin), after);
}
void journeys::refused(const std::string& uid, std::string message, std::string plugins, instant now) {
  add(uid, step_kind::refused, now, std::move(message), std::move(plugins));
}
void journeys::failed(const std::string& uid, std::string message, instant now) {
  add(uid, step_kind::failed, now, std::move(message));
}
void journeys::bound(const std::string& uid, const std::string& node, instant now) {
  add(uid, step_kind::bound, now, node);
}
void journeys::assigned(const std::string& uid, const std::string& node, instant now) {
  journey* j = touch(uid);
  if (j == nullptr) return;
  const auto placed = std::find_if(j->steps.rbegin(), j->steps.rend(), [](const journey_step& s) {
    return s.what == step_kind::assumed || s.what == step_kind::bound;
  });
  if (placed == j->steps.rend() || placed->words->text != node) add(uid, step_kind::elsewhere, now, node);
}
void journeys::deleted(const std::string& uid, instant now) {
  if (const journey* j = touch(uid); j != nullptr && state_of(*j) != "deleted") add(uid, step_kind::deleted, now);
}
void journeys::rejected(const std::string& uid, std::string message, instant now) {
  add(uid, step_kind::rejected, now, std::move(message));
}

// ---- what is kept -----------------------------------------------------------------------------------------------

const journey* journeys::find(std::string_view namespace_, std::string_view name) const {
  const auto there = std::find_if(pods_.begin(), pods_.end(), [&](const journey& j) {
    return j.pod.name == name && j.pod.namespace_ == namespace_;
  });
  return there == pods_.end() ? nullptr : &*there;
}

journey* journeys::touch(const std::string& uid) {
  const auto there = by_uid_.find(uid);
  if (there == by_uid_.end()) return nullptr;
  pods_.splice(pods_.begin(), pods_, there->second);
  return &pods_.front();
}

journey& journeys::begin(const k8s::pod& pod, instant came) {
  if (pods_.size() >= most_pods) drop_last();
  journey& j = pods_.emplace_front();
  j.pod = pod.key;
  j.uid = pod.uid;
  j.scheduler = pod.spec->scheduler_name;
  j.came = came;
  j.steps.reserve(usual_steps);
  by_uid_.emplace(j.uid, pods_.begin());
  return j;
}

void journeys::add(const std::string& uid, step_kind what, instant at, std::string text, std::string by,
                   duration took) {
  journey* j = touch(uid);
  if (j == nullptr) return;
  add(*j, {.at = at, .took = took, .words = words_of(std::move(text), std::move(by), *j), .what = what});
}

void journeys::add(journey& to, journey_step s) {
  if (to.steps.size() >= most_steps) cut_short(to);
  const std::size_t size = bytes_of(s);
  to.bytes += size;
  bytes_ += size;
  to.steps.push_back(std::move(s));
  while (bytes_ > most_bytes && pods_.size() > 1) drop_last();
}

// A quarter at once, up to where an attempt begins, so that it is not done at every step.
void journeys::cut_short(journey& j) {
  const auto least = j.steps.begin() + most_steps / 4;
  const auto found =
      std::find_if(least, j.steps.end(), [](const journey_step& s) { return s.what == step_kind::attempt; });
  const auto end = found == j.steps.end() ? least : found;
  j.first += static_cast<std::uint64_t>(end - j.steps.begin());
  j.steps.erase(j.steps.begin(), end);
  j.cut = true;
  bytes_ -= j.bytes;
  j.bytes = 0;
  for (const journey_step& s : j.steps) j.bytes += bytes_of(s);
  bytes_ += j.bytes;
}

void journeys::drop_last() {
  bytes_ -= pods_.back().bytes;
  by_uid_.erase(pods_.back().uid);
  pods_.pop_back();
}

}  // namespace berth::controller
