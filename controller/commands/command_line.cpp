#include "controller/commands/command_line.hpp"

#include "controller/commands/app.hpp"
#include "controller/commands/explain_live.hpp"
#include "controller/commands/trace.hpp"
#include "controller/config/options.hpp"
#include "controller/offline/explain.hpp"
#include "controller/process/prepare_process.hpp"
#include "controller/webhook/extender_app.hpp"

#include <algorithm>
#include <iostream>
#include <string>

namespace berth::controller {

namespace {

// "my-scheduler" of "./build/my-scheduler".
std::string name_of(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.empty() ? "berth" : name;
}

}  // namespace

int run_command_line(int argc, char** argv, const scoring::registry& plugins) {
  open_standard_descriptors();
  const std::string program = name_of(argc > 0 ? argv[0] : "");
  try {
    const command what = parse_command_line({argv + std::min(argc, 1), argv + argc}, program);
    if (const auto* text = std::get_if<print_and_exit>(&what)) {
      std::cout << text->text << std::flush;
      return 0;
    }
    if (const auto* explain = std::get_if<explain_options>(&what))
      return explain->live ? run_explain_live(*explain, plugins, std::cout, std::cerr)
                           : run_explain(*explain, plugins, std::cout, std::cerr);
    if (const auto* trace = std::get_if<trace_options>(&what)) return run_trace(*trace, std::cout, std::cerr);
    prepare_process();
    if (const auto* extender = std::get_if<extender_options>(&what)) return run_extender(*extender, plugins);
    return run_scheduler(std::get<run_options>(what), plugins);
  } catch (const usage_error& e) {
    std::cerr << program << ": " << e.what() << std::endl;
    return e.exit_code;
  }
}

}  // namespace berth::controller
