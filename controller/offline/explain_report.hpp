#pragma once

#include "controller/offline/explain_pods.hpp"

#include <iosfwd>
#include <vector>

/// Judgements as people and programs read them.
namespace berth::controller {

/// The stable form: an array with one entry for each pod (docs/explain.md, "JSON").
void write_json(std::ostream& out, const std::vector<pod_judgement>& pods);

/// For each pod a verdict, then its nodes grouped by what they said, then the scores of the best few.
void write_text(std::ostream& out, const std::vector<pod_judgement>& pods);

}  // namespace berth::controller
