#pragma once

#include "k8s/api/value.hpp"

#include <string>
#include <string_view>

/// Small JSON texts of our own making, where no struct stands behind them. Pure.
namespace berth::k8s {

/// A quoted string. Control characters are escaped; the text must be UTF-8.
void append_json_string(std::string& out, std::string_view text);
void append_json(std::string& out, const value& v);

}  // namespace berth::k8s
