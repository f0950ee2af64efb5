#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Writes JSON, without white space. What comes out is valid UTF-8 whatever goes in: a byte that is no part of a code
/// point becomes U+FFFD. Nesting is the caller's to keep right.
namespace berth::k8s {

class json_writer {
 public:
  json_writer& begin_object() { return open('{'); }
  json_writer& end_object() { return close('}'); }
  json_writer& begin_list() { return open('['); }
  json_writer& end_list() { return close(']'); }
  json_writer& key(std::string_view name);

  json_writer& text(std::string_view value);
  json_writer& integer(std::int64_t value);
  /// A JSON number as it is to stand there.
  json_writer& number(std::string_view digits);
  json_writer& boolean(bool value);
  json_writer& null();
  /// A value that is JSON already.
  json_writer& json(std::string_view value) { return number(value); }

  json_writer& member(std::string_view name, std::string_view value) { return key(name).text(value); }
  json_writer& member(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  /// Left out where the value is empty.
  json_writer& member_if_any(std::string_view name, std::string_view value) {
    return value.empty() ? *this : member(name, value);
  }
  json_writer& begin_object(std::string_view name) { return key(name).begin_object(); }
  json_writer& begin_list(std::string_view name) { return key(name).begin_list(); }

  void reserve(std::size_t bytes) { out_.reserve(bytes); }
  std::size_t size() const noexcept { return out_.size(); }
  std::string take() { return std::move(out_); }

 private:
  json_writer& open(char bracket);
  json_writer& close(char bracket);
  void separate();
  void quote(std::string_view value);

  std::string out_;
};

}  // namespace berth::k8s
