#pragma once

#include "k8s/error.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Resource quantities ("500m", "2Gi", "1e3"), exact.
///
/// Upstream: apimachinery/pkg/api/resource. Amounts are held in billionths, which is the finest that Kubernetes knows
/// (finer ones are rounded away from zero); amounts beyond 2^63-1 are capped there, where upstream caps binary ones and
/// lets decimal ones overflow. A quantity without digits ("Ki") is zero.
namespace berth::k8s {

class quantity {
 public:
  constexpr quantity() = default;

  static constexpr quantity from_value(std::int64_t v) { return quantity(static_cast<__int128>(v) * 1'000'000'000); }
  static constexpr quantity from_milli(std::int64_t v) { return quantity(static_cast<__int128>(v) * 1'000'000); }

  /// errc::malformed names the text (shortened when long).
  static result<quantity> parse(std::string_view text);

  /// Whole units, rounded away from zero: Quantity.Value().
  std::int64_t value() const noexcept;
  /// Thousandths, rounded away from zero: Quantity.MilliValue(). Capped at 2^63-1.
  std::int64_t milli_value() const noexcept;
  /// To whole thousandths, away from zero, as an API server rounds every amount in a list of resources.
  quantity rounded_to_milli() const noexcept;
  /// The nearest double, for figures: Quantity.AsApproximateFloat64().
  double as_double() const noexcept;
  constexpr bool is_zero() const noexcept { return nanos_ == 0; }

  /// "5", "1500m", "250u", "1n": exact, in the largest of these units that is whole; parse() gives the same quantity.
  std::string text() const;

  constexpr auto operator<=>(const quantity&) const = default;
  /// Saturates at the caps.
  quantity& operator+=(const quantity& other) noexcept;
  /// Stops at zero.
  quantity& operator-=(const quantity& other) noexcept;

 private:
  constexpr explicit quantity(__int128 nanos) : nanos_(nanos) {}
  __int128 nanos_ = 0;
};

/// Resource name to amount, sorted by name, unique: as `requests`, `allocatable`, `overhead` hold it.
class resource_list {
 public:
  using entry = std::pair<std::string, quantity>;

  resource_list() = default;
  /// Later duplicates win, as in JSON.
  explicit resource_list(std::vector<entry> entries);

  const quantity* find(std::string_view name) const noexcept;
  void set(std::string name, quantity amount);
  /// Takes over those of `defaults` that are not here, all in one pass.
  void add_missing(const resource_list& defaults);
  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  auto begin() const noexcept { return entries_.begin(); }
  auto end() const noexcept { return entries_.end(); }
  bool operator==(const resource_list&) const = default;

 private:
  std::vector<entry> entries_;
};

}  // namespace berth::k8s
