#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// A neutral tree of values: what a configuration file holds before anything knows what it means, and how arguments
/// reach a plugin. Made from JSON or YAML by k8s/text/value_reader.hpp, from nothing by tests.
///
/// For small documents that people write (configuration, kubeconfig); API objects are decoded straight into structs.
namespace berth::k8s {

class value {
 public:
  using list = std::vector<value>;
  using member = std::pair<std::string, value>;
  /// In the order of the file; keys are unique (the reader refuses duplicates).
  using map = std::vector<member>;

  value() = default;  ///< null
  value(bool b) : data_(b) {}
  value(int i) : data_(std::int64_t{i}) {}
  value(std::int64_t i) : data_(i) {}
  value(double d) : data_(d) {}
  value(const char* s) : data_(std::string(s)) {}
  value(std::string s) : data_(std::move(s)) {}
  value(list l) : data_(std::move(l)) {}
  value(map m) : data_(std::move(m)) {}

  bool is_null() const noexcept { return std::holds_alternative<std::monostate>(data_); }
  const bool* as_bool() const noexcept { return std::get_if<bool>(&data_); }
  const std::int64_t* as_int() const noexcept { return std::get_if<std::int64_t>(&data_); }
  const double* as_double() const noexcept { return std::get_if<double>(&data_); }
  const std::string* as_string() const noexcept { return std::get_if<std::string>(&data_); }
  const list* as_list() const noexcept { return std::get_if<list>(&data_); }
  const map* as_map() const noexcept { return std::get_if<map>(&data_); }

  /// The member of a map, or nullptr (also where this is no map).
  const value* find(std::string_view key) const noexcept;

  /// "a string", "a list", "null": for error messages.
  const char* kind() const noexcept;

  bool operator==(const value&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, list, map> data_;
};

}  // namespace berth::k8s
