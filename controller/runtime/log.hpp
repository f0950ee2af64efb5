#pragma once

#include "k8s/api/metadata.hpp"
#include "k8s/error.hpp"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

/// Structured log lines in klog's formats, so that what parses kube-scheduler's log parses this one.
///
/// text: `I1123 06:07:42.123456   12345 scheduler.cpp:87] "Successfully bound pod to node" pod="default/web" node="n1"`
/// json:
/// `{"ts":1700000000000.123,"caller":"schedule/scheduler.cpp:87","msg":"...","v":2,"pod":{"name":"web",...}}`
///
/// A key has one type in all lines: `pod` and `entity` are objects of name and namespace, `node` is a name, numbers are
/// numbers, durations are strings ("1.5s"). Upstream: klog/v2 textlogger, component-base/logs/json. Written through
/// spdlog to standard error, which nothing waits for: see line_writer.hpp. Thread-safe.
namespace berth::controller {

/// Names of which each is there once: `{"NodeAffinity":{},"NodePorts":{}}`, as Go's sets are written.
struct name_set {
  std::span<const std::string> names;
};

struct field {
  using variant = std::variant<std::string_view, const k8s::object_key*, name_set, std::chrono::nanoseconds,
                               std::int64_t, std::uint64_t, double, bool>;

  template <class T>
  field(std::string_view k, const T& v) : key(k), value(hold(v)) {}

  std::string_view key;
  variant value;

 private:
  template <class T>
  static variant hold(const T& v) {
    if constexpr (std::same_as<T, k8s::object_key>)
      return &v;
    else if constexpr (std::same_as<T, name_set> || std::same_as<T, bool> || std::same_as<T, double>)
      return v;
    else if constexpr (std::convertible_to<T, std::chrono::nanoseconds>)
      return std::chrono::nanoseconds(v);
    else if constexpr (std::unsigned_integral<T>)
      return static_cast<std::uint64_t>(v);
    else if constexpr (std::integral<T>)
      return static_cast<std::int64_t>(v);
    else
      return std::string_view(v);
  }
};

/// Borrowed for the length of a call.
class fields {
 public:
  fields() = default;
  fields(std::initializer_list<field> list) { hold({list.begin(), list.size()}); }
  fields(const std::vector<field>& list) { hold(list); }
  const field* begin() const noexcept { return begin_; }
  const field* end() const noexcept { return end_; }

 private:
  void hold(std::span<const field> list) noexcept {
    begin_ = list.data();
    end_ = begin_ + list.size();
  }
  const field* begin_ = nullptr;
  const field* end_ = nullptr;
};

enum class log_format { text, json };

class log {
 public:
  log(log_format format, int verbosity);
  /// Writes lines elsewhere, for tests: each call is one line without its header (text) or the whole object (json).
  using line_handler = void (*)(void* context, std::string_view line);
  log(log_format format, int verbosity, line_handler to, void* context);
  ~log();
  log(const log&) = delete;
  log& operator=(const log&) = delete;

  /// Whether lines of this level are written: ask before computing what a line says.
  bool v(int level) const noexcept { return level <= verbosity_; }

  /// Level-`level` information; nothing happens above the verbosity.
  void info(int level, std::string_view message, fields what = {},
            std::source_location where = std::source_location::current()) const;
  void warning(std::string_view message, fields what = {},
               std::source_location where = std::source_location::current()) const;
  void error(std::string_view err, std::string_view message, fields what = {},
             std::source_location where = std::source_location::current()) const;

  /// Writes what standard error did not take before, as far as it goes now.
  void flush() const;
  /// Lines that it did not take in time.
  std::uint64_t dropped() const;

 private:
  struct sink;
  int verbosity_;
  std::unique_ptr<sink> sink_;
};

}  // namespace berth::controller
