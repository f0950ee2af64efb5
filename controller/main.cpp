#include "controller/commands/command_line.hpp"

int main(int argc, char** argv) {
  return berth::controller::run_command_line(argc, argv, berth::scoring::default_registry());
}
