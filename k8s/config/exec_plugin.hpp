#pragma once

#include "k8s/client.hpp"
#include "k8s/config/kubeconfig.hpp"

#include <chrono>
#include <string>

/// Runs a credential plugin: no shell, no standard input, our environment plus its own, at most 1 MiB of output, a
/// deadline after which it and what it started are killed; always reaped. Its standard error is ours, as in client-go.
///
/// On the caller's executor, which must be one strand. Cancelling kills the plugin.
namespace berth::k8s {

/// What it printed. `info` is $KUBERNETES_EXEC_INFO. Errors name the command: not to be found, an exit status, the
/// deadline.
task<result<std::string>> run_exec_plugin(exec_settings plugin, std::string info, std::chrono::milliseconds timeout);

}  // namespace berth::k8s
