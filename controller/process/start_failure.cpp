#include "controller/process/start_failure.hpp"

#include <iostream>

namespace berth::controller {

void report_start_failure(const std::string& program, log_format format, const std::string& why,
                          std::source_location where) {
  if (format == log_format::json)
    log(format, 0).error(why, "command failed", {}, where);
  else
    std::cerr << program << ": " << why << std::endl;
}

}  // namespace berth::controller
