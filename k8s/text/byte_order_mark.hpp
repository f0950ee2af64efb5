#pragma once

#include <string>
#include <string_view>

/// What stands before a text to say how it is encoded. Windows' editors write one in front of UTF-8, and PowerShell's
/// `kubectl ... > file` writes UTF-16. Pure. Upstream: go.yaml.in/yaml/v2, readerc.go.
namespace berth::k8s {

/// The text as UTF-8 without its byte order mark: a view into `text`, or into `converted` where it was UTF-16. Half a
/// surrogate pair becomes U+FFFD. Without a mark the text is as it was.
std::string_view without_byte_order_mark(std::string_view text, std::string& converted);

}  // namespace berth::k8s
