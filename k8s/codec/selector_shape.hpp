#pragma once

#include "k8s/api/selector.hpp"
#include "k8s/codec/json_shape.hpp"

/// Label and node selectors from JSON. Private to k8s/codec.
namespace berth::k8s {

extern const json_shape label_selector_shape;
extern const json_shape node_selector_shape;
extern const json_shape node_affinity_shape;

}  // namespace berth::k8s
