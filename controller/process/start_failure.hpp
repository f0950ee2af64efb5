#pragma once

#include "controller/runtime/log.hpp"

#include <source_location>
#include <string>

namespace berth::controller {

/// Says on standard error why a command could not start, or had to end: one line, "PROGRAM: WHY". Whoever asked for a
/// log of JSON gets a line of JSON, as kube-scheduler writes it ("command failed"): what reads the log reads this too.
void report_start_failure(const std::string& program, log_format format, const std::string& why,
                          std::source_location where = std::source_location::current());

}  // namespace berth::controller
