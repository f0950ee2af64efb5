#pragma once

#include "k8s/api/extender.hpp"
#include "k8s/api/pod.hpp"
#include "k8s/http/webhook.hpp"
#include "k8s/text/keyed_hash.hpp"
#include "scoring/effects.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What extenders are asked, and what their answers mean. Pure; in kube-scheduler's words where it has any. What it
/// would let pass and find out later is an error here: a whole node under a name that was not asked about.
/// Upstream: pkg/scheduler/extender.go.
namespace berth::controller {

/// Of filter and prioritize: the pod, and the nodes that it may go to so far.
struct extender_question {
  k8s::pod_ptr pod;
  std::shared_ptr<const std::string> whole_pod;  ///< its JSON
  std::vector<std::string> nodes;
  std::vector<std::shared_ptr<const std::string>> whole_nodes;  ///< theirs, where that is asked for; else empty
};
/// Nodes whole where `question.whole_nodes` has them, else by name.
std::string encode(const extender_question& question, bool node_cache_capable);

/// Of preempt: the pod, and where which pods would be evicted for it.
struct preemption_question {
  k8s::pod_ptr pod;
  std::shared_ptr<const std::string> whole_pod;  ///< its JSON
  std::vector<scoring::preempt_pods> candidates;
  /// Of the victims, by uid, where they are asked for; else empty.
  k8s::text_map<std::shared_ptr<const std::string>> whole_victims;
};
/// Victims whole, or by uid where the extender is nodeCacheCapable.
std::string encode(const preemption_question& question, bool node_cache_capable);

/// Which placed pods there are, for the check of an answer to preempt.
struct placed_pods {
  std::function<bool(const std::string& node)> has_node;
  std::function<bool(const std::string& uid, const std::string& node)> has_pod;
};
/// What an extender left. A node without victims is an error, as nodes and pods are that do not exist; where the
/// extender is ignorable it is left out, and entered in `without_victims`.
k8s::result<std::vector<scoring::preempt_pods>> judge_preempt(const k8s::extender_meta_victims_map& answer,
                                                              const placed_pods& placed, const std::string& name,
                                                              bool ignorable,
                                                              std::vector<std::string>& without_victims);

/// `verb` at `url`: the body of a success; else an error of one line, of the code that post() gave, or
/// unexpected_answer for a status.
k8s::result<std::string> body_of(k8s::result<k8s::webhook_answer> answer, std::string_view verb,
                                 const std::string& url);

struct filter_answer {
  std::vector<std::string> left;  ///< as the extender has them, each once
  k8s::string_map failed;
  k8s::string_map failed_and_unresolvable;
};
/// `name` is the extender's, for the message. malformed; bad_request where it says "Error" or lies.
k8s::result<filter_answer> judge_filter(std::string_view body, const std::vector<std::string>& asked,
                                        bool node_cache_capable, const std::string& name);

k8s::result<void> judge_bind(std::string_view body);

}  // namespace berth::controller
