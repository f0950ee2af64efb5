#include "controller/runtime/log.hpp"

#include "controller/runtime/go_duration.hpp"
#include "controller/runtime/line_writer.hpp"
#include "k8s/text/utf8.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <utility>

namespace berth::controller {

namespace {

using buffer = fmt::memory_buffer;

void append(buffer& out, std::string_view text) { out.append(text.data(), text.data() + text.size()); }

/// How many bytes of UTF-8 at `i` are a character that ends a line in some viewers, or steers a terminal: U+0080 to
/// U+009F, U+2028, U+2029.
std::size_t control_at(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0; };
  if (byte(i) == 0xC2 && byte(i + 1) < 0xA0) return 2;
  return byte(i) == 0xE2 && byte(i + 1) == 0x80 && (byte(i + 2) == 0xA8 || byte(i + 2) == 0xA9) ? 3 : 0;
}

/// As Go's strconv.Quote, and valid JSON where `json`: UTF-8 stays as it is, other bytes become U+FFFD.
void append_quoted(buffer& out, std::string_view text, bool json) {
  if (!k8s::is_utf8(text)) return append_quoted(out, k8s::valid_utf8(text), json);
  out.push_back('"');
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (const std::size_t bytes = control_at(text, i); bytes != 0) {
      const auto last = static_cast<unsigned char>(text[i + bytes - 1]);
      const unsigned code = bytes == 2 ? last : 0x2000U + (last & 0x3fU);
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
      i += bytes - 1;
      continue;
    }
    switch (c) {
      case '"':
        append(out, "\\\"");
        break;
      case '\\':
        append(out, "\\\\");
        break;
      case '\n':
        append(out, "\\n");
        break;
      case '\r':
        append(out, "\\r");
        break;
      case '\t':
        append(out, "\\t");
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          fmt::format_to(std::back_inserter(out), "\\{}{:02x}", json ? "u00" : "x", static_cast<unsigned char>(c));
        else
          out.push_back(c);
    }
  }
  out.push_back('"');
}

/// The same in both formats.
void append_set(buffer& out, const name_set& set) {
  const char* before = "{";
  for (const std::string& name : set.names) {
    append(out, std::exchange(before, ","));
    append_quoted(out, name, true);
    append(out, ":{}");
  }
  append(out, set.names.empty() ? "{}" : "}");
}

struct text_value {
  buffer& out;
  void operator()(std::string_view s) const { append_quoted(out, s, false); }
  void operator()(const k8s::object_key* k) const { append_quoted(out, k->text(), false); }
  void operator()(name_set s) const { append_set(out, s); }
  void operator()(std::chrono::nanoseconds d) const { append_quoted(out, go_duration(d), false); }
  void operator()(std::int64_t i) const { fmt::format_to(std::back_inserter(out), "{}", i); }
  void operator()(std::uint64_t i) const { fmt::format_to(std::back_inserter(out), "{}", i); }
  void operator()(double d) const { fmt::format_to(std::back_inserter(out), "{}", d); }
  void operator()(bool b) const { append(out, b ? "true" : "false"); }
};

struct json_value {
  buffer& out;
  void operator()(std::string_view s) const { append_quoted(out, s, true); }
  void operator()(const k8s::object_key* k) const {
    append(out, "{\"name\":");
    append_quoted(out, k->name, true);
    if (!k->namespace_.empty()) append(out, ",\"namespace\":"), append_quoted(out, k->namespace_, true);
    out.push_back('}');
  }
  void operator()(name_set s) const { append_set(out, s); }
  void operator()(std::chrono::nanoseconds d) const { append_quoted(out, go_duration(d), true); }
  void operator()(std::int64_t i) const { fmt::format_to(std::back_inserter(out), "{}", i); }
  void operator()(std::uint64_t i) const { fmt::format_to(std::back_inserter(out), "{}", i); }
  void operator()(double d) const {
    if (std::isfinite(d))
      fmt::format_to(std::back_inserter(out), "{}", d);
    else
      append(out, "null");
  }
  void operator()(bool b) const { append(out, b ? "true" : "false"); }
};

