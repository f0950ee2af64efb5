#pragma once

#include "controller/config/explain_options.hpp"
#include "k8s/client.hpp"
#include "k8s/codec/cluster_file.hpp"
#include "scoring/registry.hpp"

#include <iosfwd>

/// `berth explain pod NAMESPACE/NAME`: as for a dump, with the objects as the API server has them now.
namespace berth::controller {

/// Lists what a decision reads, one kind after another; nothing is watched, and nothing is written. Objects that are
/// malformed are left out and named. An error names the kind that could not be listed; so does one past 512 MiB in all.
k8s::task<k8s::result<k8s::cluster_objects>> list_cluster(k8s::client& api);

/// Returns the exit code, as run_explain does. The server is found as `berth run` finds it.
int run_explain_live(const explain_options& options, const scoring::registry& plugins, std::ostream& out,
                     std::ostream& err);

}  // namespace berth::controller
