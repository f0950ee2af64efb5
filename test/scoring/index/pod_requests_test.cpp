#include "k8s/codec/decode.hpp"
#include "k8s/text/value_reader.hpp"
#include "scoring/resources.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

/// Placed pods in the midst of resizes, made at random, with what kube-scheduler v1.37.2 reckons for them: its own
/// PodRequests (component-helpers v0.37.2) with and without status, and the same with its defaults for containers that
/// ask for nothing. Two lines for each pod: its JSON, and {"asked", "held", "non_zero": [cpu, memory], "scored": [cpu,
/// memory]}. `held` counts overhead once; where upstream counts it twice, that is in "upstream". BERTH_POD_REQUESTS
/// names another file in this form.
using namespace berth;
using namespace berth::scoring;

namespace {

using amounts_by_name = std::map<std::string, std::string>;

amounts_by_name recorded(const k8s::value& line, std::string_view field) {
  amounts_by_name amounts;
  for (const auto& [name, amount] : *line.find(field)->as_map()) amounts.emplace(name, *amount.as_string());
  return amounts;
}

amounts_by_name of(const demand& d) {
  const resource_names names;
  amounts_by_name amounts;
  for (resource_id r = 0; r < first_scalar; ++r)
    if (d.amounts[r] != 0) amounts.emplace(names.name(r), std::to_string(d.amounts[r]));
  for (const auto& [name, amount] : d.scalars) amounts.emplace(name, std::to_string(amount));
  return amounts;
}

std::int64_t number(const k8s::value& line, std::string_view field, std::size_t at) {
  return *line.find(field)->as_list()->at(at).as_int();
}

void check(const std::string& pod_text, const std::string& expected) {
  const k8s::pod_ptr pod = k8s::decode_pod(pod_text).value();
  const k8s::value line = k8s::read_value(expected, "vector").value();
  const demand asked = demand_of(*pod->spec);
  const demand held = demand_of_placed(*pod);
  CHECK(of(asked) == recorded(line, "asked"));
  CHECK(of(held) == recorded(line, "held"));
  CHECK(held.non_zero_cpu == number(line, "non_zero", 0));
  CHECK(held.non_zero_memory == number(line, "non_zero", 1));
  CHECK(asked.scored_cpu == number(line, "scored", 0));
  CHECK(asked.scored_memory == number(line, "scored", 1));
}

}  // namespace

TEST_CASE("demand: pods in the midst of a resize ask for and hold what kube-scheduler reckons") {
  const char* other = std::getenv("BERTH_POD_REQUESTS");
  std::ifstream in(other != nullptr ? other : BERTH_POD_REQUESTS_FILE);
  std::size_t vectors = 0;
  for (std::string pod, expected; std::getline(in, pod) && std::getline(in, expected); ++vectors) {
    CAPTURE(pod);
    check(pod, expected);
  }
  CHECK(vectors >= 100);
}
