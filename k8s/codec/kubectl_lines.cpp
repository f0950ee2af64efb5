#include "k8s/codec/kubectl_lines.hpp"

#include "k8s/text/utf8.hpp"

#include <algorithm>
#include <array>

namespace berth::k8s {

namespace {

constexpr std::size_t max_errors = 16;
constexpr std::size_t shown_bytes = 256;

// Upstream: kubectl/pkg/cmd/util/helpers.go, and client-go's warnings and throttling.
constexpr std::array<std::string_view, 5> remarks = {"Warning: ", "Flag --", "No resources found",
                                                     "Throttling request took ", "Cluster info dumped to "};
constexpr std::array<std::string_view, 5> complaints = {
    "Error from server", "error: ", "Error: ", "The connection to the server ", "Unable to connect to the server"};

template <class Words>
bool begins_with_one_of(std::string_view line, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return line.starts_with(word); });
}

/// "I1119 10:00:00.000000      12 request.go:697] ...".
bool is_log_line(std::string_view line) {
  const auto digits = [&](std::size_t from, std::size_t count) {
    return line.size() >= from + count && std::all_of(line.begin() + static_cast<std::ptrdiff_t>(from),
                                                      line.begin() + static_cast<std::ptrdiff_t>(from + count),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  };
  return !line.empty() && std::string_view("IWEF").find(line[0]) != std::string_view::npos && digits(1, 4) &&
         line.substr(5, 1) == " " && digits(6, 2) && line.find("] ") != std::string_view::npos;
}

}  // namespace

std::string_view without_kubectl_lines(std::string_view text, std::string& kept, std::vector<kubectl_error>& errors) {
  constexpr std::string_view beginnings = "CEFINTUWe";
  std::size_t copied = 0;  // of the text, into `kept`
  std::size_t line_number = 0;
  for (std::size_t at = 0; at < text.size();) {
    ++line_number;
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (!line.empty() && beginnings.find(line[0]) != std::string_view::npos) {
      const bool complaint = begins_with_one_of(line, complaints);
      if (complaint && errors.size() < max_errors) errors.push_back({line_number, excerpt(line, shown_bytes)});
      if (complaint || begins_with_one_of(line, remarks) || is_log_line(line)) {
        kept.append(text.substr(copied, at - copied));
        copied = end;
      }
    }
    at = end + 1;
  }
  if (copied == 0) return text;
  kept.append(text.substr(copied));
  return kept;
}

}  // namespace berth::k8s
