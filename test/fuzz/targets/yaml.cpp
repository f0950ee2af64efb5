#include "k8s/text/json_of_value.hpp"
#include "k8s/text/value_reader.hpp"
#include "k8s/text/yaml_writer.hpp"
#include "test/fuzz/fuzz.hpp"

#include <cmath>
#include <string>

/// A document, written as YAML or JSON, is the same document.
namespace berth::fuzz {

namespace {

/// Numbers may change their form: 1.0 is written as 1.
bool same(const k8s::value& a, const k8s::value& b) {
  const auto number = [](const k8s::value& v) {
    const auto* i = v.as_int();
    const auto* d = v.as_double();
    return i != nullptr ? static_cast<double>(*i) : d != nullptr ? *d : std::nan("");
  };
  if (a == b) return true;
  if (a.as_double() != nullptr || b.as_double() != nullptr) return number(a) == number(b);
  if (a.as_list() != nullptr && b.as_list() != nullptr) {
    if (a.as_list()->size() != b.as_list()->size()) return false;
    for (std::size_t i = 0; i < a.as_list()->size(); ++i)
      if (!same((*a.as_list())[i], (*b.as_list())[i])) return false;
    return true;
  }
  if (a.as_map() == nullptr || b.as_map() == nullptr || a.as_map()->size() != b.as_map()->size()) return false;
  for (const auto& [key, member] : *a.as_map()) {  // written in another order
    const k8s::value* other = b.find(key);
    if (other == nullptr || !same(member, *other)) return false;
  }
  return true;
}

}  // namespace

void yaml(std::string_view bytes) {
  const auto document = k8s::read_value(bytes, "f", k8s::duplicate_keys::last_wins);
  if (!document) return check(document.error());
  const std::string text = k8s::yaml_of(*document);
  const auto again = k8s::read_value(text, "f");
  promise(again.has_value(), "what is written is read");
  promise(same(*again, *document), "what is written says the same");
  k8s::json_writer out;
  k8s::write(out, *document);
  const auto json = k8s::read_json_value(out.take(), "f");
  promise(json && same(*json, *document), "and so it does in JSON");
}

}  // namespace berth::fuzz
