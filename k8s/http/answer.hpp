#pragma once

#include "k8s/encoded.hpp"
#include "k8s/error.hpp"
#include "k8s/http/response_reader.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What an answer means. Pure.
namespace berth::k8s {

/// An answer that is not a plain success, in one line beginning with `doing`: the server's own Status where it sent
/// one, else status and first words. HTML and redirects are unexpected_answer: no API server gives them.
error refusal(const response_head& head, std::string_view body, const std::string& doing);

/// Whether a success of this content type is one that an API server gives to who asked for JSON. Where there is no body
/// there need be no type.
bool plausible(const response_head& head);

/// The form in which a list or watch has begun; nothing where it has not (another status than 200), or in none that was
/// asked for: JSON always is, protobuf where `asked` says so.
std::optional<encoding> streamed_form(const response_head& head, encoding asked);

/// The error for a success whose content type is none of these.
error wrong_content(const response_head& head, std::string_view body, const std::string& doing);

}  // namespace berth::k8s
