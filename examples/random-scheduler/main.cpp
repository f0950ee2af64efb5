#include "controller/commands/command_line.hpp"
#include "random_node.hpp"

int main(int argc, char** argv) {
  scoring::registry plugins = scoring::default_registry();
  plugins.add("RandomNode", scoring::make_plugin<random_node>);
  return berth::controller::run_command_line(argc, argv, plugins);
}
