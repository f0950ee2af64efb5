#pragma once

#include <optional>
#include <string>
#include <string_view>

/// What `kubectl` prints, cut into the documents that it is: JSON ones follow each other with or without a separator
/// (`kubectl cluster-info dump`, `kubectl get -w -o json`, JSON lines of jq), YAML ones are told apart by their reader.
/// Pure; the pieces are views into the text.
namespace berth::k8s {

struct document_piece {
  std::string_view text;
  /// Exactly one JSON object, or one list of them, if it is well-formed; else all of the rest, which may be YAML.
  bool is_json = false;
};

/// Takes the next piece off the text; nothing at its end.
std::optional<document_piece> take_document(std::string_view& text);

/// `kubectl cluster-info dump` prints the logs of containers behind its objects, between lines that say so: the text
/// without them, a view into it or into `kept`.
std::string_view without_logs(std::string_view text, std::string& kept);

}  // namespace berth::k8s
