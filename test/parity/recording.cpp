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

// The text of a member that is an object, braces included.
std::string_view object_member(std::string_view json, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":";
  const std::size_t from = json.find('{', json.find(key));
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
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) return json.substr(from, i + 1 - from);
  }
  throw std::runtime_error("no object " + key);
}

std::string text_of(const k8s::value& of, std::string_view field) {
  const k8s::value* v = of.find(field);
  return v != nullptr && v->as_string() != nullptr ? *v->as_string() : "";
}

std::vector<std::string> texts_of(const k8s::value& of, std::string_view field) {
  std::vector<std::string> out;
  if (const k8s::value* v = of.find(field); v != nullptr && v->as_list() != nullptr)
    for (const k8s::value& one : *v->as_list()) out.push_back(*one.as_string());
  std::sort(out.begin(), out.end());
  return out;
}

recorded_node node_of(const k8s::value& v) {
  recorded_node n;
  n.name = text_of(v, "name");
  n.feasible = *v.find("feasible")->as_bool();
  n.plugin = text_of(v, "plugin");
  n.code = text_of(v, "code");
  n.reasons = texts_of(v, "reasons");
  if (const k8s::value* scores = v.find("scores"))
    for (const auto& [plugin, score] : *scores->as_map()) n.scores[plugin] = *score.as_int();
  return n;
}

}  // namespace

recording read_recording(const std::filesystem::path& file) {
  const std::string text = inflate(file);
  const k8s::value document = k8s::read_value(text, file.string()).value();
  recording out;
  out.config = text_of(document, "config");
  out.cluster = k8s::read_cluster(object_member(text, "cluster"), file.string()).value();
  for (const k8s::value& v : *document.find("verdicts")->as_list()) {
    recorded_pod pod;
    pod.pod = text_of(v, "pod");
    pod.best = texts_of(v, "best");
    pod.message = text_of(v, "message");
    for (const k8s::value& n : *v.find("nodes")->as_list()) pod.nodes.push_back(node_of(n));
    out.verdicts.push_back(std::move(pod));
  }
  return out;
}

}  // namespace berth::test
