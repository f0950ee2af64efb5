#pragma once

#include "controller/access/serving_options.hpp"
#include "controller/config/flag.hpp"

#include <vector>

namespace berth::controller {

/// kube-scheduler's flags of secure serving, authentication and authorization, those that have an effect here. The
/// options outlive the parse.
std::vector<flag> serving_flags(serving_options& o);

}  // namespace berth::controller
