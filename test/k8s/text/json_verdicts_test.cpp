#include "k8s/api/time.hpp"
#include "k8s/codec/decode.hpp"
#include "k8s/text/json.hpp"
#include "k8s/text/utf8.hpp"
#include "k8s/text/value_builder.hpp"
#include "k8s/text/value_reader.hpp"
#include "k8s/text/yaml_scalar.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// What Go makes of nasty texts (json_verdicts/main.go), and what is made of them here. Whoever changes a list of
/// differences changes the table of docs/reliability.md too.
using namespace berth::k8s;

namespace {

/// A document as a tree, by the rules that Go's decoder has for values of no particular type.
class tree_sink final : public json_sink {
 public:
  bool null() override { return add(value()); }
  bool boolean(bool b) override { return add(value(b)); }
  bool string(std::string_view text) override { return is_utf8(text) && add(value(std::string(text))); }
  bool number(std::string_view text) override {
    auto v = resolve_json_number(text);
    return v && add(std::move(*v));
  }
  bool begin_object() override { return builder_.push_map(); }
  bool begin_list() override { return builder_.push_list(); }
  bool key(std::string_view name) override { return is_utf8(name) && builder_.key(std::string(name)); }
  bool end_object() override { return add(builder_.pop()); }
  bool end_list() override { return add(builder_.pop()); }
  value take() { return builder_.take(); }

 private:
  bool add(value v) { return builder_.attach(std::move(v)), true; }
  value_builder builder_{duplicate_keys::last_wins};
};

/// Takes anything.
struct any_sink final : json_sink {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number(std::string_view) override { return true; }
  bool string(std::string_view) override { return true; }
  bool begin_object() override { return true; }
  bool key(std::string_view) override { return true; }
  bool end_object() override { return true; }
  bool begin_list() override { return true; }
  bool end_list() override { return true; }
};

bool is_json(const std::string& text) {
  any_sink sink;
  return !parse_json(text, sink);
}

std::optional<value> tree_of(const std::string& text) {
  tree_sink sink;
  if (parse_json(text, sink)) return std::nullopt;
  return sink.take();
}

value sorted(const value& v) {
  if (const auto* list = v.as_list()) {
    value::list out;
    for (const value& e : *list) out.push_back(sorted(e));
    return out;
  }
  const auto* map = v.as_map();
  if (map == nullptr) return v;
  value::map out;
  for (const auto& [key, member] : *map) out.emplace_back(key, sorted(member));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

/// The bytes that a text of characters U+0000 to U+00FF stands for.
std::string latin1(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    out += c < 0x80 ? text[i] : static_cast<char>((c & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F));
  }
  return out;
}

struct row {
  std::string name, text, mended;
  value verdict;
  std::string word(std::string_view field) const {
    const value* v = verdict.find(field);
    return v == nullptr ? "" : *v->as_string();
  }
};

std::vector<row> rows() {
  std::ifstream file(BERTH_JSON_VERDICTS_FILE);
  std::vector<row> all;
  for (std::string line; std::getline(file, line);) {
    const value verdict = read_json_value(line, "verdicts.jsonl").value();
    row r{*verdict.find("name")->as_string(), latin1(*verdict.find("text")->as_string()), "", verdict};
    r.mended = r.text;
    mend_json(r.mended);
    all.push_back(std::move(r));
  }
  return all;
}

std::string shown(const pod& p) {
  std::string out = p.key.text() + " " + p.uid + " " + p.node_name + " " + std::to_string(p.generation) + " " +
                    std::to_string(p.spec->priority) + " " + (p.created ? format_micro_time(*p.created) : "");
  for (const auto& [key, text] : p.spec->labels) out += " " + key + "=" + text;
  for (const container& c : p.spec->containers) out += " " + c.name;
  for (const container& c : p.spec->containers)
    if (const quantity* cpu = c.requests.find("cpu")) out += " cpu " + cpu->text();
  return out;
}

/// The same of what Go read. An API server's defaults are set here: the namespace, amounts in whole thousandths.
std::string shown_by_go(const value& pod) {
  const auto text = [&](std::string_view field) { return *pod.find(field)->as_string(); };
  const auto number = [&](std::string_view field) { return std::to_string(*pod.find(field)->as_int()); };
  const std::string ns = text("namespace");
  std::string out = (ns.empty() ? "default" : ns) + "/" + text("name") + " " + text("uid") + " " + text("node") + " " +
                    number("generation") + " " + number("priority") + " " + text("created");
  const value labels = sorted(*pod.find("labels"));
  if (labels.as_map() != nullptr)
    for (const auto& [key, member] : *labels.as_map()) out += " " + key + "=" + *member.as_string();
  for (const value& c : *pod.find("containers")->as_list()) out += " " + *c.as_string();
  if (const std::string cpu = text("cpu"); !cpu.empty())
    out += " cpu " + quantity::parse(cpu).value().rounded_to_milli().text();
  return out;
}

using names = std::set<std::string>;

/// Deeper than max_json_depth, or numbers whose digits or exponent alone are beyond a double, though their value is
/// not.
const names tree_refused_here_alone{"number_56", "number_57", "number_94", "depth_02",
                                    "depth_03",  "depth_05",  "depth_09"};
/// Numbers beyond a double, which Go too refuses once it needs their value.
const names too_large{"number_52", "number_53", "number_54", "number_55", "number_82",     "number_86",
                      "number_87", "number_91", "number_92", "number_93", "pod_amounts_39"};
/// Times that are not of RFC 3339 ("T3:04", ",5", "+24:00", a year before 0), and an amount of 1e400 without quotes.
const names pod_refused_here_alone{"pod_types_26", "pod_types_27", "pod_types_34", "pod_types_36", "pod_amounts_39"};
/// What is in fields that are not read, and amounts written with escapes.
const names pod_accepted_here_alone{"pod_spec_23", "pod_spec_29", "pod_amounts_46", "pod_amounts_47"};
/// A field that is there twice. Here null changes nothing and lists and maps take another's place; in Go null empties
/// maps and pointers, maps are joined, and elements of the first list show where the second has nothing to say.
const names pod_read_otherwise{"pod_twice_03", "pod_twice_05", "pod_twice_08", "pod_twice_13"};

}  // namespace

