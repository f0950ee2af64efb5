#pragma once

#include "test/support/memory_api/json.hpp"

#include <string>
#include <string_view>

/// What an API server does to pods: defaults, what may be changed, and binding.
///
/// Upstream: pkg/apis/core/v1/defaults.go, pkg/registry/core/pod/strategy.go and storage/storage.go, the validation in
/// pkg/apis/core/validation, and of the admission plugins ServiceAccount and DefaultTolerationSeconds.
namespace berth::memory_api {

/// Defaults of a PodSpec, in a pod or in a workload's template.
void default_pod_spec(json& spec);

/// A pod that was just sent: defaults, a fresh status. Throws a refusal for one without containers.
void prepare_new_pod(json& pod, std::string_view now);

/// Throws a refusal (422) where the spec changed in more than the fields that may change.
void check_pod_update(const json& pod, const json& old);

/// What a status that was sent lacks is filled. Throws a refusal (422) where a bound pod is nominated for a node.
void check_status_update(json& pod, const json& old);

/// Sets a condition by its type, with lastTransitionTime where the status changed.
void set_condition(json& object, std::string_view type, std::string_view status, std::string_view reason,
                   std::string_view message, std::string_view now);

/// The pod as it is shown once more before it is gone: it ends at once, as where no kubelet has to stop it.
json terminating(json pod, std::string_view now);

/// The pod as a Binding makes it. Throws a refusal: 400, 409 or 422.
json bound(json pod, const json& binding, std::string_view now);

}  // namespace berth::memory_api
