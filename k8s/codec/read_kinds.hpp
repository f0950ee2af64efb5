#pragma once

#include <string_view>

/// The kinds of object that are read from files, and what is only named like one of them. Pure.
namespace berth::k8s {

/// Whether a kind of that name is read, but `api_version` names another group's: Longhorn's nodes have the names of the
/// cluster's. What names no group is taken for ours.
bool of_another_group(std::string_view kind, std::string_view api_version);

/// "Pod" for "pod" and "PODS", which no API server knows; "" where no kind that is read is meant.
std::string_view meant_by(std::string_view kind);

}  // namespace berth::k8s
