#pragma once

#include "controller/serving/http_message.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What those are told who are not let in, in kube-scheduler's words, and the path that they asked for. Pure.
namespace berth::controller {

/// The path of a target, percent-decoded, as kube-scheduler's authorization sees it; nothing where it is no path.
std::optional<std::string> decoded_path(std::string_view target);

/// 401, a Status.
http_answer unauthorized();
/// 403, a Status: `forbidden: User "USER" cannot VERB path "PATH"`.
http_answer forbidden(const std::string& user, const std::string& verb, const std::string& path,
                      const std::string& reason);
/// 500: whether it is allowed could not be asked.
http_answer cannot_tell(std::string_view target, const std::string& why);

}  // namespace berth::controller
