#pragma once

#include "test/support/memory_api/json.hpp"

#include <exception>
#include <string>
#include <string_view>

/// A request that is answered with a Status of kind Failure: thrown where the reason is found, made into an answer by
/// `api`.
///
/// Codes, reasons and messages are those of apimachinery/pkg/api/errors.
namespace berth::memory_api {

struct resource;

class refusal : public std::exception {
 public:
  refusal(int code, std::string reason, std::string message, json details = {});

  int code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const char* what() const noexcept override { return message_.c_str(); }
  json& details() noexcept { return details_; }
  /// metadata of the Status: the fresh continue token of an expired one.
  json metadata{json::object{}};

  /// metav1.Status.
  json status() const;

 private:
  int code_;
  std::string reason_;
  std::string message_;
  json details_;
};

refusal bad_request(std::string message);
refusal not_found(const resource& of, std::string_view name);
/// 404 for a path that names nothing.
refusal no_such_path();
refusal already_exists(const resource& of, std::string_view name);
/// "Operation cannot be fulfilled on pods "web": " + why. `subresource` is "" or as in "pods/binding".
refusal conflict(const resource& of, std::string_view subresource, std::string_view name, std::string_view why);
/// 422. `field` is a path ("spec.containers"), `why` what is wrong there ("Required value").
refusal invalid(const resource& of, std::string_view name, std::string_view field, std::string_view why);
refusal expired(std::string message);

}  // namespace berth::memory_api
