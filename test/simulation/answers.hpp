#pragma once

#include "k8s/error.hpp"
#include "test/simulation/plan.hpp"
#include "test/support/memory_api/request.hpp"

#include <optional>
#include <string>

/// Answers of the API server as a client takes them, and as trouble makes them.
namespace berth::simulation {

/// The answer of whoever stands in the way, where the request is not carried out.
std::optional<memory_api::answer> answered_by_trouble(const std::optional<trouble>& t);
/// What becomes of an answer on its way back.
void spoil(memory_api::answer& a, const std::optional<trouble>& t);

bool is_success(const memory_api::answer& a);
bool is_list(const memory_api::answer& a);
/// The body was cut off, and the connection with it.
bool is_half(const memory_api::answer& a);
/// By k8s/http/answer.hpp.
k8s::error error_of(const memory_api::answer& a, const std::string& doing);

}  // namespace berth::simulation
