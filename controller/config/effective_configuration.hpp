#pragma once

#include "controller/config/configuration.hpp"
#include "k8s/text/value.hpp"

#include <string>
#include <string_view>

/// What a configuration comes to, with every default written out: for `--write-config-to`.
///
/// As kube-scheduler writes it, and read by both of them to the same effect. Where berth's defaults differ from
/// kube-scheduler's (configuration.hpp), berth's are written, so that kube-scheduler does as berth does: qps -1,
/// percentageOfNodesToScore 100. Pure.
namespace berth::controller {

/// `document` is the file as it was read, or null where there is none; `merged` has flags over it. It was accepted.
k8s::value effective_configuration(const k8s::value& document, const scheduler_configuration& merged);

/// Private to config/: the arguments of a plugin of kube-scheduler's, with apiVersion, kind and defaults; what is given
/// to another plugin, as it is. Null where the plugin takes none.
k8s::value effective_arguments(std::string_view plugin, const k8s::value& given);

/// The member of a map, made where it is not there; a null one counts as absent.
k8s::value& member(k8s::value::map& of, std::string_view key);
/// Sets it where it is absent or null.
void set_default(k8s::value::map& of, std::string_view key, k8s::value fallback);

}  // namespace berth::controller
