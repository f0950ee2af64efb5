#pragma once

#include "k8s/text/keyed_hash.hpp"

/// A hash map by name that is asked with string_views, without making strings of them.
namespace berth::scoring {

template <class T>
using name_map = k8s::text_map<T>;

}  // namespace berth::scoring
