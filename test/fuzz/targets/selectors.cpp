#include "k8s/api/selector_faults.hpp"
#include "test/fuzz/fuzz.hpp"

/// Selectors made of anything, against labels made of anything.
namespace berth::fuzz {

namespace {

k8s::selector_requirement requirement(choices& c) {
  k8s::selector_requirement r;
  r.key = c.text(8);
  r.op = static_cast<k8s::selector_operator>(c.upto(7));
  if (r.op == k8s::selector_operator::unknown) r.unknown_operator = c.text(8);
  for (unsigned n = c.upto(4); n > 0; --n) r.values.emplace_back(c.text(8));
  return r;
}

k8s::string_map labels(choices& c) {
  k8s::string_map all;
  for (unsigned n = c.upto(4); n > 0; --n) {
    const std::string key(c.text(8));
    all.set(key, std::string(c.text(8)));
  }
  return all;
}

}  // namespace

void selectors(std::string_view bytes) {
  choices c(bytes);
  k8s::label_selector selector;
  selector.match_labels = labels(c);
  k8s::node_selector_term term;
  for (unsigned n = c.upto(4); n > 0; --n) selector.match_expressions.push_back(requirement(c));
  for (unsigned n = c.upto(4); n > 0; --n) term.match_expressions.push_back(requirement(c));
  for (unsigned n = c.upto(2); n > 0; --n) term.match_fields.push_back(requirement(c));
  const k8s::string_map of = labels(c);

  bool all = true;
  for (const auto& r : selector.match_expressions) all = all && r.matches(of);
  promise(!selector.matches(of) || all, "a selector matches no more than each of its requirements");
  promise(!selector.empty() || selector.matches(of), "an empty selector matches everything");
  promise(!term.empty() || !term.matches(of, "node"), "a term with nothing matches no node");
  const std::string fault = k8s::parse_fault(selector);
  promise(selector.valid() == fault.empty(), "what is not valid has a fault, and else none");
  const k8s::node_selector nodes{{term}};
  const std::string of_nodes = k8s::parse_fault(nodes, "path");
  promise(term.empty() || term.valid() == of_nodes.empty(), "and so with nodes");
  promise(nodes.matches(of, "node") == term.matches(of, "node"), "one term is what there is");
  const auto opposite = [](k8s::selector_requirement r) {
    using op = k8s::selector_operator;
    r.op = r.op == op::in ? op::not_in : r.op == op::exists ? op::does_not_exist : r.op;
    return r;
  };
  for (const auto& r : selector.match_expressions)
    if (const auto o = opposite(r); o.op != r.op && r.valid())
      promise(o.matches(of) != r.matches(of), "NotIn is not In");
}

}  // namespace berth::fuzz
