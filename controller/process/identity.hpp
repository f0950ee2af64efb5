#pragma once

#include <cstdint>
#include <string>

/// Who this process is, among the replicas that there are.
namespace berth::controller {

/// "localhost" where it cannot be told.
std::string host_name();
/// From the machine's source of randomness.
std::uint64_t fresh_random();
/// Who we are to the lease: the host's name and a fresh uuid, as upstream. Never the same twice.
std::string identity_of(const std::string& host);

}  // namespace berth::controller
