#include "controller/commands/command_line.hpp"
#include "take_turns.hpp"

int main(int argc, char** argv) {
  scoring::registry plugins = scoring::default_registry();
  plugins.add("TakeTurns", scoring::make_plugin<take_turns>);
  return berth::controller::run_command_line(argc, argv, plugins);
}
