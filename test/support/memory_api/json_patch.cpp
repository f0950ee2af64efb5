#include "test/support/memory_api/patch.hpp"
#include "test/support/memory_api/refusal.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <vector>

namespace berth::memory_api {

namespace {

refusal cannot_apply(std::string why) {
  return {422, "Invalid", fmt::format("the server rejected our request due to an error in our request: {}", why)};
}

std::vector<std::string> pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/')
    throw bad_request(fmt::format("json patch: path \"{}\" does not begin with /", text));
  std::vector<std::string> tokens;
  while (!text.empty()) {
    text.remove_prefix(1);
    const auto slash = text.find('/');
    std::string token(text.substr(0, slash));
    for (auto at = token.find('~'); at != std::string::npos; at = token.find('~', at + 1)) {
      if (at + 1 < token.size()) token.replace(at, 2, token[at + 1] == '1' ? "/" : "~");
    }
    tokens.push_back(std::move(token));
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  }
  return tokens;
}

/// The index that a token means in an array of that size; the size itself for "-".
std::size_t index_in(const std::string& token, std::size_t size, std::string_view path) {
  if (token == "-") return size;
  std::size_t index = 0;
  const auto [end, problem] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (problem != std::errc() || end != token.data() + token.size() || index > size) {
    throw cannot_apply(fmt::format("path \"{}\" has no such index", path));
  }
  return index;
}

json* child(json& of, const std::string& token, std::string_view path) {
  if (!of.is_array()) return of.find(token);
  const auto index = index_in(token, of.items().size(), path);
  return index < of.items().size() ? &of.make_items()[index] : nullptr;
}

/// The value that holds the last token of a path.
json& parent(json& root, const std::vector<std::string>& tokens, std::string_view path) {
  json* at = &root;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    at = child(*at, tokens[i], path);
    if (at == nullptr) throw cannot_apply(fmt::format("path \"{}\" does not exist", path));
  }
  return *at;
}

const json& get(json& root, std::string_view path) {
  const auto tokens = pointer(path);
  if (tokens.empty()) return root;
  const json* found = child(parent(root, tokens, path), tokens.back(), path);
  if (found == nullptr) throw cannot_apply(fmt::format("path \"{}\" does not exist", path));
  return *found;
}

void add(json& root, std::string_view path, json value) {
  const auto tokens = pointer(path);
  if (tokens.empty()) {
    root = std::move(value);
    return;
  }
  json& holder = parent(root, tokens, path);
  if (holder.is_array()) {
    auto& items = holder.make_items();
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(index_in(tokens.back(), items.size(), path)),
                 std::move(value));
  } else {
    holder[tokens.back()] = std::move(value);
  }
}

void remove(json& root, std::string_view path) {
  get(root, path);
  const auto tokens = pointer(path);
  if (tokens.empty()) throw cannot_apply("the whole object cannot be removed");
  json& holder = parent(root, tokens, path);
  if (holder.is_array()) {
    auto& items = holder.make_items();
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(index_in(tokens.back(), items.size(), path)));
  } else {
    holder.erase(tokens.back());
  }
}

}  // namespace

json json_patched(json object, const json& operations) {
  if (!operations.is_array()) throw bad_request("a JSON patch is a list of operations");
  for (const json& operation : operations.items()) {
    const std::string_view op = operation["op"].string();
    const std::string_view path = operation["path"].string();
    if (op == "add") {
      add(object, path, operation["value"]);
    } else if (op == "remove") {
      remove(object, path);
    } else if (op == "replace") {
      remove(object, path);
      add(object, path, operation["value"]);
    } else if (op == "test") {
      if (!(get(object, path) == operation["value"])) throw cannot_apply(fmt::format("testing value {} failed", path));
    } else if (op == "copy" || op == "move") {
      json value = get(object, operation["from"].string());
      if (op == "move") remove(object, operation["from"].string());
      add(object, path, std::move(value));
    } else {
      throw bad_request(fmt::format("json patch: unknown operation \"{}\"", op));
    }
  }
  return object;
}

}  // namespace berth::memory_api
