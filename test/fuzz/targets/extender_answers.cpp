#include "controller/extenders/extender_answers.hpp"

#include "test/fuzz/fuzz.hpp"

#include <algorithm>
#include <string>
#include <vector>

/// What an extender answered, and what is made of it.
namespace berth::fuzz {

namespace {

const std::vector<std::string> asked{"a", "b", "node-1"};

/// An extender's own words go on as they are, as in kube-scheduler; the log escapes them.
void refused(const k8s::error& e) { promise(e.code != k8s::errc::ok && !e.detail.empty(), "an error says something"); }

void filter(std::string_view bytes, bool node_cache_capable) {
  const auto answer = controller::judge_filter(bytes, asked, node_cache_capable, "webhook");
  if (!answer) return refused(answer.error());
  std::vector<std::string> left = answer->left;
  std::sort(left.begin(), left.end());
  promise(std::adjacent_find(left.begin(), left.end()) == left.end(), "each node is left once");
  for (const std::string& node : left)
    promise(std::find(asked.begin(), asked.end(), node) != asked.end(), "nobody who was not asked about is left");
}

void preempt(std::string_view bytes, bool ignorable) {
  const auto answer = k8s::decode_extender_preemption_result(bytes);
  if (!answer) return refused(answer.error());
  const controller::placed_pods placed{
      [](const std::string& node) { return node.size() < 3; },
      [](const std::string& uid, const std::string& node) { return uid.size() > node.size(); }};
  std::vector<std::string> without;
  const auto judged = controller::judge_preempt(answer->meta_victims, placed, "webhook", ignorable, without);
  if (!judged) return refused(judged.error());
  promise(judged->size() + without.size() <= answer->meta_victims.size(), "nodes that the extender named");
  promise(ignorable || without.empty(), "a node without victims is an error");
}

}  // namespace

void extender_answers(std::string_view bytes) {
  filter(bytes, true);
  filter(bytes, false);
  preempt(bytes, true);
  preempt(bytes, false);
  if (const auto bound = controller::judge_bind(bytes); !bound) refused(bound.error());
  if (bytes.empty()) return;
  k8s::webhook_answer answer;
  answer.status = 100 + static_cast<unsigned char>(bytes.front()) % 500;
  answer.body = bytes.substr(1);
  if (const auto body = controller::body_of(answer, "filter", "http://e/filter"); !body) refused(body.error());
}

}  // namespace berth::fuzz
