#pragma once

#include "scoring/registry.hpp"

/// The whole program behind a `main`: a scheduler of one's own is berth's plugins, one's own added to them, and this.
///
///   int main(int argc, char** argv) {
///     auto plugins = berth::scoring::default_registry();
///     plugins.add("Mine", berth::scoring::make_plugin<mine>);
///     return berth::controller::run_command_line(argc, argv, plugins);
///   }
namespace berth::controller {

/// Does what the command line says: run, explain, simulate, trace, version (see `berth --help`). Returns the exit code;
/// what is wrong is told on standard error in one line. In help, version and errors the program goes by its file's name
/// (argv[0]). Call it once, from `main`; it handles signals.
int run_command_line(int argc, char** argv, const scoring::registry& plugins);

}  // namespace berth::controller
