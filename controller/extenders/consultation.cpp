#include "controller/extenders/consultation.hpp"

#include "scoring/plugin.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace berth::controller {

namespace {

namespace asio = boost::asio;

/// Extenders score from 0 to 10, plugins from 0 to 100.
constexpr std::int64_t scale = scoring::max_node_score / k8s::max_extender_score;

void enter(const filter_answer& said, scoring::extender_opinion& into) {
  const auto refuse = [&](const std::string& node, scoring::code what, const std::string& why) {
    into.refused.insert_or_assign(node, scoring::status{what, {why}, std::string(scoring::extender_name)});
  };
  for (const auto& [node, why] : said.failed) refuse(node, scoring::code::unschedulable, why);
  for (const auto& [node, why] : said.failed_and_unresolvable)
    refuse(node, scoring::code::unschedulable_and_unresolvable, why);
}

}  // namespace

bool extenders::filter_or_score(const k8s::pod& pod) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](const auto& e) { return (e->filters() || e->prioritizes()) && e->interested_in(pod); });
}

bool extenders::judge_evictions_for(const k8s::pod& pod) const {
  return std::any_of(all_.begin(), all_.end(), [&](const auto& e) { return e->preempts() && e->interested_in(pod); });
}

k8s::task<k8s::result<std::vector<scoring::preempt_pods>>> extenders::judge_evictions(
    k8s::pod_ptr pod, std::vector<scoring::preempt_pods> candidates, const whole_texts& texts,
    const placed_pods& placed) const {
  for (const auto& e : all_) {
    if (candidates.empty()) break;
    if (!e->preempts() || !e->interested_in(*pod)) continue;
    preemption_question question{pod, texts.of_pod(pod->uid), candidates, {}};
    if (e->wants_whole_nodes())
      for (const scoring::preempt_pods& c : candidates)
        for (const std::string& uid : c.victims)
          if (auto text = texts.of_pod(uid)) question.whole_victims.insert_or_assign(uid, std::move(text));
    const auto answer = co_await e->preempt(std::move(question));
    std::vector<std::string> without_victims;
    k8s::result<std::vector<scoring::preempt_pods>> left =
        answer ? judge_preempt(*answer, placed, e->name(), e->ignorable(), without_victims)
               : k8s::result<std::vector<scoring::preempt_pods>>(answer.error());
    if (!left && !e->ignorable()) co_return left.error();
    if (!left) {
      log_.info(2, "Skipped extender as it returned error and has ignorable flag set",
                {{"extender", e->name()}, {"err", left.error().detail}});
      continue;
    }
    for (const std::string& node : without_victims)
      log_.info(2, "Ignored node for which the extender didn't report victims",
                {{"node", node}, {"extender", e->name()}});
    candidates = std::move(*left);
  }
  co_return candidates;
}

const extender* extenders::binder_of(const k8s::pod& pod) const {
  for (const auto& e : all_)
    if (e->binds() && e->interested_in(pod)) return e.get();
  return nullptr;
}

extender_question extenders::ask_about(const k8s::pod_ptr& pod, const std::vector<std::string>& nodes,
                                       const extender& whom, const whole_texts& texts) const {
  extender_question question{pod, texts.of_pod(pod->uid), {}, {}};
  if (!whom.wants_whole_nodes()) {
    question.nodes = nodes;
    return question;
  }
  for (const std::string& name : nodes) {
    auto text = texts.of_node(name);
    if (!text) continue;
    question.nodes.push_back(name);
    question.whole_nodes.push_back(std::move(text));
  }
  return question;
}

k8s::task<k8s::result<scoring::extender_opinion>> extenders::consult(k8s::pod_ptr pod, scoring::candidates among,
                                                                     const whole_texts& texts) const {
  scoring::extender_opinion out;
  out.evaluated = among.evaluated;
  out.left = std::move(among.nodes);
  const std::size_t asked_about = out.left.size();
  for (const auto& e : all_) {
    if (out.left.empty()) break;
    if (!e->filters() || !e->interested_in(*pod)) continue;
    extender_question question = ask_about(pod, out.left, *e, texts);
    auto said = co_await e->filter(std::move(question));
    if (!said && !e->ignorable()) co_return said.error();
    if (!said) {
      log_.info(0, "Skipping extender as it returned error and has ignorable flag set",
                {{"extender", e->name()}, {"err", said.error().detail}});
      continue;
    }
    enter(*said, out);
    out.left = std::move(said->left);
  }
  out.narrowed = out.left.size() != asked_about;
  if (out.left.size() > 1) co_await prioritize(pod, texts, out);
  co_return out;
}

k8s::task<void> extenders::prioritize(k8s::pod_ptr pod, const whole_texts& texts,
                                      scoring::extender_opinion& into) const {
  const asio::any_io_executor here = co_await asio::this_coro::executor;
  const auto start = [&](const extender& e) {
    return asio::co_spawn(here, add_scores(e, ask_about(pod, into.left, e, texts), into), asio::deferred);
  };
  std::vector<decltype(start(*all_.front()))> calls;
  for (const auto& e : all_)
    if (e->prioritizes() && e->interested_in(*pod)) calls.push_back(start(*e));
  if (calls.empty()) co_return;
  auto at_once = asio::experimental::make_parallel_group(std::move(calls));
  const auto [order, failures] = co_await at_once.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
  for (const std::exception_ptr& e : failures)
    if (e) std::rethrow_exception(e);
}

k8s::task<void> extenders::add_scores(const extender& of, extender_question question,
                                      scoring::extender_opinion& into) const {
  const k8s::pod_ptr pod = question.pod;
  const auto said = co_await of.prioritize(std::move(question));
  if (!said) {
    log_.info(5, "Failed to run extender's priority function. No score given by this extender.",
              {{"error", said.error().detail}, {"pod", pod->key}, {"extender", of.name()}});
    co_return;
  }
  for (const auto& [node, score] : *said) {
    if (log_.v(10))
      log_.info(10, "Extender scored node for pod",
                {{"pod", pod->key}, {"extender", of.name()}, {"node", node}, {"score", score}});
    std::int64_t& sum = into.scores[node];
    sum = scoring::saturating_sum(sum,
                                  scoring::saturating_product(score, scoring::saturating_product(of.weight(), scale)));
  }
}

}  // namespace berth::controller
