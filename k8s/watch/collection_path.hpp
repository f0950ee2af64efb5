#pragma once

#include "k8s/watch/reflector.hpp"
#include "k8s/watch/reflector_step.hpp"

#include <string>

/// The URL of a list or a watch. Pure.
namespace berth::k8s {

std::string path_of(const collection& what, const reflector_action& action);

}  // namespace berth::k8s
