#pragma once

#include "k8s/watch/reflector.hpp"
#include "k8s/watch/reflector_step.hpp"

#include <string>

/// URLs of lists, watches and single objects. Pure.
namespace berth::k8s {

std::string path_of(const collection& what, const reflector_action& action);
/// Of one object of a collection that is that of all namespaces, or of a kind that has none.
std::string path_of(const collection& what, const object_key& object);

}  // namespace berth::k8s
