#pragma once

#include "k8s/client.hpp"
#include "scoring/effects.hpp"

/// Writes what PreBind plugins want written into volumes and claims.
namespace berth::controller {

/// Sends it. Never throws but when cancelled. `api` outlives the call.
k8s::task<scoring::write_reply> write_storage(k8s::client& api, scoring::storage_write what);

}  // namespace berth::controller
