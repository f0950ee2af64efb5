#pragma once

#include "k8s/text/json_writer.hpp"
#include "k8s/text/value.hpp"

/// A neutral value as JSON. Pure.
namespace berth::k8s {

void write(json_writer& out, const value& v);

}  // namespace berth::k8s
