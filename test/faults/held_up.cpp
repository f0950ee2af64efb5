#include "controller/commands/command_line.hpp"
#include "scoring/make_plugin.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace scoring = berth::scoring;

namespace {

/// Holds the decision about a pod for as many seconds as its label `hold` says, as a plugin that should not would.
class hold final : public scoring::plugin, public scoring::pre_filter_plugin {
 public:
  std::string_view name() const override { return "Hold"; }
  scoring::pre_filter_result pre_filter(const scoring::pod_info& pod, const scoring::cluster&,
                                        scoring::cycle_state&) const override {
    if (const std::string* seconds = pod.spec().labels.find("hold")) {
      std::fputs("\"held\"\n", stderr);  // at once: what is logged through the cycle is written after this call
      std::this_thread::sleep_for(std::chrono::seconds(std::atoi(seconds->c_str())));
    }
    return {scoring::status::ok(), std::nullopt, false};
  }
};

}  // namespace

int main(int argc, char** argv) {
  scoring::registry plugins = scoring::default_registry();
  plugins.add("Hold", scoring::make_plugin<hold>);
  return berth::controller::run_command_line(argc, argv, plugins);
}
