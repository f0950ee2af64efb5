#pragma once

#include "k8s/client.hpp"

#include <string>

namespace berth::controller {

/// Has the API server review what `body` asks: within 10 s, and once more where the connection was lost, since a review
/// changes nothing.
k8s::task<k8s::result<std::string>> ask_for_review(k8s::client& api, std::string path, std::string body);

}  // namespace berth::controller
