#include "k8s/api/selector_faults.hpp"

#include "k8s/codec/decode.hpp"
#include "k8s/text/value_reader.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

/// What kube-scheduler v1.37.2's own parsers (component-helpers and apimachinery v0.37.2) say to selectors that do not
/// parse. Two lines for each: a pod that has the selector, and {"preferred", "required", "label_selector"}.
using namespace berth::k8s;

TEST_CASE("selector faults: pods' selectors that do not parse are told in upstream's words, with the path") {
  std::ifstream in(BERTH_SELECTOR_FAULTS_FILE);
  std::size_t selectors = 0;
  for (std::string text, expected; std::getline(in, text) && std::getline(in, expected); ++selectors) {
    CAPTURE(text);
    const pod_ptr pod = decode_pod(text).value();
    const value said = read_json_value(expected, "vector").value();
    if (const value* v = said.find("preferred")) CHECK(parse_fault(pod->spec->affinity->preferred) == *v->as_string());
    if (const value* v = said.find("required")) {
      CHECK(parse_fault(*pod->spec->affinity->required) == *v->as_string());
      CHECK(pod->spec->affinity->required->terms.front().valid() == v->as_string()->empty());
    }
    if (const value* v = said.find("label_selector")) {
      CHECK(parse_fault(*pod->spec->spread_constraints[0].selector) == *v->as_string());
      CHECK(pod->spec->spread_constraints[0].selector->valid() == v->as_string()->empty());
    }
  }
  CHECK(selectors >= 35);
}

TEST_CASE("selector faults: the path of the selector itself goes first") {
  const selector_requirement bad{"num", selector_operator::gt, {"1.5"}};
  const std::string what = ": Invalid value: \"1.5\": for 'Gt', 'Lt' operators, the value must be an integer";
  const std::vector<preferred_node_term> preferred{{3, {{bad}, {}}}};
  CHECK(parse_fault(preferred, "args.preferred") == "args.preferred[0].matchExpressions[0].values[0]" + what);
  CHECK(parse_fault(node_selector{{{{bad}, {}}}}, "args.required") ==
        "args.required.nodeSelectorTerms[0].matchExpressions[0].values[0]" + what);
  CHECK(parse_fault(label_selector{{}, {{"a", selector_operator::in, {}}}}, "args.selector") ==
        "args.selector.matchExpressions[0].values: Invalid value: null: for 'in', 'notin' operators, values set can't "
        "be empty");
  CHECK(parse_fault(label_selector{{}, {bad}}, "args.selector") ==
        "args.selector.matchExpressions[0].operator: \"Gt\" is not a valid label selector operator");
}
