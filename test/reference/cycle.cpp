#include "test/reference/cycle.hpp"

#include "test/reference/plugins.hpp"

namespace berth::reference {

namespace {

// As Go prints a sorted set: "[A B]".
std::string in_brackets(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return "[" + text + "]";
}

}  // namespace

cycle::cycle(const profile& p, const k8s::pod& pod, const snapshot& cluster) : profile_(p), question_{pod, cluster} {
  for (const known_plugin& k : known_plugins())
    if (k.make != nullptr) plugins_[std::string(k.name)] = k.make(p.arguments_of(std::string(k.name)));
}

cycle cycle::clone() const {
  cycle copy(profile_, question_.pod, question_.cluster);
  for (auto& [name, plugin] : copy.plugins_) plugin = plugins_.at(name)->clone();
  copy.skipped_filters_ = skipped_filters_;
  copy.skipped_scores_ = skipped_scores_;
  return copy;
}

cycle::pre_filter_result cycle::pre_filter() {
  pre_filter_result r;
  for (const std::string& name : profile_.pre_filter) {
    std::optional<std::set<std::string>> only;
    status said = plugins_.at(name)->pre_filter(question_, only);
    said.plugin = name;
    if (said.what == code::skip) {
      skipped_filters_.insert(name);
      continue;
    }
    if (said.what == code::unresolvable) return {std::move(said), {}, {}};
    if (said.what == code::unschedulable) {
      r.what = std::move(said);
      continue;
    }
    if (said.what == code::error)
      return {failed("running PreFilter plugin \"" + name + "\": " + said.message()), {}, {}};
    if (!only) continue;
    std::set<std::string> left = std::move(*only);
    if (!r.narrowed_by.empty()) std::erase_if(left, [&](const std::string& node) { return !r.only->contains(node); });
    r.narrowed_by.insert(name);
    const bool some_left = !left.empty();
    r.only = std::move(left);
    if (some_left) continue;
    r.what = refuse_for_good(r.narrowed_by.size() == 1 ? "node(s) didn't satisfy plugin " + *r.narrowed_by.begin()
                                                       : "node(s) didn't satisfy plugin(s) " +
                                                             in_brackets(r.narrowed_by) + " simultaneously");
    return r;
  }
  return r;
}

void cycle::add_pod(const k8s::pod& other, const k8s::node& node) {
  for (const std::string& name : profile_.pre_filter)
    if (!skipped_filters_.contains(name)) plugins_.at(name)->add_pod(question_, other, node);
}

void cycle::remove_pod(const k8s::pod& other, const k8s::node& node) {
  for (const std::string& name : profile_.pre_filter)
    if (!skipped_filters_.contains(name)) plugins_.at(name)->remove_pod(question_, other, node);
}

status cycle::filter(const node_state& node) {
  std::vector<k8s::pod_ptr> yields_to;
  for (const k8s::pod_ptr& other : question_.cluster.nominated)
    if (other->nominated_node_name == node.node->name && other->uid != question_.pod.uid &&
        other->spec->priority >= question_.pod.spec->priority)
      yields_to.push_back(other);
  if (!yields_to.empty()) {
    cycle trial = clone();
    node_state with_them = node;
    for (const k8s::pod_ptr& other : yields_to) {
      with_them.pods.push_back(other);
      trial.add_pod(*other, *node.node);
    }
    if (status said = trial.filter_once(with_them); !said.ok()) return said;
  }
  return filter_once(node);
}

status cycle::filter_once(const node_state& node) {
  for (const std::string& name : profile_.filter) {
    if (skipped_filters_.contains(name)) continue;
    status said = plugins_.at(name)->filter(question_, node);
    if (said.ok()) continue;
    if (said.what == code::error) said = failed("running \"" + name + "\" filter plugin: " + said.message());
    said.plugin = name;
    return said;
  }
  return {};
}

cycle::scores cycle::score(const std::vector<const node_state*>& feasible) {
  for (const std::string& name : profile_.pre_score) {
    const status said = plugins_.at(name)->pre_score(question_, feasible);
    if (said.what == code::skip)
      skipped_scores_.insert(name);
    else if (!said.ok())
      return {"running PreScore plugin \"" + name + "\": " + said.message(), {}};
  }
  scores all;
  all.by_node.resize(feasible.size());
  for (const std::string& name : profile_.score) {
    if (skipped_scores_.contains(name)) continue;
    plugin& p = *plugins_.at(name);
    std::vector<std::int64_t> raw;
    for (const node_state* n : feasible) raw.push_back(p.score(question_, *n));
    p.normalize(raw);
    for (std::size_t i = 0; i < raw.size(); ++i) all.by_node[i][name] = raw[i] * profile_.weights.at(name);
  }
  return all;
}

}  // namespace berth::reference
