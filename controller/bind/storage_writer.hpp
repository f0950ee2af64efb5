#pragma once

#include "k8s/client.hpp"
#include "scoring/effects.hpp"

/// Writes what PreBind plugins want written: a volume's spec.claimRef, a claim's annotation selected-node. A PATCH with
/// the object's resourceVersion, so that nobody else's change is overwritten. On the one strand.
namespace berth::controller {

/// Sends one, and says what the server answered. Throws only when it is cancelled. `api` outlives the call.
k8s::task<scoring::write_reply> write_storage(k8s::client& api, scoring::storage_write what);

}  // namespace berth::controller
