#include "controller/commands/trace_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

namespace berth::controller {

namespace {

constexpr const char* row = "{:<10}{:<12}{:<10}{}\n";

std::string_view text(const k8s::value& of, std::string_view field) {
  const k8s::value* v = of.find(field);
  const std::string* s = v == nullptr ? nullptr : v->as_string();
  return s == nullptr ? std::string_view() : *s;
}

double number(const k8s::value& of, std::string_view field) {
  const k8s::value* v = of.find(field);
  if (v == nullptr) return 0;
  if (const double* d = v->as_double()) return *d;
  const std::int64_t* i = v->as_int();
  return i == nullptr ? 0 : static_cast<double>(*i);
}

std::int64_t whole(const k8s::value& of, std::string_view field) {
  return static_cast<std::int64_t>(number(of, field));
}

// The last column.
std::string outcome(const k8s::value& step, std::string_view what) {
  const std::string_view by = text(step, "plugins");
  if (what == "queued") {
    const std::string to = fmt::format("{}: {}", text(step, "queue"), text(step, "event"));
    if (by.empty()) return to;
    return fmt::format("{}, by {}: {}", to, by, text(step, "message"));
  }
  if (what == "attempt") return "taken from the queue";
  if (what == "assumed")
    return fmt::format("{}: {} of {} nodes fit", text(step, "node"), whole(step, "feasibleNodes"),
                       whole(step, "evaluatedNodes"));
  if (what == "waiting")
    return fmt::format("in Permit, for {}, at most {}", by, brief_duration(number(step, "timeout")));
  if (what == "allowed") return fmt::format("by {}", by);
  if (what == "refused")
    return by.empty() ? std::string(text(step, "message")) : fmt::format("by {}: {}", by, text(step, "message"));
  if (what == "failed") return std::string(text(step, "message"));
  if (what == "bound") return fmt::format("to {}", text(step, "node"));
  if (what == "elsewhere") return fmt::format("bound to {} by somebody else", text(step, "node"));
  if (what == "deleted") return "the pod is gone, or has come to its end";
  if (what == "rejected") return fmt::format("by the node's kubelet: {}", text(step, "message"));
  return std::string(text(step, "code"));
}

}  // namespace

std::string brief_duration(double seconds) {
  if (seconds <= 0) return "0s";
  const auto three = [](double v) {
    const int digits = v >= 99.95 ? 0 : v >= 9.995 ? 1 : 2;
    std::string s = fmt::format("{:.{}f}", v, digits);
    if (digits > 0) {
      s.erase(s.find_last_not_of('0') + 1);
      if (s.back() == '.') s.pop_back();
    }
    return s;
  };
  if (seconds < 999.5e-9) return three(seconds * 1e9) + "ns";
  if (seconds < 999.5e-6) return three(seconds * 1e6) + "µs";
  if (seconds < 999.5e-3) return three(seconds * 1e3) + "ms";
  const double tenths = std::round(seconds * 10) / 10;
  if (tenths < 60) return three(seconds) + "s";
  const auto minutes = static_cast<std::int64_t>(tenths / 60);
  const std::string rest = three(tenths - static_cast<double>(minutes) * 60) + "s";
  if (minutes < 60) return fmt::format("{}m{}", minutes, rest);
  return fmt::format("{}h{}m", minutes / 60, minutes % 60);
}

std::string trace_head(const k8s::value& journey) {
  const std::string_view node = text(journey, "node");
  const k8s::value* complete = journey.find("complete");
  const bool cut = complete != nullptr && complete->as_bool() != nullptr && !*complete->as_bool();
  std::string state(text(journey, "state"));
  if (!node.empty()) state += fmt::format(" to {}", node);
  if (const std::string_view by = text(journey, "plugins"); !by.empty())
    state += fmt::format(" by {}: {}", by, text(journey, "message"));
  std::string out = fmt::format("Pod:        {}\nUID:        {}\nScheduler:  {}\nState:      {}\nAttempts:   {}\n",
                                text(journey, "pod"), text(journey, "uid"), text(journey, "scheduler"), state,
                                whole(journey, "attempts"));
  if (cut) out += "            The first steps are no longer kept.\n";
  return out + "\n" + fmt::format(row, "AT", "STEP", "TOOK", "OUTCOME");
}

std::string trace_lines(const k8s::value& journey) {
  const k8s::value* steps = journey.find("steps");
  std::string out;
  if (steps == nullptr || steps->as_list() == nullptr) return out;
  for (const k8s::value& step : *steps->as_list()) {
    const std::string_view what = text(step, "step");
    const std::string name = what == "attempt" ? fmt::format("attempt {}", whole(step, "attempt")) : std::string(what);
    const std::string took = step.find("took") == nullptr ? "-" : brief_duration(number(step, "took"));
    out += fmt::format(row, brief_duration(number(step, "at")), name, took, outcome(step, what));
  }
  return out;
}

}  // namespace berth::controller
