#pragma once

#include "test/support/memory_api/watch.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

/// A request as the API sees it, and what it answers: no sockets.
namespace berth::memory_api {

struct resource;

struct request {
  std::string method;
  std::string target;  ///< path and query, as sent
  std::string accept;
  std::string content_type;
  std::string body;
};

struct answer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  int retry_after = -1;  ///< seconds; -1: not said
  /// Set for a watch: the body is streamed.
  std::optional<watch_request> watching;
};

answer document(const json& content, int status = 200);

/// What a path names: /api/v1/namespaces/NS/pods/NAME/binding.
struct target {
  const resource* of = nullptr;
  std::string in_namespace;
  std::string name;
  std::string subresource;
  std::map<std::string, std::string, std::less<>> query;

  std::string_view parameter(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::int64_t number(std::string_view name, std::int64_t otherwise) const;
};

/// Splits path and query, undoing %-escapes. `of` is nullptr where the path names no resource.
target parse_target(std::string_view path, std::string_view query);

/// What `Accept` asks for; throws a refusal (406) where JSON will not do.
std::optional<table_request> parse_accept(std::string_view accept, std::string_view include_object);

}  // namespace berth::memory_api
