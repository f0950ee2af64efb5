#pragma once

#include "k8s/client.hpp"

#include <cstddef>
#include <string>

/// The seam to a webhook: one server that is sent JSON and answers with JSON, whatever it calls its content.
///
/// Behind it, in production, `make_webhook` (k8s/http/webhook_client.hpp); in tests a few lines that are dead, slow or
/// lying. May be called from any executor; an awaitable resumes on the caller's. A cancelled call throws
/// operation_aborted.
namespace berth::k8s {

struct webhook_answer {
  int status = 0;
  std::string body;  ///< "" unless the status is 200
};

class webhook {
 public:
  virtual ~webhook() = default;

  /// POSTs to `verb` below the server's prefix. The answer, whatever its status (redirects are not followed); an error
  /// where none came within the time that the webhook has, or one of more than `max_bytes` (too_large). Sent again only
  /// where the first was certainly not read; where `repeatable`, also when a kept connection turned out to be dead.
  virtual task<result<webhook_answer>> post(std::string verb, std::string body, std::size_t max_bytes,
                                            bool repeatable) = 0;
};

}  // namespace berth::k8s
