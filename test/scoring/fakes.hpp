#pragma once

#include "scoring/engine/profile.hpp"

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Plugins for tests of the framework: each does what a function says. And profiles of just these.
namespace berth::test {

using namespace berth::scoring;

/// What `reads` says: by default all, as a plugin that says nothing.
class fake : public plugin {
 public:
  fake(std::string name, dependencies reads = {}) : name_(std::move(name)), reads_(reads) {}
  std::string_view name() const override { return name_; }
  dependencies reads() const override { return reads_; }
  std::vector<event_interest> events_to_register() const override { return interests; }
  bool queueing_hint(const pod_info& pod, const cluster_event& e) const override { return !hint || hint(pod, e); }

  std::vector<event_interest> interests{{}};
  std::function<bool(const pod_info&, const cluster_event&)> hint;

 private:
  std::string name_;
  dependencies reads_;
};

struct fake_pre_filter : pre_filter_plugin {
  std::function<pre_filter_result(const pod_info&, const cluster&)> on_pre_filter;
  pre_filter_result pre_filter(const pod_info& pod, const cluster& c, cycle_state&) const override {
    return on_pre_filter ? on_pre_filter(pod, c) : pre_filter_result{};
  }
};

struct fake_filter : node_filter_plugin {
  std::function<status(const pod_info&, const cluster&, node_id)> on_filter;
  mutable std::size_t filtered = 0;  ///< how many nodes were asked about
  status filter_node(const pod_info& pod, const cluster& c, cycle_state&, node_id n) const override {
    ++filtered;
    return on_filter ? on_filter(pod, c, n) : status::ok();
  }
};

struct fake_post_filter : post_filter_plugin {
  std::function<post_filter_result(const pod_info&, const cluster&, const diagnosis&)> on_post_filter;
  /// Instead, where it is set.
  std::function<post_filter_result(const pod_info&, filters_again&)> on_trial;
  post_filter_result post_filter(const pod_info& pod, const cluster& c, cycle_state&, const diagnosis& why,
                                 filters_again& again) const override {
    return on_trial ? on_trial(pod, again) : on_post_filter(pod, c, why);
  }
};

struct fake_pre_score : pre_score_plugin {
  std::function<status(const pod_info&, std::span<const node_id>)> on_pre_score;
  status pre_score(const pod_info& pod, const cluster&, cycle_state&,
                   std::span<const node_id> feasible) const override {
    return on_pre_score ? on_pre_score(pod, feasible) : status::ok();
  }
};

struct fake_score : node_score_plugin {
  std::function<std::int64_t(const pod_info&, const cluster&, node_id)> on_score;
  std::function<status(std::span<std::int64_t>)> on_normalize;
  scaling scale = scaling::none;
  mutable std::size_t scored = 0;  ///< how many nodes were asked about
  std::int64_t score_node(const pod_info& pod, const cluster& c, cycle_state&, node_id n) const override {
    ++scored;
    return on_score ? on_score(pod, c, n) : 0;
  }
  scaling scales() const override { return scale; }
  status normalize(const pod_info&, const cluster&, cycle_state&, score_column& column) const override {
    return on_normalize ? on_normalize(column.scores()) : status::ok();
  }
};

struct fake_pre_enqueue : pre_enqueue_plugin {
  std::function<status(const pod_info&)> on_pre_enqueue;
  status pre_enqueue(const pod_info& pod, const cluster&) const override { return on_pre_enqueue(pod); }
};

struct fake_queue_sort : queue_sort_plugin {
  std::function<bool(const queued_pod&, const queued_pod&)> on_before;
  bool before(const queued_pod& a, const queued_pod& b) const override {
    return on_before ? on_before(a, b) : a.queued_at < b.queued_at;
  }
};

/// Reserve to PostBind: calls are written to `calls`, "reserve A", "bind A".
struct fake_journal : reserve_plugin, permit_plugin, pre_bind_plugin, post_bind_plugin {
  std::string called;
  std::vector<std::string>* calls = nullptr;
  std::function<void(std::string_view)> on_call;  ///< "reserve": may throw
  status on_reserve, on_pre_bind;
  permit_result on_permit;
  void note(const char* what) const {
    if (calls != nullptr) calls->push_back(what + (" " + called));
    if (on_call) on_call(what);
  }
  status reserve(const pod_info&, const cluster&, cycle_state&, std::string_view) override {
    return note("reserve"), on_reserve;
  }
  void unreserve(const pod_info&, const cluster&, cycle_state&, std::string_view) override { note("unreserve"); }
  permit_result permit(const pod_info&, const cluster&, cycle_state&, std::string_view) override {
    return note("permit"), on_permit;
  }
  pre_bind_result pre_bind(const pod_info&, const cluster&, cycle_state&, std::string_view) override {
    return note("prebind"), on_pre_bind;
  }
  void post_bind(const pod_info&, const cluster&, cycle_state&, std::string_view) override { note("postbind"); }
};

struct fake_bind : bind_plugin {
  status on_bind;
  std::function<void()> before_answering;  ///< may throw
  status bind(const pod_info&, const cluster&, cycle_state& cycle, std::string_view node) override {
    if (on_bind.is_ok()) cycle.out().add(bind_pod{std::string(node)});
    if (before_answering) before_answering();
    return on_bind;
  }
};

/// A plugin of these parts: of<fake_filter, fake_score>("A").
template <class... Points>
class of : public fake, public Points... {
 public:
  using fake::fake;
};

/// A registry and a configuration of these plugins alone, enabled under multiPoint in the order in which they are
/// added. There is always a "Sort" and a "Bind".
class fake_profile {
 public:
  fake_profile() {
    config.scheduler_name = "berth";
    config.multi_point.disabled.push_back({"*", 0, ""});
    add<of<fake_queue_sort>>("Sort");
    add<of<fake_bind>>("Bind");
  }

  /// `set_up` gets each instance that a profile makes.
  template <class Plugin>
  fake_profile& add(std::string name, std::function<void(Plugin&)> set_up = {}, std::int32_t weight = 0,
                    dependencies reads = {}) {
    known_only<Plugin>(name, std::move(set_up), reads);
    config.multi_point.enabled.push_back(
        {name, weight,
         "profiles[0].plugins.multiPoint.enabled[" + std::to_string(config.multi_point.enabled.size()) + "]"});
    return *this;
  }

  /// Known to the registry, and enabled nowhere.
  template <class Plugin>
  fake_profile& known_only(std::string name, std::function<void(Plugin&)> set_up = {}, dependencies reads = {}) {
    plugins.add(name, [name, set_up, reads](arguments&, const plugin_context&) -> std::unique_ptr<plugin> {
      auto made = std::make_unique<Plugin>(name, reads);
      if (set_up) set_up(*made);
      return made;
    });
    return *this;
  }

  profile make() const { return profile(config, plugins); }

  profile_config config;
  registry plugins;
};

}  // namespace berth::test
