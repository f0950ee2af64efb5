#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/error.hpp"

#include <string>
#include <string_view>

/// RFC 3339, as Kubernetes writes and reads it. Years 0 to 9999.
namespace berth::k8s {

/// metav1.Time: "2026-01-02T15:04:05Z", the fraction cut off.
std::string format_time(timestamp t);

/// metav1.MicroTime: "2026-01-02T15:04:05.000000Z".
std::string format_micro_time(timestamp t);

/// Either form, any offset, any number of fraction digits (those beyond a microsecond are cut off).
/// errc::malformed names the text.
result<timestamp> parse_time(std::string_view text);

}  // namespace berth::k8s
