#pragma once

#include <string>

/// Versions of objects, as the API server gives them: texts, in practice the numbers of etcd's revisions. Pure.
namespace berth::k8s {

/// Whether `a` is an older version than `b` of the same resource; false where either is no number. Upstream:
/// apimachinery/pkg/util/resourceversion.
bool older(const std::string& a, const std::string& b);

}  // namespace berth::k8s
