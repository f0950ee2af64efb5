#include "controller/extenders/extender_answers.hpp"

#include "k8s/text/json.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <fmt/format.h>

namespace berth::controller {

namespace {

using k8s::errc;
using k8s::error;

// As Go's http.Client words it.
constexpr std::string_view out_of_time = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

}  // namespace

std::string encode(const extender_question& question, bool node_cache_capable) {
  k8s::extender_args args;
  const k8s::pod& pod = *question.pod;
  args.pod = {pod.key, pod.uid, question.whole_pod ? std::string_view(*question.whole_pod) : ""};
  if (node_cache_capable) {
    args.node_names = question.nodes;
    return k8s::encode(args);
  }
  args.nodes.emplace();
  args.nodes->reserve(question.whole_nodes.size());
  for (std::size_t i = 0; i < question.whole_nodes.size(); ++i)
    args.nodes->push_back({{"", question.nodes[i]}, "", *question.whole_nodes[i]});
  return k8s::encode(args);
}

std::string encode(const preemption_question& question, bool node_cache_capable) {
  k8s::extender_preemption_args args;
  const k8s::pod& pod = *question.pod;
  args.pod = {pod.key, pod.uid, question.whole_pod ? std::string_view(*question.whole_pod) : ""};
  if (node_cache_capable) {
    args.meta_victims.emplace();
    for (const scoring::preempt_pods& c : question.candidates)
      args.meta_victims->emplace(c.node, k8s::extender_meta_victims{c.victims, c.violations});
    return k8s::encode(args);
  }
  args.victims.emplace();
  for (const scoring::preempt_pods& c : question.candidates) {
    k8s::extender_victims& victims = (*args.victims)[c.node];
    victims.pdb_violations = c.violations;
    for (const std::string& uid : c.victims)
      if (const auto text = question.whole_victims.find(uid); text != question.whole_victims.end())
        victims.pods.push_back({{}, uid, *text->second});
  }
  return k8s::encode(args);
}

k8s::result<std::vector<scoring::preempt_pods>> judge_preempt(const k8s::extender_meta_victims_map& answer,
                                                              const placed_pods& placed, const std::string& name,
                                                              bool ignorable,
                                                              std::vector<std::string>& without_victims) {
  std::vector<scoring::preempt_pods> left;
  for (const auto& [node, victims] : answer) {
    if (!placed.has_node(node))
      return error{errc::bad_request, fmt::format("nodeinfo not found for node name \"{}\"", node)};
    for (const std::string& uid : victims.uids)
      if (!placed.has_pod(uid, node))
        return error{errc::bad_request,
                     fmt::format("extender: {} claims to preempt pod (UID: &{{{}}}) on node: {}, but the pod is not "
                                 "found on that node",
                                 name, uid, node)};
    left.push_back({node, victims.uids, victims.pdb_violations});
  }
  for (const scoring::preempt_pods& c : left) {
    if (!c.victims.empty()) continue;
    if (!ignorable)
      return error{errc::bad_request, fmt::format("expected at least one victim pod on node \"{}\"", c.node)};
    without_victims.push_back(c.node);
  }
  std::erase_if(left, [](const scoring::preempt_pods& c) { return c.victims.empty(); });
  return left;
}

k8s::result<std::string> body_of(k8s::result<k8s::webhook_answer> answer, std::string_view verb,
                                 const std::string& url) {
  if (!answer) {
    const error& why = answer.error();
    const std::string_view what = why.code == errc::timed_out ? out_of_time : std::string_view(why.detail);
    return error{why.code, fmt::format("Post \"{}\": {}", url, what)};
  }
  if (answer->status != 200)
    return error{errc::unexpected_answer,
                 fmt::format("failed {} with extender at URL {}, code {}", verb, url, answer->status), answer->status};
  k8s::mend_json(answer->body);
  return std::move(answer->body);
}

k8s::result<filter_answer> judge_filter(std::string_view body, const std::vector<std::string>& asked,
                                        bool node_cache_capable, const std::string& name) {
  auto result = k8s::decode_extender_filter_result(body);
  if (!result) return result.error();
  if (!result->error.empty()) return error{errc::bad_request, std::move(result->error)};

  std::vector<std::string> named;
  if (node_cache_capable && result->node_names) {
    named = std::move(*result->node_names);
  } else if (result->nodes) {
    for (const k8s::object_text& n : *result->nodes) named.push_back(n.key.name);
  }
  const k8s::view_set known(asked.begin(), asked.end());
  k8s::view_set seen;
  filter_answer out;
  out.left.reserve(named.size());
  for (const std::string& n : named) {
    const auto there = known.find(n);
    if (there == known.end())
      return error{
          errc::bad_request,
          fmt::format("extender \"{}\" claims a filtered node \"{}\" which is not found in the input node list", name,
                      n)};
    if (seen.insert(*there).second) out.left.push_back(n);
  }
  out.failed = std::move(result->failed);
  out.failed_and_unresolvable = std::move(result->failed_and_unresolvable);
  return out;
}

k8s::result<void> judge_bind(std::string_view body) {
  auto result = k8s::decode_extender_binding_result(body);
  if (!result) return result.error();
  if (!result->error.empty()) return error{errc::bad_request, std::move(result->error)};
  return {};
}

}  // namespace berth::controller
