#pragma once

#include "k8s/api/pod.hpp"
#include "k8s/text/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Arguments of plugins, as the configuration file has them: a null value where it has none.
namespace berth::reference {

std::string text_in(const k8s::value& args, std::string_view field, std::string_view otherwise = "");
std::int64_t number_in(const k8s::value& args, std::string_view field, std::int64_t otherwise);
bool truth_in(const k8s::value& args, std::string_view field);
/// The list's strings.
std::vector<std::string> texts_in(const k8s::value& args, std::string_view field);

struct weighed_resource {
  std::string name;
  std::int64_t weight = 1;
};
/// cpu and memory, where there are none.
std::vector<weighed_resource> resources_in(const k8s::value& args);

/// A function of utilisation (0..100), by points between which it is linear.
struct shape_point {
  std::int64_t utilization;
  std::int64_t score;
};
/// Scores in the file are 0..10, here 0..100.
std::vector<shape_point> shape_in(const k8s::value& args);
/// Upstream: BuildBrokenLinearFunction.
std::int64_t value_at(const std::vector<shape_point>& shape, std::int64_t utilization);

/// A pod's fields, written as in a pod's spec: how `addedAffinity` and `defaultConstraints` are read.
k8s::pod_ptr pod_with(std::string_view field, const k8s::value& what);

}  // namespace berth::reference
