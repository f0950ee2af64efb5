#pragma once

#include "k8s/text/value.hpp"

#include <string>

/// The journey that /debug/trace served, for people: a head and a table, one line a step. Pure.
namespace berth::controller {

/// Who the pod is, how far it has come, and the names of the columns.
std::string trace_head(const k8s::value& journey);
/// One line per step of the answer. Fields that are missing or of another kind are left out: it may come from a newer
/// berth.
std::string trace_lines(const k8s::value& journey);

/// Three digits and Go's units: "12.3µs", "5s", "1m5.2s".
std::string brief_duration(double seconds);

}  // namespace berth::controller
