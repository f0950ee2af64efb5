#include "controller/queue/scheduling_queue.hpp"

#include "controller/queue/queue_backoff.hpp"

#include <algorithm>
#include <utility>

/// The places in which pods wait, in their order, and what it takes to leave them.
namespace berth::controller {

namespace {

constexpr std::size_t max_name_lists = 1024;

scoring::queued_pod as_queued(const queue_entry& e) {
  return {&e.pod, std::chrono::duration_cast<std::chrono::microseconds>(e.since.time_since_epoch()).count()};
}

}  // namespace

bool scheduling_queue::order::operator()(const item* a, const item* b) const {
  if (last->a != a || last->b != b) *last = {a, b, ask(a, b)};
  return last->before;
}

bool scheduling_queue::order::ask(const item* a, const item* b) const {
  if (by_backoff && a->backoff_until != b->backoff_until) return a->backoff_until < b->backoff_until;
  const scoring::queued_pod left = as_queued(*a);
  const scoring::queued_pod right = as_queued(*b);
  if (policy->before(left, right)) return true;
  if (policy->before(right, left)) return false;
  return a->sequence < b->sequence;
}

scheduling_queue::item& scheduling_queue::keep(queue_entry entry) {
  std::string uid = entry.pod.pod->uid;
  item& i = items_[std::move(uid)];
  static_cast<queue_entry&>(i) = std::move(entry);
  return i;
}

scheduling_queue::line& scheduling_queue::line_of(place p) {
  return p == place::active ? active_ : p == place::backoff ? backoff_ : error_backoff_;
}

void scheduling_queue::insert(item& i, place where, const char* event) {
  i.place = where;
  queue_name name = queue_name::unschedulable;
  switch (where) {
    case place::active:
    case place::backoff:
    case place::error_backoff:
      last_ = {};
      i.position = line_of(where).insert(&i);
      name = where == place::active ? queue_name::active : queue_name::backoff;
      break;
    case place::gated:
      ++gated_;
      [[fallthrough]];
    case place::unschedulable: {
      auto& group = groups_[{i.pod.pod->spec.get(), i.refused_by.get()}];
      i.group_index = group.size();
      group.push_back(&i);
      waiting_.emplace(i.waiting_since, &i);
    }
  }
  if (event != nullptr) listener_.pod_queued(i, name, event);
}

void scheduling_queue::take_out(item& i) {
  switch (i.place) {
    case place::active:
    case place::backoff:
    case place::error_backoff:
      line_of(i.place).erase(i.position);
      break;
    case place::gated:
      --gated_;
      [[fallthrough]];
    case place::unschedulable: {
      const auto group = groups_.find({i.pod.pod->spec.get(), i.refused_by.get()});
      auto& members = group->second;
      members[i.group_index] = members.back();
      members[i.group_index]->group_index = i.group_index;
      members.pop_back();
      if (members.empty()) groups_.erase(group);
      waiting_.erase({i.waiting_since, &i});
    }
  }
}

void scheduling_queue::wait(item& i, place where, const char* event, instant since) {
  i.waiting_since = since;
  insert(i, where, event);
}

bool scheduling_queue::gate(item& i, const char* event, instant now) {
  scoring::status s = policy_.pre_enqueue(i.pod);
  i.gate_failed = s.what == scoring::code::error;
  if (s.is_ok()) return false;
  i.flushed = false;
  if (i.gate_failed) {
    ++i.errors;
    i.refused_by = nullptr;
    // Without backoff too it is not asked again and again on end.
    i.backoff_until =
        window_of(now + std::max<duration>(backoff_of(i.errors, settings_.initial_backoff, settings_.max_backoff),
                                           backoff_window));
    insert(i, place::error_backoff, event);
    listener_.pre_enqueue_failed(i, s);
    return true;
  }
  // What refused it before goes on mattering: a pod that waits for its victims is tried again when they go.
  std::vector<std::string> by = i.refused_by ? *i.refused_by : std::vector<std::string>();
  if (std::find(by.begin(), by.end(), s.plugin) == by.end()) by.push_back(s.plugin);
  std::sort(by.begin(), by.end());
  i.refused_by = intern(std::move(by));
  wait(i, place::gated, nullptr, now);
  listener_.pod_gated(i, event, s);
  return true;
}

void scheduling_queue::wake(item& i, const char* event, instant now) {
  if (gate(i, event, now)) return;
  if (i.backoff_until >= window_of(now)) return insert(i, place::backoff, event);
  if (!i.first_tried) i.first_tried = now;
  insert(i, place::active, event);
}

scheduling_queue::name_list scheduling_queue::intern(std::vector<std::string> names) {
  if (name_lists_.size() >= max_name_lists)
    std::erase_if(name_lists_, [](const name_list& l) { return l.use_count() == 1; });
  return *name_lists_.insert(std::make_shared<const std::vector<std::string>>(std::move(names))).first;
}

}  // namespace berth::controller
