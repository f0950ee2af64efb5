#include "k8s/api/quantity.hpp"

#include "test/fuzz/fuzz.hpp"

#include <string>

/// Amounts: "500m", "2Gi", "1e3".
namespace berth::fuzz {

void quantity(std::string_view bytes) {
  const auto q = k8s::quantity::parse(bytes);
  if (!q) return check(q.error());
  const std::int64_t value = q->value();
  const std::int64_t milli = q->milli_value();
  promise((value > 0) == (milli > 0) && (value < 0) == (milli < 0), "value and thousandths have one sign");
  promise((value == 0) == q->is_zero(), "only zero is zero");
  promise(*k8s::quantity::parse(q->text()) == *q, "its text is the same quantity");
  if (bytes.front() != '-' && bytes.front() != '+') {
    const auto negative = k8s::quantity::parse("-" + std::string(bytes));
    promise(negative && negative->value() == -value && negative->milli_value() == -milli, "a sign is a sign");
  }
  k8s::quantity twice = *q;
  twice += *q;
  promise(*q < k8s::quantity() ? twice <= *q : twice >= *q, "sums saturate");
}

}  // namespace berth::fuzz
