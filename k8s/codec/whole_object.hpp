#pragma once

#include <memory>
#include <string>
#include <string_view>

/// An object's own text, for those who want all of it (extender webhooks). Pure.
///
/// The text is valid JSON, as whoever decoded it before has found; nothing is checked here, and nothing read beyond its
/// end.
namespace berth::k8s {

/// The member's value in a JSON object, as it stands there; empty where there is no such member. Of two, the last.
std::string_view json_member(std::string_view object, std::string_view key);

/// A copy without metadata.managedFields, which is for the API server alone and often the larger part.
std::shared_ptr<const std::string> keep_whole(std::string_view object);

}  // namespace berth::k8s
