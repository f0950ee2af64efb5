#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Amounts of resources as people write them: 3250m, 16Gi, 1.5Gi. Pure.
namespace berth::scoring {

/// Where digits are left out (bytes keep two decimals), the text tells more, or less, than there is.
enum class rounding { up, down };

/// `amount` is in the unit of amount_in (resources.hpp): thousandths of cpu, bytes, whole units.
std::string amount_text(std::string_view resource, std::int64_t amount, rounding to);

}  // namespace berth::scoring
