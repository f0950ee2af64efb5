#include "controller/reservations/reservation_warnings.hpp"

#include "k8s/text/utf8.hpp"
#include "scoring/reservations/reservations.hpp"

#include <algorithm>

namespace berth::controller {

namespace {

constexpr std::size_t shown = 128;  // bytes of a key or a value

bool heeds_reservations(const scoring::profile& p) {
  const std::vector<std::string> filters = p.plugins_at(scoring::extension_point::filter);
  return std::find(filters.begin(), filters.end(), "NodeReservation") != filters.end();
}

std::string note_of(const scoring::malformed_reservation& m) {
  return "Ignoring annotation " + k8s::excerpt(m.key, shown) + "=\"" + k8s::excerpt(m.value, shown) + "\": " + m.what;
}

}  // namespace

reservation_warnings::reservation_warnings(const profiles& all, event_recorder& events, const scoring::cluster& nodes)
    : events_(events), nodes_(nodes) {
  for (const profile_at_work& p : all.all())
    if (by_ == nullptr && heeds_reservations(p.plugins)) by_ = &p.reporter;
}

void reservation_warnings::look_at(const k8s::node& node) {
  if (by_ == nullptr) return;
  std::set<std::string> notes;
  if (scoring::may_have_reservations(node.annotations))
    for (const scoring::malformed_reservation& m : scoring::reservations_of(node).bad)
      if (notes.size() < most_per_node) notes.insert(note_of(m));
  const auto there = told_.find(node.name);
  const bool known = there != told_.end() && there->second.uid == node.uid;
  for (const std::string& note : notes)
    if (!known || !there->second.notes.contains(note))
      events_.record(reference_to(node), invalid_reservation_event, *by_, note);
  if (!notes.empty())
    told_.insert_or_assign(node.name, of_node{node.uid, std::move(notes)});
  else if (there != told_.end())
    told_.erase(there);
}

void reservation_warnings::leads() {
  leading_ = true;
  nodes_.nodes().for_each([&](scoring::node_id n) { look_at(nodes_.node(n)); });
}

void reservation_warnings::node_changed(const k8s::node_ptr& before, const k8s::node_ptr& after) {
  if (after == nullptr) {
    if (before != nullptr) told_.erase(before->name);
  } else if (leading_) {
    look_at(*after);
  }
}

}  // namespace berth::controller
