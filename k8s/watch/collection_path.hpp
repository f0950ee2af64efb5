#pragma once

#include "k8s/watch/reflector.hpp"
#include "k8s/watch/reflector_step.hpp"

#include <string>

/// URLs of lists and watches. Pure.
namespace berth::k8s {

std::string path_of(const collection& what, const reflector_action& action);
/// Of a list that holds one object of the collection, or none. A list, for who may list and watch need not have the
/// right to get.
std::string path_of(const collection& what, const object_key& object);

}  // namespace berth::k8s
