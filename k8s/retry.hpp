#pragma once

#include "k8s/error.hpp"

#include <chrono>
#include <optional>

/// Whether, and after how long, a request is sent again. Pure. Upstream: client-go rest/with_retry.go.
namespace berth::k8s {

inline constexpr int max_retries = 10;
/// A server that asks for a longer pause is not waited for.
inline constexpr std::chrono::seconds max_retry_pause{60};

/// `retries_so_far` is 0 after the first attempt. `is_get`: may be sent again although it may have been carried out.
inline std::optional<std::chrono::seconds> retry_after(const error& why, bool is_get, int retries_so_far) {
  if (retries_so_far >= max_retries) return std::nullopt;
  // The server said no, and when to come back: nothing was done.
  if (why.http_status == 429 || why.http_status >= 500) {
    const std::chrono::seconds pause(why.retry_after_seconds);
    if (why.retry_after_seconds < 0 || pause > max_retry_pause) return std::nullopt;
    return pause;
  }
  if (is_get && why.code == errc::connection_lost) return std::chrono::seconds(1);
  return std::nullopt;
}

}  // namespace berth::k8s
