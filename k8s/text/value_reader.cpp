#include "k8s/text/value_reader.hpp"

#include "k8s/text/byte_order_mark.hpp"
#include "k8s/text/json.hpp"
#include "k8s/text/utf8.hpp"
#include "k8s/text/value_builder.hpp"
#include "k8s/text/yaml.hpp"
#include "k8s/text/yaml_scalar.hpp"

#include <fmt/format.h>

namespace berth::k8s {

namespace {

constexpr std::size_t max_bytes = 4 << 20;

/// JSON's events into a value_builder.
class json_to_value final : public json_sink {
 public:
  explicit json_to_value(duplicate_keys duplicates) : builder_(duplicates) {}

  bool null() override { return add(value()); }
  bool boolean(bool b) override { return add(value(b)); }
  bool string(std::string_view text) override { return sound(text) && add(value(std::string(text))); }
  bool number(std::string_view text) override {
    auto v = resolve_json_number(text);
    return v ? add(std::move(*v)) : fail(excerpt(text, 64) + " is out of range");
  }
  bool begin_object() override { return builder_.push_map(); }
  bool begin_list() override { return builder_.push_list(); }
  bool key(std::string_view name) override { return sound(name) && builder_.key(std::string(name)); }
  bool end_object() override { return end(); }
  bool end_list() override { return end(); }

  const std::string& problem() const { return problem_.empty() ? builder_.problem() : problem_; }
  value take() { return builder_.take(); }

 private:
  bool fail(std::string what) {
    problem_ = std::move(what);
    return false;
  }
  bool sound(std::string_view text) { return is_utf8(text) || fail("a lone surrogate"); }
  bool add(value v) {
    if (!builder_.charge(value_extent::of(v))) return false;
    builder_.attach(std::move(v));
    return true;
  }
  bool end() {
    builder_.attach(builder_.pop());
    return true;
  }

  value_builder builder_;
  std::string problem_;
};

bool looks_like_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '{' || text[first] == '[');
}

/// `is_syntax`: the text may yet be YAML in flow style.
result<value> read_json(std::string_view text, const std::string& name, duplicate_keys duplicates, bool& is_syntax) {
  json_to_value sink(duplicates);
  const auto fault = parse_json(text, sink);
  if (!fault) return sink.take();
  is_syntax = fault->why == json_fault::reason::syntax;
  return error{fault->why == json_fault::reason::depth ? errc::too_large : errc::malformed,
               fmt::format("{}: {}", text_position(text, name, fault->offset),
                           fault->what.empty() ? sink.problem() : fault->what)};
}

error too_large(const std::string& name) { return {errc::too_large, name + ": larger than 4 MiB"}; }

/// Not empty documents, all of them or the first.
result<std::vector<value>> read_documents(std::string_view bytes, const std::string& name, duplicate_keys duplicates,
                                          bool only_first) {
  if (bytes.size() > max_bytes) return too_large(name);
  std::string converted;
  const std::string_view text = without_byte_order_mark(bytes, converted);
  bool is_syntax = false;
  result<value> json = error{};
  if (looks_like_json(text)) {
    json = read_json(text, name, duplicates, is_syntax);
    if (json) return std::vector<value>{std::move(*json)};
    if (!is_syntax) return json.error();
  }
  std::vector<value> documents;
  const auto keep = [&](value document) {
    if (!document.is_null()) documents.push_back(std::move(document));
    return documents.empty() || !only_first;
  };
  const auto outcome = read_yaml(text, name, {.on_document = keep, .duplicates = duplicates});
  if (!outcome) return is_syntax ? json.error() : outcome.error();
  return documents;
}

}  // namespace

result<std::vector<value>> read_values(std::string_view text, std::string name) {
  return read_documents(text, name, duplicate_keys::refuse, false);
}

result<value> read_json_value(std::string_view text, std::string name) {
  if (text.size() > max_bytes) return too_large(name);
  bool is_syntax = false;
  return read_json(text, name, duplicate_keys::refuse, is_syntax);
}

result<value> read_value(std::string_view text, std::string name, duplicate_keys duplicates) {
  auto documents = read_documents(text, name, duplicates, true);
  if (!documents) return documents.error();
  return documents->empty() ? value() : std::move(documents->front());
}

}  // namespace berth::k8s
