#include "scoring/reservations/reservations.hpp"

#include "test/fuzz/fuzz.hpp"

#include <string>

/// Annotations of a node that keep room for pods: the bytes as a key, as an amount and as a record.
namespace berth::fuzz {

void reservations(std::string_view bytes) {
  k8s::node n;
  n.annotations.set(std::string(bytes), "1");
  n.annotations.set(scoring::amount_key("cpu", "x"), std::string(bytes));
  n.annotations.set(scoring::record_key("x"), std::string(bytes));
  const scoring::node_reservations read = scoring::reservations_of(n);
  for (const scoring::malformed_reservation& m : read.bad)
    promise(!m.what.empty() && is_one_line(m.what), "what is wrong is said in one line");
  for (const scoring::reservation& r : read.good) {
    for (const auto& [name, amount] : r.amounts) promise(amount >= k8s::quantity{}, "no amount is negative");
    k8s::node again;
    again.annotations = scoring::annotations_of(r);
    const scoring::node_reservations same = scoring::reservations_of(again);
    promise(same.bad.empty() || r.record->resources.size() > scoring::max_reservation_record_resources ||
                again.annotations.find(scoring::record_key(r.id))->size() > scoring::max_reservation_record_bytes,
            "what was read is written well-formed");
    if (!same.bad.empty() || (r.amounts.empty() && !r.record)) continue;
    promise(same.good.size() == 1 && same.good[0].id == r.id && same.good[0].amounts == r.amounts, "amounts stay");
    promise(same.good[0].record.has_value() == r.record.has_value(), "a record stays");
    promise(!r.record || same.good[0].record->owner_uid == r.record->owner_uid, "the owner stays");
  }
}

}  // namespace berth::fuzz
