#pragma once

#include "k8s/error.hpp"

#include <string>
#include <string_view>
#include <vector>

/// metav1.Status: how the API server says no, as an answer's body or inside an ERROR watch event. A plain value.
namespace berth::k8s {

struct api_status {
  int code = 0;        ///< as the HTTP status; 0 where the object had none
  std::string reason;  ///< "NotFound", "Expired", "Conflict", ...
  std::string message;
  int retry_after_seconds = -1;     ///< details.retryAfterSeconds; -1 where the server did not ask for a pause
  std::vector<std::string> causes;  ///< details.causes, "reason: field: message" each, without what is empty

  bool operator==(const api_status&) const = default;
};

/// What the code and reason mean. Upstream: apimachinery/pkg/api/errors, ReasonForError.
errc errc_of(const api_status& status) noexcept;

/// What an answer with this HTTP status means where no Status came with it.
errc errc_of_http(int status) noexcept;

/// Ready to return: code, "reason: message", HTTP status, pause. `doing` begins the text: "POST /api/v1/...".
error to_error(const api_status& status, std::string_view doing);

}  // namespace berth::k8s
