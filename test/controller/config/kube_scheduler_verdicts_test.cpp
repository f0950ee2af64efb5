#include "controller/config/configuration.hpp"
#include "k8s/config/read_file.hpp"
#include "k8s/text/value_reader.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

/// What kube-scheduler v1.37.2 says of 485 configurations: its loader, its validation and scheduler.New, run over each
/// text. "" is an acceptance. Whoever changes a list below changes the table of docs/configuration.md too.
using namespace berth;
using namespace berth::controller;

namespace {

const std::set<std::string> accepted_here_alone{"cc_qps_big",     "directive",     "lead_two_sep",
                                                "pc_ver_foreign", "podgroup_typo", "queue_args"};

const std::set<std::string> refused_here_alone{
    // What could never work, or names what is not there.
    "arg_NodeResourcesBalancedAllocation_7", "arg_NodeResourcesFit_17", "arg_PodTopologySpread_16",
    "arg_PodTopologySpread_17", "arg_PodTopologySpread_4", "disabled_empty_name", "disabled_typo",
    "disabled_typo_multi", "pc_noargs_plugin_args", "pc_noname", "pc_null", "pc_unknown", "pc_unknown_args",
    "weight_neg_filter",
    // Extenders that could never be called.
    "e_empty", "e_nourl", "e_null1", "e_t_neg", "e_tls_cert_only", "e_url_badport", "e_url_ftp", "e_url_garbage",
    "e_url_noscheme", "e_url_query", "e_url_sp2", "e_url_space", "e_url_unix", "e_url_upper", "e_url_userinfo",
    "e_verb_hash", "e_verb_sp",
    // Backoffs of more than 285 years, and half a surrogate pair.
    "backoff_9e9", "backoff_big", "json_lone"};

std::string refusal(const std::string& text) {
  try {
    make_profiles(parse_configuration(text, "f"), scoring::default_registry());
  } catch (const scoring::configuration_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE(
    "configuration: what kube-scheduler refuses is refused and what it accepts accepted, but for what is listed") {
  const std::string file = VERDICTS;
  const k8s::value table = k8s::read_json_value(k8s::read_file(file, 1 << 20).value(), file).value();
  REQUIRE(table.as_list() != nullptr);
  CHECK(table.as_list()->size() == 485);
  for (const k8s::value& row : *table.as_list()) {
    const std::string& name = *row.find("name")->as_string();
    const std::string& kube_scheduler = *row.find("says")->as_string();
    CAPTURE(name);
    CAPTURE(kube_scheduler);
    const std::string berth = refusal(*row.find("text")->as_string());
    CAPTURE(berth);
    CHECK((kube_scheduler.empty() && !berth.empty()) == refused_here_alone.contains(name));
    CHECK((!kube_scheduler.empty() && berth.empty()) == accepted_here_alone.contains(name));
    CHECK(berth.find('\n') == std::string::npos);
  }
}
