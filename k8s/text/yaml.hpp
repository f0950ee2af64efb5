#pragma once

#include "k8s/error.hpp"
#include "k8s/text/duplicate_keys.hpp"
#include "k8s/text/value.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

/// YAML texts to values: the one place where yaml-cpp is. Private to k8s/text.
///
/// Through the parser's events, never YAML::Node, which accepts duplicate keys and takes 75 times the text in memory.
/// Aliases are copies and are counted as such. Merge keys ("<<") are honoured as Kubernetes' YAML library does it: what
/// is merged is set where it stands, so that a key which the map has both before and after counts as given twice.
namespace berth::k8s {

struct yaml_handlers {
  /// Every document, empty ones as null. False: what follows is not read.
  std::function<bool(value document)> on_document;
  /// If given: the elements of a document's top-level list `items` come here one by one, with the line each begins in
  /// (from 1), and are left out of the document. The caps of value_builder then hold for each of them.
  std::function<void(value item, std::size_t line)> on_item = nullptr;
  duplicate_keys duplicates = duplicate_keys::refuse;
};

/// Errors begin with "NAME:LINE:COLUMN: ". What came before an error has been handed over.
result<void> read_yaml(std::string_view text, const std::string& name, const yaml_handlers& handlers);

/// "NAME:LINE:COLUMN", both from 1, of a byte of the text.
std::string text_position(std::string_view text, const std::string& name, std::size_t offset);

}  // namespace berth::k8s
