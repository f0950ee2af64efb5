#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// JSON as the in-memory API server holds it: a plain value that is copied, compared and changed.
///
/// A server keeps whole objects and applies patches to them, which the decoders in k8s/api (a few fields, immutable)
/// are not made for. Members keep their order and are looked up one after another: API objects are small.
///
/// A member that is null is as good as none, as in Kubernetes: `find`, comparison and text pass over it. Only `members`
/// shows it, for patches, where it means "remove".
namespace berth::memory_api {

class json {
 public:
  using array = std::vector<json>;
  using member = std::pair<std::string, json>;
  using object = std::list<member>;  ///< so that a member stays where it is when others come and go
  using variant = std::variant<std::monostate, bool, std::int64_t, double, std::string, array, object>;

  json() = default;  ///< null
  json(bool b) : data_(b) {}
  json(int i) : data_(std::int64_t{i}) {}
  json(std::int64_t i) : data_(i) {}
  json(double d) : data_(d) {}
  json(const char* s) : data_(std::string(s)) {}
  json(std::string_view s) : data_(std::string(s)) {}
  json(std::string s) : data_(std::move(s)) {}
  json(array a) : data_(std::move(a)) {}
  json(object o) : data_(std::move(o)) {}

  /// Reads one document. Nothing, with the reason in `why`, where the text is no JSON, is nested deeper than 64, or
  /// repeats a key. Numbers are read in full precision: see k8s/text/json.hpp on RapidJSON.
  static std::optional<json> parse(std::string_view text, std::string* why = nullptr);
  /// On one line, without spaces.
  std::string text() const;

  bool is_null() const noexcept { return std::holds_alternative<std::monostate>(data_); }
  bool is_object() const noexcept { return std::holds_alternative<object>(data_); }
  bool is_array() const noexcept { return std::holds_alternative<array>(data_); }
  bool is_string() const noexcept { return std::holds_alternative<std::string>(data_); }

  /// The member, or null where there is none: `pod["spec"]["nodeName"]` never fails.
  const json& operator[](std::string_view key) const noexcept;
  /// The member, made where there is none; whatever is no object becomes one.
  json& operator[](std::string_view key);
  /// nullptr where there is none.
  const json* find(std::string_view key) const noexcept;
  json* find(std::string_view key) noexcept;
  void erase(std::string_view key);

  /// Empty where this is something else.
  const array& items() const noexcept;
  const object& members() const noexcept;
  std::string_view string() const noexcept;
  std::int64_t integer(std::int64_t otherwise = 0) const noexcept;
  bool boolean() const noexcept;

  /// Turned into an array (an object) first where this is something else.
  array& make_items();
  object& make_members();

  /// As Kubernetes counts emptiness: null, "", 0, false, {}, [].
  bool empty() const noexcept;

  const variant& data() const noexcept { return data_; }

  /// Objects are equal whatever the order of their members.
  bool operator==(const json& other) const noexcept;

 private:
  variant data_;
};

}  // namespace berth::memory_api
