#include "test/parity/recording.hpp"

#include "k8s/text/value_reader.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace berth::test {

namespace {

std::string inflate(const std::filesystem::path& file) {
  gzFile in = gzopen(file.c_str(), "rb");
  if (in == nullptr) throw std::runtime_error(file.string() + ": cannot be opened");
  std::string text;
  char block[65536];
  int got = 0;
  while ((got = gzread(in, block, sizeof block)) > 0) text.append(block, static_cast<std::size_t>(got));
  const bool whole = gzclose(in) == Z_OK && got == 0;
  if (!whole) throw std::runtime_error(file.string() + ": is no whole gzip file");
  return text;
}

// The end of the value that begins at `from`: behind its closing bracket, or before the comma or bracket that follows.
std::size_t end_of_value(std::string_view json, std::size_t from) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = from; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    quoted = c == '"';
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return i;
      if (--depth == 0) return i + 1;
    }
    if (c == ',' && depth == 0) return i;
  }
  throw std::runtime_error("a JSON value without an end");
}

constexpr auto between_values = " \t\r\n,";

// The members of an object or the elements of a list as text; an element has no name. The whole may be far larger than
// what k8s::read_value takes, its parts are not.
std::vector<std::pair<std::string, std::string_view>> parts_of(std::string_view json) {
  std::vector<std::pair<std::string, std::string_view>> parts;
  const std::size_t open = json.find_first_of("{[");
  if (open == std::string_view::npos) throw std::runtime_error("neither a JSON object nor a list");
  for (std::size_t at = json.find_first_not_of(between_values, open + 1);
       at != std::string_view::npos && json[at] != '}' && json[at] != ']';
       at = json.find_first_not_of(between_values, at)) {
    std::string name;
    if (json[open] == '{') {
      const std::size_t end = json.find('"', at + 1);
      name = json.substr(at + 1, end - at - 1);
      at = json.find_first_not_of(" \t\r\n:", end + 1);
    }
    const std::size_t end = end_of_value(json, at);
    parts.emplace_back(std::move(name), json.substr(at, end - at));
    at = end;
  }
  return parts;
}

std::string text_of(const k8s::value& of, std::string_view field) {
  const k8s::value* v = of.find(field);
  return v != nullptr && v->as_string() != nullptr ? *v->as_string() : "";
}

std::vector<std::string> texts_of(const k8s::value* v) {
  std::vector<std::string> texts;
  if (v != nullptr && v->as_list() != nullptr)
    for (const k8s::value& one : *v->as_list()) texts.push_back(*one.as_string());
  return texts;
}

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

recorded_node node_of(const k8s::value& v) {
  recorded_node n;
  n.name = text_of(v, "name");
  n.feasible = *v.find("feasible")->as_bool();
  n.plugin = text_of(v, "plugin");
  n.code = text_of(v, "code");
  n.reasons = sorted(texts_of(v.find("reasons")));
  if (const k8s::value* scores = v.find("scores"))
    for (const auto& [plugin, score] : *scores->as_map()) n.scores[plugin] = *score.as_int();
  if (const k8s::value* total = v.find("total")) n.total = *total->as_int();
  return n;
}

recorded_pod pod_of(const k8s::value& v) {
  recorded_pod pod;
  pod.pod = text_of(v, "pod");
  pod.best = sorted(texts_of(v.find("best")));
  pod.message = text_of(v, "message");
  pod.error = text_of(v, "error");
  pod.errors = texts_of(v.find("errors"));
  pod.panic = text_of(v, "panic");
  pod.held = text_of(v, "held");
  pod.nominated = texts_of(v.find("nominated"));
  if (const k8s::value* victims = v.find("victims"))
    for (const auto& [node, pods] : *victims->as_map()) pod.victims[node] = texts_of(&pods);
  if (const k8s::value* wakes = v.find("wakes"))
    for (const k8s::value& one : *wakes->as_list()) pod.wakes.push_back(*one.as_bool());
  for (const k8s::value& n : *v.find("nodes")->as_list()) pod.nodes.push_back(node_of(n));
  return pod;
}

recorded_event event_of(std::string_view json) {
  std::string_view before, after;
  for (const auto& [member, object] : parts_of(json)) (member == "old" ? before : after) = object;
  return parse_event(before, after);
}

}  // namespace

recording parse_recording(std::string_view text, const std::string& name) {
  recording read;
  for (const auto& [member, json] : parts_of(text)) {
    if (member == "cluster") {
      read.cluster = k8s::read_cluster(json, name).value();
    } else if (member == "config" && json.starts_with('{')) {
      read.config_text = json;
    } else if (member == "config") {
      const k8s::value config = k8s::read_json_value(json, name).value();
      if (config.as_string() != nullptr) read.config = *config.as_string();
    } else if (member == "events" && json != "null") {
      for (const auto& [unnamed, event] : parts_of(json)) read.events.push_back(event_of(event));
    } else if (member == "verdicts") {
      for (const auto& [unnamed, verdict] : parts_of(json))
        read.verdicts.push_back(pod_of(k8s::read_json_value(verdict, name).value()));
    }
  }
  return read;
}

recording read_recording(const std::filesystem::path& file) { return parse_recording(inflate(file), file.string()); }

}  // namespace berth::test
