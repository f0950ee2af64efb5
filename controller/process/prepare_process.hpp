#pragma once

/// What a process that runs for long does before anything else, so that it comes through what would end or harm others.
namespace berth::controller {

/// Descriptors 0 to 2 that are closed are opened on /dev/null: else the next socket would be standard error, and the
/// log be written to the API server. For every command.
void open_standard_descriptors() noexcept;

/// A peer that closes its end is an error of one write, and no signal; the soft limit of open files is raised to the
/// hard one; memory that cannot be had ends the process at once, with one line and exit code 1, since no destructor
/// could be relied on. For commands that run until they are told to stop.
void prepare_process() noexcept;

}  // namespace berth::controller
