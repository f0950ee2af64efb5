#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What to say about a word on the command line that means nothing here.
namespace berth::controller {

/// Why a flag of kube-scheduler's is not accepted, and what to do; nothing where kube-scheduler has no such flag.
std::optional<std::string> why_refused(std::string_view flag);

/// The nearest of the words, "" where none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& words);

}  // namespace berth::controller
