#include "scoring/topology/pod_tallies.hpp"

#include "k8s/text/spare_room.hpp"
#include "scoring/pod_fields.hpp"
#include "scoring/topology/content_key.hpp"

#include <algorithm>

namespace berth::scoring {

namespace {

constexpr std::uint32_t kind_fields = pod_namespace | pod_labels | pod_affinity_rules;

// A pod can have 100,000 labels. Entering each of them would hold up every other pod.
constexpr std::size_t many_labels = 64;

bool has_affinity(const k8s::pod_spec& spec) {
  return (spec.pod_affinity_rules && !spec.pod_affinity_rules->empty()) ||
         (spec.pod_anti_affinity_rules && !spec.pod_anti_affinity_rules->empty());
}

// Whether the change of a node can move it to another domain, or in or out of a scope.
bool same_here(const k8s::node& a, const k8s::node& b) {
  return a.labels == b.labels && a.taints == b.taints && a.name == b.name;
}

std::string key_text(const topology_key& key) {
  return content_key().add(key.label).add(static_cast<std::uint64_t>(key.how)).take();
}

}  // namespace

// ---- pods -----------------------------------------------------------------------------------------------------------

pod_tallies::kind& pod_tallies::kind_of(const pod_info& pod) {
  placed_spec& placed = specs_.try_emplace(&pod.spec(), placed_spec{nullptr, 0}).first->second;
  ++placed.pods;
  if (placed.of != nullptr) return *placed.of;

  const std::size_t hash = hash_of(pod.spec(), kind_fields);
  const auto [first, last] = kinds_.equal_range(hash);
  const auto same = std::find_if(
      first, last, [&](const auto& entry) { return equal_in(*entry.second->like, pod.spec(), kind_fields); });
  if (same != last) {
    placed.of = same->second.get();
    if (placed.of->specs == 0) --idle_kinds_;
  } else {
    auto made = std::make_unique<kind>();
    made->like = pod.pod->spec;
    placed.of = made.get();
    kinds_.emplace(hash, std::move(made));
    count_keys(pod.spec(), true);
    enter_postings(*placed.of);
  }
  ++placed.of->specs;
  return *placed.of;
}

void pod_tallies::pod_placed(node_id n, const pod_info& pod) {
  kind& k = kind_of(pod);
  const pods one{1, pod.pod->terminating() ? 1 : 0};
  const auto [there, is_new] = k.on.try_emplace(n);
  there->second.all += one.all;
  there->second.terminating += one.terminating;
  if (is_new) kinds_on_[n].push_back(&k);
  add(k, n, one, 1);
}

void pod_tallies::pod_removed(node_id n, const pod_info& pod) {
  const auto placed = specs_.find(&pod.spec());
  kind& k = *placed->second.of;
  if (--placed->second.pods == 0) {
    if (--k.specs == 0) ++idle_kinds_;
    specs_.erase(placed);
    k8s::shrink_table(specs_);
  }
  const pods one{1, pod.pod->terminating() ? 1 : 0};
  add(k, n, one, -1);
  const auto there = k.on.find(n);
  there->second.all -= one.all;
  there->second.terminating -= one.terminating;
  if (there->second.all != 0) return;
  k.on.erase(there);
  k8s::shrink_table(k.on);
  std::vector<kind*>& here = kinds_on_[n];
  std::iter_swap(std::find(here.begin(), here.end(), &k), here.end() - 1);
  here.pop_back();
  k8s::shrink_list(here);
  if (idle_kinds_ > few + kinds_.size() / 2) sweep_kinds();
}

void pod_tallies::add(const kind& k, node_id n, pods count, std::int64_t sign) {
  for (const feed& f : k.feeds)
    f.into->add(n, sign * (f.into->wish_.terminating ? count.all : count.all - count.terminating), f.each);
}

void pod_tallies::count_keys(const k8s::pod_spec& spec, bool in) {
  const auto count = [&](keys& of, const std::string& key) {
    if (in) {
      if (of[key]++ == 0) ++keys_generation_;
    } else if (const auto there = of.find(key); --there->second == 0) {
      of.erase(there);
      ++keys_generation_;
    }
  };
  if (spec.pod_affinity_rules) {
    for (const auto& t : spec.pod_affinity_rules->required) count(other_affinity_keys_, t.topology_key);
    for (const auto& t : spec.pod_affinity_rules->preferred) count(other_affinity_keys_, t.term.topology_key);
  }
  if (spec.pod_anti_affinity_rules) {
    for (const auto& t : spec.pod_anti_affinity_rules->required) count(anti_affinity_keys_, t.topology_key);
    for (const auto& t : spec.pod_anti_affinity_rules->preferred) count(other_affinity_keys_, t.term.topology_key);
  }
}

void pod_tallies::count_labels(const k8s::node& node, bool in) {
  for (const auto& [key, value] : node.labels) {
    if (in) {
      if (node_labels_[key]++ == 0) ++keys_generation_;
    } else if (const auto there = node_labels_.find(key); --there->second == 0) {
      node_labels_.erase(there);
      ++keys_generation_;
    }
  }
}

// ---- kinds and tallies ----------------------------------------------------------------------------------------------

void pod_tallies::ask(const tally& t, kind& k) {
  const pod_weight each = t.wish_.what->weigh(*k.like);
  if (each != pod_weight{}) k.feeds.push_back({const_cast<tally*>(&t), each});
}

void pod_tallies::enter_postings(kind& k) const {
  if (k.like->labels.size() > many_labels) {
    enter_many_labels(k);
  } else {
    for (const auto& [key, value] : k.like->labels) {
      posting& p = by_label_[{key, value}];
      p.kinds.push_back(&k);
      for (const tally* t : p.tallies) ask(*t, k);
    }
  }
  if (has_affinity(*k.like)) {
    about_affinity_.kinds.push_back(&k);
    for (const tally* t : about_affinity_.tallies) ask(*t, k);
  }
  about_all_.kinds.push_back(&k);
  for (const tally* t : about_all_.tallies) ask(*t, k);
}

// Goes through the labels that it has or through those that are known, whichever are fewer.
void pod_tallies::enter_many_labels(kind& k) const {
  with_many_labels_.push_back(&k);
  const k8s::string_map& own = k.like->labels;
  if (own.size() < by_label_.size()) {
    for (const auto& [key, value] : own)
      if (const auto there = by_label_.find({key, value}); there != by_label_.end())
        for (const tally* t : there->second.tallies) ask(*t, k);
    return;
  }
  for (const auto& [of, p] : by_label_) {
    const std::string* value = p.tallies.empty() ? nullptr : own.find(of.first);
    if (value == nullptr || *value != of.second) continue;
    for (const tally* t : p.tallies) ask(*t, k);
  }
}

pod_tallies::posting& pod_tallies::posting_of(const weigher& w) const {
  const weigher::asked asked = w.asks();
  if (asked.who == weigher::asked::about::every_pod) return about_all_;
  if (asked.who == weigher::asked::about::pods_with_affinity) return about_affinity_;
  return by_label_[asked.label];
}

std::shared_ptr<const tally> pod_tallies::find(const cluster& nodes, tally_wish wish) const {
  std::string name = content_key()
                         .add(key_text(wish.key))
                         .add(wish.where.identity())
                         .add(std::uint64_t{wish.terminating ? 1u : 0u})
                         .add(wish.what->identity())
                         .take();
  const auto there = tallies_.find(name);
  if (there != tallies_.end()) return there->second;

  if (tallies_.size() >= sweep_tallies_at_) sweep_tallies();
  const auto made = std::make_shared<tally>(find_census(nodes, wish), std::move(wish));
  posting& p = posting_of(*made->wish_.what);
  const auto count_placed = [&](kind* k) {
    const std::size_t before = k->feeds.size();
    ask(*made, *k);
    if (k->feeds.size() == before) return;
    const feed& f = k->feeds.back();
    for (const auto& [n, count] : k->on)
      made->add(n, made->wish_.terminating ? count.all : count.all - count.terminating, f.each);
  };
  std::for_each(p.kinds.begin(), p.kinds.end(), count_placed);
  if (&p != &about_all_ && &p != &about_affinity_)
    std::for_each(with_many_labels_.begin(), with_many_labels_.end(), count_placed);
  p.tallies.push_back(made.get());
  tallies_.emplace(std::move(name), made);
  return made;
}

std::shared_ptr<census> pod_tallies::find_census(const cluster& nodes, const tally_wish& wish) const {
  std::string name = content_key().add(key_text(wish.key)).add(wish.where.identity()).take();
  if (const auto there = censuses_.find(name); there != censuses_.end()) return there->second;
  auto made = std::make_shared<census>();
  made->by = find_topology(nodes, wish.key);
  made->within = find_scope(nodes, wish.where);
  nodes.nodes().for_each([&](node_id n) { made->enter(n); });
  return censuses_.emplace(std::move(name), std::move(made)).first->second;
}

std::shared_ptr<topology> pod_tallies::find_topology(const cluster& nodes, const topology_key& key) const {
  std::string name = key_text(key);
  if (const auto there = topologies_.find(name); there != topologies_.end()) return there->second;
  auto made = std::make_shared<topology>(key);
  nodes.nodes().for_each([&](node_id n) { made->enter(n, nodes.node(n)); });
  return topologies_.emplace(std::move(name), std::move(made)).first->second;
}

std::shared_ptr<scope> pod_tallies::find_scope(const cluster& nodes, const scope_rules& rules) const {
  std::string name = rules.identity();
  if (const auto there = scopes_.find(name); there != scopes_.end()) return there->second;
  auto made = std::make_shared<scope>(rules);
  nodes.nodes().for_each([&](node_id n) { made->enter(n, nodes.node(n)); });
  return scopes_.emplace(std::move(name), std::move(made)).first->second;
}

// Whoever made the table twice as long has paid for one look through it.
void pod_tallies::sweep_tallies() const {
  const auto dead = [](const auto& entry) { return entry.second.use_count() == 1; };
  std::vector<const tally*> gone;
  for (const auto& entry : tallies_)
    if (dead(entry)) gone.push_back(entry.second.get());
  std::sort(gone.begin(), gone.end());
  const auto is_gone = [&](const tally* t) { return std::binary_search(gone.begin(), gone.end(), t); };
  for (const auto& entry : kinds_) std::erase_if(entry.second->feeds, [&](const feed& f) { return is_gone(f.into); });
  for (auto& [of, p] : by_label_) std::erase_if(p.tallies, is_gone);
  std::erase_if(about_affinity_.tallies, is_gone);
  std::erase_if(about_all_.tallies, is_gone);
  std::erase_if(by_label_, [](const auto& p) { return p.second.kinds.empty() && p.second.tallies.empty(); });
  std::erase_if(tallies_, dead);
  std::erase_if(censuses_, dead);
  std::erase_if(scopes_, dead);
  std::erase_if(topologies_, dead);
  sweep_tallies_at_ = 256 + 2 * tallies_.size();
}

void pod_tallies::sweep_kinds() {
  std::vector<const kind*> gone;
  for (const auto& entry : kinds_)
    if (entry.second->specs == 0) gone.push_back(entry.second.get());
  std::sort(gone.begin(), gone.end());
  const auto is_gone = [&](const kind* k) { return std::binary_search(gone.begin(), gone.end(), k); };
  const auto drop_gone = [&](std::vector<kind*>& kinds) {
    std::erase_if(kinds, is_gone);
    k8s::shrink_list(kinds);
  };
  for (auto& [of, p] : by_label_) drop_gone(p.kinds);
  drop_gone(with_many_labels_);
  drop_gone(about_affinity_.kinds);
  drop_gone(about_all_.kinds);
  std::erase_if(by_label_, [](const auto& p) { return p.second.kinds.empty() && p.second.tallies.empty(); });
  for (const kind* k : gone) count_keys(*k->like, false);
  std::erase_if(kinds_, [](const auto& entry) { return entry.second->specs == 0; });
  k8s::shrink_table(kinds_);
  idle_kinds_ = 0;
}

// ---- nodes ----------------------------------------------------------------------------------------------------------

void pod_tallies::move_pods(node_id n, std::int64_t sign) {
  for (const kind* k : kinds_on_[n]) add(*k, n, k->on.find(n)->second, sign);
}

// A node's pods leave with its old domains and scopes, and come back with the new ones.
void pod_tallies::node_changed(node_id n, const k8s::node* before, const k8s::node& now) {
  if (kinds_on_.size() <= n) kinds_on_.resize(std::size_t{n} + 1);
  if (before != nullptr && same_here(*before, now)) return;
  if (before != nullptr) node_removed(n, *before);
  count_labels(now, true);
  for (const auto& [name, t] : topologies_) t->enter(n, now);
  for (const auto& [name, s] : scopes_) s->enter(n, now);
  for (const auto& [name, c] : censuses_) c->enter(n);
  for (const auto& [name, t] : tallies_) t->node_entered(n);
  move_pods(n, 1);
}

void pod_tallies::node_removed(node_id n, const k8s::node& last) {
  count_labels(last, false);
  move_pods(n, -1);
  for (const auto& [name, t] : tallies_) t->node_leaves(n);
  for (const auto& [name, c] : censuses_) c->leave(n);
  for (const auto& [name, s] : scopes_) s->leave(n);
  for (const auto& [name, t] : topologies_) t->leave(n);
}

}  // namespace berth::scoring
