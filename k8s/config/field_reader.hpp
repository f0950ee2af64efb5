#pragma once

#include "k8s/text/value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reads the fields of a small document and knows where it is, so that each complaint names file and field:
/// `/etc/berth/kubeconfig: users[0].user.token: expected a string, found a list`. Absent and null are the same: empty.
namespace berth::k8s {

class field_reader {
 public:
  /// `path` begins with the file. `where` may be null: then every field is absent. Throws config_error where it is no
  /// map.
  field_reader(const value* where, std::string path);

  std::string string(std::string_view field) const;
  bool boolean(std::string_view field) const;
  std::vector<std::string> strings(std::string_view field) const;
  field_reader map(std::string_view field) const;
  std::vector<field_reader> maps(std::string_view field) const;

  const value* raw(std::string_view field) const;
  bool present() const noexcept { return where_ != nullptr; }
  bool has(std::string_view field) const { return raw(field) != nullptr; }
  const value* self() const noexcept { return where_; }

  /// "FILE: users[0].user.token"
  std::string path(std::string_view field) const;
  /// Throws config_error(path(field) + ": " + why).
  [[noreturn]] void refuse(std::string_view field, std::string_view why) const;

 private:
  [[noreturn]] void wrong_kind(std::string_view field, const char* expected, const value& found) const;

  const value* where_;
  std::string path_;
};

}  // namespace berth::k8s
