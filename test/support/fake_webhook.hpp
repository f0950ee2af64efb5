#pragma once

#include "controller/extenders/extender.hpp"
#include "controller/runtime/clock.hpp"
#include "k8s/api/extender.hpp"
#include "k8s/http/webhook.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/// An extender's other end, in a few lines: answers as the test says, after as long as it says, on the test's clock.
namespace berth::test {

struct webhook_script {
  struct call {
    std::string verb;
    std::string body;
  };
  using answer = k8s::result<k8s::webhook_answer>;

  /// By default: every node is left, no scores, all evictions are fine, bound.
  std::function<answer(const call&)> answers = [](const call& c) { return agree(c); };
  std::function<controller::duration(const call&)> takes = [](const call&) { return controller::milliseconds(5); };
  controller::duration timeout = controller::seconds(5);
  std::vector<call> calls;

  std::size_t count(std::string_view verb) const {
    std::size_t n = 0;
    for (const call& c : calls) n += c.verb == verb;
    return n;
  }

  static answer ok(std::string body) { return k8s::webhook_answer{200, std::move(body)}; }
  static answer status(int code) { return k8s::webhook_answer{code, ""}; }
  static answer dead() { return k8s::error{k8s::errc::unreachable, "connection refused"}; }
  static answer lost() { return k8s::error{k8s::errc::connection_lost, "the connection broke"}; }
  static answer agree(const call& c) {
    if (c.verb == "preempt") return ok(k8s::encode(k8s::extender_preemption_result{victims_of(c)}));
    if (c.verb != "filter") return ok(c.verb == "bind" ? "{}" : "[]");
    k8s::extender_filter_result all;
    all.node_names = nodes_of(c);
    return ok(k8s::encode(all));
  }
  /// The evictions that it was asked about.
  static k8s::extender_meta_victims_map victims_of(const call& c) {
    const auto args = k8s::decode_extender_preemption_args(c.body).value();
    if (args.meta_victims) return *args.meta_victims;
    k8s::extender_meta_victims_map found;
    for (const auto& [node, victims] : *args.victims) {
      k8s::extender_meta_victims& meta = found[node];
      meta.pdb_violations = victims.pdb_violations;
      for (const k8s::object_text& pod : victims.pods) meta.uids.push_back(pod.uid);
    }
    return found;
  }
  /// The names of the nodes that it was asked about.
  static std::vector<std::string> nodes_of(const call& c) {
    const auto args = k8s::decode_extender_args(c.body).value();
    if (args.node_names) return *args.node_names;
    std::vector<std::string> names;
    for (const k8s::object_text& n : *args.nodes) names.push_back(n.key.name);
    return names;
  }
};

class fake_webhook final : public k8s::webhook {
 public:
  fake_webhook(webhook_script& script, controller::alarm_clock& time) : script_(script), clock_(time) {}

  k8s::task<k8s::result<k8s::webhook_answer>> post(std::string verb, std::string body, std::size_t, bool) override {
    const webhook_script::call call{std::move(verb), std::move(body)};
    script_.calls.push_back(call);
    const controller::duration takes = script_.takes(call);
    co_await clock_.sleep_for(std::min(takes, script_.timeout));
    if (takes >= script_.timeout) co_return k8s::error{k8s::errc::timed_out, "timed out"};
    co_return script_.answers(call);
  }

 private:
  webhook_script& script_;
  controller::alarm_clock& clock_;
};

/// One that filters ("filter"), prioritizes ("prioritize") with weight 1, and is sent names.
inline controller::extender_configuration an_extender(const std::string& name) {
  controller::extender_configuration c;
  c.url_prefix = "http://" + name;
  c.filter_verb = "filter";
  c.prioritize_verb = "prioritize";
  c.weight = 1;
  c.node_cache_capable = true;
  return c;
}

}  // namespace berth::test
