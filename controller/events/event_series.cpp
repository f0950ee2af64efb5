#include "controller/events/event_series.hpp"

#include "k8s/codec/encode.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace berth::controller {

namespace {

/// Object names have 253 bytes; the suffix needs 17.
constexpr std::size_t max_name_part = 236;

// FNV-1a: the same in every process, as keyed_hash is not.
std::uint64_t fingerprint(std::initializer_list<std::string_view> texts) {
  std::uint64_t h = 0xcbf29ce484222325;
  const auto add = [&h](unsigned char c) { h = (h ^ c) * 0x100000001b3; };
  for (const std::string_view text : texts) {
    for (const char c : text) add(static_cast<unsigned char>(c));
    add(0);
  }
  return h;
}

}  // namespace

std::size_t event_series::hash::operator()(const key& k) const noexcept {
  return k8s::keyed_hash().add(k.uid).add(k.reason).add(k.note).done();
}

k8s::object_reference reference_to(const k8s::pod& pod) {
  return {"v1", "Pod", pod.key.namespace_, pod.key.name, pod.uid, pod.resource_version};
}

k8s::object_reference reference_to(const k8s::node& node) {
  return {"v1", "Node", "", node.name, node.uid, node.resource_version};
}

bool event_series::record(const k8s::object_reference& about, const event_kind& kind, const event_reporter& by,
                          std::string note, instant now, k8s::timestamp wall,
                          std::optional<k8s::object_reference> related) {
  forget_old(now);
  note = k8s::cut_note(std::move(note));
  if (const auto there = by_key_.find(key{about.uid, kind.reason, note}); there != by_key_.end()) {
    series& s = **there;
    ++s.count;
    s.last = wall;
    s.observed = now;
    series_.splice(series_.end(), series_, s.here);
    if (!s.writing && s.due == never) make_due(s, std::max(now, s.written_at + settings_.rewrite_after));
    return true;
  }
  if (waiting() >= settings_.max_waiting) {
    ++dropped_;
    return false;
  }
  make_room();
  const auto here = series_.emplace(series_.end());
  series& s = *here;
  s.here = here;
  s.about = about;
  s.related = std::move(related);
  s.kind = &kind;
  s.by = &by;
  s.note = std::move(note);
  s.first = s.last = wall;
  s.number = ++begun_;
  s.observed = now;
  by_key_.insert(&s);
  make_due(s, now);
  return true;
}

std::optional<event_series::write> event_series::next(instant now) {
  if (due_.empty() || (*due_.begin())->due > now) return std::nullopt;
  series& s = **due_.begin();
  due_.erase(due_.begin());
  s.due = never;
  s.writing = true;
  ++writing_;

  if (s.name.empty()) {
    s.name = new_name(s);
    s.written_count = s.count;
  }
  write w;
  w.create = !s.created;
  w.which = &s;
  k8s::event_record& e = w.event;
  e.key = {s.about.namespace_.empty() ? "default" : s.about.namespace_, s.name};
  e.regarding = s.about;
  e.related = s.related;
  e.type = s.kind->type;
  e.reason = s.kind->reason;
  e.action = s.kind->action;
  e.note = s.note;
  e.controller = s.by->controller;
  e.instance = s.by->instance;
  e.first = s.first;
  e.last = s.last;
  e.count = s.count;
  return w;
}

instant event_series::next_due() const { return due_.empty() ? never : (*due_.begin())->due; }

void event_series::written(const write& what, outcome how, instant now) {
  series& s = *static_cast<series*>(what.which);
  s.writing = false;
  --writing_;
  switch (how) {
    case outcome::done:
      s.written_count = what.event.count;
      s.tries = 0;
      [[fallthrough]];
    case outcome::there:  // with the count of whichever try made it
      s.created = true;
      s.written_at = now;
      if (s.kind->once) return forget(s);
      if (s.count > s.written_count) make_due(s, now + settings_.rewrite_after);
      return;
    case outcome::missing:  // created under its name, as upstream
      s.created = false;
      if (++s.tries < settings_.max_tries) return make_due(s, now);
      break;
    case outcome::retry:
      if (++s.tries < settings_.max_tries) return make_due(s, now + settings_.retry_after);
      break;
    case outcome::refused:
      break;
  }
  ++dropped_;
  forget(s);
}

void event_series::flush() {
  const std::vector<series*> all(due_.begin(), due_.end());
  due_.clear();
  for (series* s : all) make_due(*s, instant::min());
}

void event_series::make_due(series& s, instant when) {
  s.due = when;
  due_.insert(&s);
}

void event_series::forget(series& s) {
  by_key_.erase(&s);
  series_.erase(s.here);
}

void event_series::forget_old(instant now) {
  while (!series_.empty() && now - series_.front().observed >= settings_.forget_after && idle(series_.front()))
    forget(series_.front());
}

void event_series::make_room() {
  if (series_.size() < settings_.max_series) return;
  const auto there = std::find_if(series_.begin(), series_.end(), idle);
  if (there != series_.end()) forget(*there);
}

/// As upstream, from the time in nanoseconds; made unique where two fall into one microsecond.
std::string event_series::new_name(const series& s) {
  const std::string_view object = std::string_view(s.about.name).substr(0, max_name_part);
  if (s.kind->named_by_content)
    return fmt::format("{}.{:016x}", object, fingerprint({s.about.uid, s.kind->reason, s.note}));
  const auto now = static_cast<std::uint64_t>(s.last.time_since_epoch().count()) * 1000;
  last_stamp_ = std::max(now, last_stamp_ + 1);
  return fmt::format("{}.{:x}", object, last_stamp_);
}

}  // namespace berth::controller