/// "schedule/scheduler.cpp" of ".../controller/schedule/scheduler.cpp": as kube-scheduler's JSON names callers.
std::string_view folder_and_file(std::string_view path) {
  const auto file = path.rfind('/');
  if (file == std::string_view::npos || file == 0) return path;
  const auto folder = path.rfind('/', file - 1);
  return folder == std::string_view::npos ? path : path.substr(folder + 1);
}

class stderr_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit stderr_sink(line_writer& to) : to_(to) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    to_.write({line.data(), line.size()});
  }
  void flush_() override { to_.flush(); }

  line_writer& to_;
};

/// At the end of the process, for a reader that is slow.
constexpr std::chrono::milliseconds parting_time{1'000};

}  // namespace

struct log::sink {
  log_format format;
  line_handler to = nullptr;
  void* context = nullptr;
  std::unique_ptr<line_writer> lines;
  std::unique_ptr<spdlog::logger> out;

  void write(spdlog::level::level_enum level, int verbosity, const std::string_view* err, std::string_view message,
             fields what, const std::source_location& where) const {
    buffer line;
    if (format == log_format::text) {
      append_quoted(line, message, false);
      if (err) append(line, " err="), append_quoted(line, *err, false);
      for (const field& f : what) {
        line.push_back(' ');
        append(line, f.key);
        line.push_back('=');
        std::visit(text_value{line}, f.value);
      }
    } else {
      const auto now = std::chrono::duration<double, std::milli>(std::chrono::system_clock::now().time_since_epoch());
      fmt::format_to(std::back_inserter(line), "{{\"ts\":{:.3f},\"caller\":\"{}:{}\",\"msg\":", now.count(),
                     folder_and_file(where.file_name()), where.line());
      append_quoted(line, message, true);
      if (err)
        append(line, ",\"err\":"), append_quoted(line, *err, true);
      else
        fmt::format_to(std::back_inserter(line), ",\"v\":{}", verbosity);
      for (const field& f : what) {
        line.push_back(',');
        append_quoted(line, f.key, true);
        line.push_back(':');
        std::visit(json_value{line}, f.value);
      }
      line.push_back('}');
    }
    const std::string_view text(line.data(), line.size());
    if (to) return to(context, text);
    if (const std::uint64_t dropped = lines->take_untold(); dropped > 0)
      write(spdlog::level::warn, 0, nullptr, "Lines of the log were dropped: nobody took them", {{"lines", dropped}},
            std::source_location::current());
    out->log(spdlog::source_loc{where.file_name(), static_cast<int>(where.line()), where.function_name()}, level,
             spdlog::string_view_t(text.data(), text.size()));
  }
};

log::log(log_format format, int verbosity) : verbosity_(verbosity), sink_(std::make_unique<sink>()) {
  sink_->format = format;
  sink_->lines = std::make_unique<line_writer>(STDERR_FILENO);
  sink_->out = std::make_unique<spdlog::logger>("", std::make_shared<stderr_sink>(*sink_->lines));
  sink_->out->set_pattern(format == log_format::text ? "%L%m%d %H:%M:%S.%f %7P %s:%#] %v" : "%v");
  sink_->out->set_level(spdlog::level::info);
}

log::log(log_format format, int verbosity, line_handler to, void* context)
    : verbosity_(verbosity), sink_(std::make_unique<sink>()) {
  sink_->format = format;
  sink_->to = to;
  sink_->context = context;
}

log::~log() {
  if (sink_->lines) sink_->lines->drain(parting_time);
}

void log::flush() const {
  if (sink_->lines) sink_->lines->flush();
}

std::uint64_t log::dropped() const { return sink_->lines ? sink_->lines->dropped() : 0; }

void log::info(int level, std::string_view message, fields what, std::source_location where) const {
  if (v(level)) sink_->write(spdlog::level::info, level, nullptr, message, what, where);
}

void log::warning(std::string_view message, fields what, std::source_location where) const {
  sink_->write(spdlog::level::warn, 0, nullptr, message, what, where);
}

void log::error(std::string_view err, std::string_view message, fields what, std::source_location where) const {
  sink_->write(spdlog::level::err, 0, &err, message, what, where);
}

}  // namespace berth::controller
