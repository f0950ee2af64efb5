#pragma once

/// The natural logarithm as Go computes it. Upstream's scores are rounded sums of logarithms, and a last bit may decide
/// which way: so it is the same algorithm in the same order of operations, not the C library's.
namespace berth::scoring {

/// x is positive and finite.
double go_log(double x) noexcept;

}  // namespace berth::scoring