TEST_CASE("JSON beside Go: what is JSON to Go is JSON here, once mended, but for what is listed") {
  const auto all = rows();
  CHECK(all.size() == 524);
  for (const row& r : all) {
    CAPTURE(r.name);
    const std::string go = r.word("syntax");
    CAPTURE(go);
    const bool here = is_json(r.mended);
    CHECK((go.empty() && !here) == (too_large.contains(r.name) || tree_refused_here_alone.contains(r.name)));
    CHECK_FALSE((!go.empty() && here));
  }
}

TEST_CASE("JSON beside Go: what Go reads a text as it is read as here, once mended") {
  for (const row& r : rows()) {
    CAPTURE(r.name);
    const std::string go = r.word("tree");
    CAPTURE(go);
    const auto here = tree_of(r.mended);
    CHECK((go.empty() && !here) == tree_refused_here_alone.contains(r.name));
    CHECK_FALSE((!go.empty() && here));
    if (go.empty() && here) CHECK(sorted(*here) == sorted(read_json_value(r.word("is"), r.name).value()));
  }
}

TEST_CASE("JSON beside Go: what is not mended is refused where that would change it, and else says the same") {
  for (const row& r : rows()) {
    CAPTURE(r.name);
    const auto as_it_is = tree_of(r.text);
    if (r.text == r.mended)
      CHECK(as_it_is == tree_of(r.mended));
    else
      CHECK_FALSE(as_it_is);
  }
}

TEST_CASE("JSON beside Go: a Pod is what Go takes it for, but for what is listed") {
  std::size_t pods = 0;
  for (const row& r : rows()) {
    if (r.verdict.find("pod") == nullptr) continue;
    ++pods;
    CAPTURE(r.name);
    CAPTURE(r.text);
    const std::string go = r.word("pod");
    CAPTURE(go);
    const auto here = decode_pod(r.text);
    const std::string refusal = here ? "" : here.error().detail;
    CAPTURE(refusal);
    const value* read = r.verdict.find("pod_is");
    // An object without a name is refused, whoever wrote it.
    const bool taken_by_go = go.empty() && !read->find("name")->as_string()->empty();
    CHECK((taken_by_go && !here) == pod_refused_here_alone.contains(r.name));
    CHECK((!taken_by_go && here.has_value()) == pod_accepted_here_alone.contains(r.name));
    if (taken_by_go && here) CHECK((shown(**here) != shown_by_go(*read)) == pod_read_otherwise.contains(r.name));
    CHECK(refusal.find('\n') == std::string::npos);
  }
  CHECK(pods > 150);
}
