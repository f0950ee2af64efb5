#include "scoring/plugins/affinity_weighers.hpp"

#include "scoring/topology/content_key.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

void add(content_key& key, const std::vector<resolved_term>& terms) {
  key.add(terms.size());
  for (const resolved_term& t : terms)
    key.add(std::uint64_t{t.every_namespace ? 1u : 0u})
        .add(t.namespaces)
        .add(t.selector)
        .add(static_cast<std::uint64_t>(t.weight));
}

// Pods with the same labels share their tallies. A key of 100,000 labels would be megabytes, made and hashed anew for
// each topology key: a pod with so many shares with pods of its own spec alone, which has an address of its own while
// the weigher holds it.
constexpr std::size_t many_labels = 64;

void add(content_key& key, const incoming_pod& pod) {
  if (pod.spec->labels.size() <= many_labels)
    key.add(pod.spec->namespace_).add(pod.spec->labels);
  else
    key.add("spec").add(reinterpret_cast<std::uintptr_t>(pod.spec.get()));
  key.add(pod.namespace_labels);
}

// A label that every pod has that matches the term, if it names one.
weigher::asked asked_for(const resolved_term& t) {
  using about = weigher::asked::about;
  if (!t.selector) return {};
  for (const auto& pair : t.selector->match_labels) return {about::pods_with_label, pair};
  for (const k8s::selector_requirement& r : t.selector->match_expressions)
    if (r.op == k8s::selector_operator::in && r.values.size() == 1)
      return {about::pods_with_label, {r.key, r.values.front()}};
  return {};
}

class match_all final : public weigher {
 public:
  explicit match_all(std::vector<resolved_term> terms) : terms_(std::move(terms)) {}
  pod_weight weigh(const k8s::pod_spec& placed) const override {
    return matches_all(terms_, placed) ? pod_weight{1, 1} : pod_weight{};
  }
  std::string identity() const override {
    content_key key;
    add(key.add("all"), terms_);
    return key.take();
  }
  asked asks() const override { return terms_.empty() ? asked{} : asked_for(terms_.front()); }

 private:
  std::vector<resolved_term> terms_;
};

class match_each final : public weigher {
 public:
  explicit match_each(std::vector<resolved_term> terms) : terms_(std::move(terms)) {}
  pod_weight weigh(const k8s::pod_spec& placed) const override {
    const auto count = std::count_if(terms_.begin(), terms_.end(), [&](const auto& t) { return t.matches(placed); });
    return {count, count};
  }
  std::string identity() const override {
    content_key key;
    add(key.add("each"), terms_);
    return key.take();
  }
  asked asks() const override { return terms_.size() != 1 ? asked{} : asked_for(terms_.front()); }

 private:
  std::vector<resolved_term> terms_;
};

class anti_affinity final : public weigher {
 public:
  anti_affinity(std::shared_ptr<const incoming_pod> incoming, std::string topology_key)
      : incoming_(std::move(incoming)), topology_key_(std::move(topology_key)) {}
  pod_weight weigh(const k8s::pod_spec& placed) const override {
    std::int64_t count = 0;
    for (const k8s::pod_affinity_term& t : required_of(placed.pod_anti_affinity_rules))
      if (t.topology_key == topology_key_ && concerns(t, placed, *incoming_)) ++count;
    return {count, count};
  }
  std::string identity() const override {
    content_key key;
    add(key.add("anti").add(topology_key_), *incoming_);
    return key.take();
  }
  asked asks() const override { return {asked::about::pods_with_affinity, {}}; }

 private:
  std::shared_ptr<const incoming_pod> incoming_;
  std::string topology_key_;
};

class preference final : public weigher {
 public:
  explicit preference(preference_rules rules) : rules_(std::move(rules)) {}
  pod_weight weigh(const k8s::pod_spec& placed) const override {
    pod_weight w;
    const auto add = [&](std::int64_t weight) {
      w.sum += weight;
      ++w.matches;
    };
    for (const resolved_term& t : rules_.own)
      if (t.matches(placed)) add(t.weight);
    const auto is_about_it = [&](const k8s::pod_affinity_term& t) {
      return t.topology_key == rules_.topology_key && concerns(t, placed, *rules_.incoming);
    };
    if (rules_.hard_weight > 0)
      for (const auto& t : required_of(placed.pod_affinity_rules))
        if (is_about_it(t)) add(rules_.hard_weight);
    for (const auto& t : preferred_of(placed.pod_affinity_rules))
      if (is_about_it(t.term)) add(t.weight);
    for (const auto& t : preferred_of(placed.pod_anti_affinity_rules))
      if (is_about_it(t.term)) add(-std::int64_t{t.weight});
    return w;
  }
  std::string identity() const override {
    content_key key;
    key.add("preference").add(rules_.topology_key).add(static_cast<std::uint64_t>(rules_.hard_weight));
    scoring::add(key, *rules_.incoming);
    scoring::add(key, rules_.own);
    return key.take();
  }
  asked asks() const override { return rules_.own.empty() ? asked{asked::about::pods_with_affinity, {}} : asked{}; }

 private:
  preference_rules rules_;
};

}  // namespace

std::shared_ptr<const weigher> pods_that_match_all(std::vector<resolved_term> terms) {
  return std::make_shared<const match_all>(std::move(terms));
}

std::shared_ptr<const weigher> terms_that_match(std::vector<resolved_term> terms) {
  return std::make_shared<const match_each>(std::move(terms));
}

std::shared_ptr<const weigher> anti_affinity_to(std::shared_ptr<const incoming_pod> incoming,
                                                std::string topology_key) {
  return std::make_shared<const anti_affinity>(std::move(incoming), std::move(topology_key));
}

std::shared_ptr<const weigher> preference_for(preference_rules rules) {
  return std::make_shared<const preference>(std::move(rules));
}

}  // namespace berth::scoring
