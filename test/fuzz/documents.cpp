#include "k8s/api/quantity.hpp"
#include "k8s/codec/cluster_file.hpp"
#include "k8s/text/value_reader.hpp"
#include "test/fuzz/targets.hpp"

#include <limits>

namespace berth::k8s {

namespace {

std::size_t depth_of(const value& v) {
  std::size_t depth = 0;
  if (const auto* list = v.as_list()) {
    for (const value& e : *list) depth = std::max(depth, depth_of(e));
    return depth + 1;
  }
  if (const auto* map = v.as_map()) {
    for (const auto& [key, member] : *map) {
      promise(v.find(key) == &member, "keys are unique");
      depth = std::max(depth, depth_of(member));
    }
    return depth + 1;
  }
  return 0;
}

void check(const error& e) {
  promise(e.code != errc::ok && e.detail.starts_with("f:"), "an error names the file");
  promise(e.detail.find('\n') == std::string::npos, "an error is one line");
}

}  // namespace

void fuzz_quantity(std::string_view bytes) {
  const auto q = quantity::parse(bytes);
  if (!q) return check({q.error().code, "f:" + q.error().detail});
  const std::int64_t value = q->value();
  const std::int64_t milli = q->milli_value();
  promise((value > 0) == (milli > 0) && (value < 0) == (milli < 0), "value and thousandths have one sign");
  promise((value == 0) == q->is_zero(), "only zero is zero");
  promise(*quantity::parse(q->text()) == *q, "its text is the same quantity");
  if (bytes.front() != '-' && bytes.front() != '+') {
    const auto negative = quantity::parse("-" + std::string(bytes));
    promise(negative && negative->value() == -value && negative->milli_value() == -milli, "a sign is a sign");
  }
  quantity twice = *q;
  twice += *q;
  promise(*q < quantity() ? twice <= *q : twice >= *q, "sums saturate");
}

void fuzz_value_reader(std::string_view bytes) {
  const auto documents = read_values(bytes, "f");
  if (!documents) return check(documents.error());
  for (const value& v : *documents) promise(depth_of(v) <= 64, "depth is capped");
}

void fuzz_cluster_file(std::string_view bytes) {
  const auto objects = read_cluster(bytes, "f");
  if (!objects) return check(objects.error());
  for (const error& e : objects->dropped) check(e);
  for (const pod_ptr& p : objects->pods) promise(p != nullptr && p->spec != nullptr, "a pod is whole");
}

}  // namespace berth::k8s
