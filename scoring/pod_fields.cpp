#include "scoring/pod_fields.hpp"
#include "k8s/text/keyed_hash.hpp"

#include <algorithm>
#include <string_view>

namespace berth::scoring {

namespace {

using k8s::container;
using k8s::pod_spec;

class hasher {
 public:
  hasher& add(std::uint64_t v) {
    of_.add(v);
    return *this;
  }
  hasher& add(std::string_view s) {
    of_.add(s);
    return *this;
  }
  hasher& add(const k8s::string_map& m) {
    add(m.size());
    for (const auto& [key, value] : m) add(key).add(value);
    return *this;
  }
  hasher& add(const k8s::resource_list& r) {
    add(r.size());
    for (const auto& [name, amount] : r) {
      add(name).add(static_cast<std::uint64_t>(amount.milli_value()));
      if (amount != k8s::quantity::from_milli(amount.milli_value())) add(amount.text());
    }
    return *this;
  }
  hasher& add(const std::vector<std::string>& list) {
    add(list.size());
    for (const std::string& s : list) add(s);
    return *this;
  }
  hasher& add(const std::vector<k8s::selector_requirement>& list) {
    add(list.size());
    for (const k8s::selector_requirement& r : list) add(r.key).add(static_cast<std::uint64_t>(r.op)).add(r.values);
    return *this;
  }
  hasher& add(const k8s::node_selector_term& t) { return add(t.match_expressions).add(t.match_fields); }
  hasher& add(const std::optional<k8s::label_selector>& s) {
    return s ? add(s->match_labels).add(s->match_expressions) : add(0);
  }
  hasher& add(const k8s::pod_affinity_term& t) {
    return add(t.topology_key)
        .add(t.selector)
        .add(t.namespaces)
        .add(t.namespace_selector)
        .add(t.match_label_keys)
        .add(t.mismatch_label_keys);
  }
  std::size_t done() { return of_.done(); }

 private:
  k8s::keyed_hash of_;
};

template <class F>
void each_container(const pod_spec& s, F&& f) {
  for (const container& c : s.init_containers) f(c);
  for (const container& c : s.containers) f(c);
}

template <class Eq>
bool same_containers(const pod_spec& a, const pod_spec& b, Eq&& eq) {
  const auto same = [&](const std::vector<container>& x, const std::vector<container>& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), eq);
  };
  return same(a.init_containers, b.init_containers) && same(a.containers, b.containers);
}

// All that equality looks at: what is left out makes candidates more numerous, and whoever writes pods could make them
// so numerous that each new one is compared with all others.
void add_fields(hasher& h, const pod_spec& s, std::uint32_t fields) {
  if (fields & pod_requests) {
    each_container(s, [&](const container& c) { h.add(c.requests).add(c.sidecar ? 1 : 0); });
    h.add(s.overhead).add(s.pod_requests);
  }
  if (fields & pod_node_rules) {
    h.add(s.node_selector)
        .add((s.affinity ? 1u : 0u) | (s.affinity && s.affinity->required ? 2u : 0u))
        .add(s.needed_features);
    if (s.affinity) {
      if (s.affinity->required)
        for (const auto& term : s.affinity->required->terms) h.add(term);
      for (const auto& term : s.affinity->preferred)
        h.add(static_cast<std::uint64_t>(term.weight)).add(term.preference);
    }
  }
  if (fields & pod_tolerations)
    for (const auto& t : s.tolerations)
      h.add(t.key).add(t.value).add(static_cast<std::uint64_t>(t.effect) << 8 | static_cast<std::uint64_t>(t.op));
  if (fields & pod_host_ports)
    each_container(s, [&](const container& c) {
      h.add(c.host_ports.size());
      for (const auto& p : c.host_ports) h.add(static_cast<std::uint64_t>(p.port)).add(p.protocol).add(p.ip);
    });
  if (fields & pod_images) each_container(s, [&](const container& c) { h.add(c.image); });
  if (fields & pod_labels) h.add(s.labels);
  if (fields & pod_namespace) h.add(s.namespace_);
  if (fields & pod_affinity_rules)
    for (const auto* rules : {&s.pod_affinity_rules, &s.pod_anti_affinity_rules}) {
      h.add(*rules ? (*rules)->required.size() + 1 : 0);
      if (*rules) {
        for (const auto& term : (*rules)->required) h.add(term);
        for (const auto& term : (*rules)->preferred) h.add(static_cast<std::uint64_t>(term.weight)).add(term.term);
      }
    }
  if (fields & pod_spread_rules)
    for (const auto& c : s.spread_constraints)
      h.add(c.topology_key)
          .add(static_cast<std::uint64_t>(c.max_skew))
          .add(static_cast<std::uint64_t>(c.min_domains))
          .add((c.do_not_schedule ? 1u : 0u) | (c.honor_node_affinity ? 2u : 0u) | (c.honor_node_taints ? 4u : 0u))
          .add(c.selector)
          .add(c.match_label_keys);
  if (fields & pod_volumes) {
    for (const auto& v : s.volumes)
      h.add(v.name).add(v.reference).add(static_cast<std::uint64_t>(v.kind)).add(v.source ? v.source->id : "");
    h.add(s.resource_claims);
  }
  if (fields & pod_priority) h.add(static_cast<std::uint64_t>(s.priority)).add(s.may_preempt ? 1 : 0);
  if ((fields & pod_owner) && s.owner) h.add(s.owner->uid).add(s.owner->name).add(s.owner->kind);
}

bool same_images(const pod_spec& a, const pod_spec& b) {
  if (!same_containers(a, b, [](const container& x, const container& y) { return x.image == y.image; })) return false;
  // Image volumes, in order, whatever lies between them.
  auto i = a.volumes.begin();
  auto j = b.volumes.begin();
  for (;; ++i, ++j) {
    const auto is_image = [](const k8s::volume& v) { return v.kind == k8s::volume_kind::image; };
    i = std::find_if(i, a.volumes.end(), is_image);
    j = std::find_if(j, b.volumes.end(), is_image);
    if (i == a.volumes.end() || j == b.volumes.end()) return i == a.volumes.end() && j == b.volumes.end();
    if (i->reference != j->reference) return false;
  }
}

bool same_spec_fields(const pod_spec& a, const pod_spec& b, std::uint32_t fields) {
  if ((fields & pod_requests) && !(a.overhead == b.overhead && a.pod_requests == b.pod_requests &&
                                   same_containers(a, b, [](const container& x, const container& y) {
                                     return x.requests == y.requests && x.sidecar == y.sidecar;
                                   })))
    return false;
  if ((fields & pod_node_rules) &&
      !(a.node_selector == b.node_selector && a.affinity == b.affinity && a.needed_features == b.needed_features))
    return false;
  if ((fields & pod_tolerations) && a.tolerations != b.tolerations) return false;
  if ((fields & pod_host_ports) &&
      !same_containers(a, b, [](const container& x, const container& y) { return x.host_ports == y.host_ports; }))
    return false;
  if ((fields & pod_images) && !same_images(a, b)) return false;
  if ((fields & pod_labels) && a.labels != b.labels) return false;
  if ((fields & pod_namespace) && a.namespace_ != b.namespace_) return false;
  if ((fields & pod_affinity_rules) &&
      !(a.pod_affinity_rules == b.pod_affinity_rules && a.pod_anti_affinity_rules == b.pod_anti_affinity_rules))
    return false;
  if ((fields & pod_spread_rules) && a.spread_constraints != b.spread_constraints) return false;
  if ((fields & pod_volumes) && !(a.volumes == b.volumes && a.resource_claims == b.resource_claims)) return false;
  if ((fields & pod_owner) && a.owner != b.owner) return false;
  return !(fields & pod_priority) || (a.priority == b.priority && a.may_preempt == b.may_preempt);
}

}  // namespace

std::size_t hash_of(const k8s::pod& pod, std::uint32_t fields) {
  hasher h;
  add_fields(h, *pod.spec, fields);
  if (fields & pod_node_rules) h.add(pod.node_name);
  if (fields & pod_identity) h.add(pod.uid).add(pod.key.name);
  return h.done();
}

bool equal_in(const k8s::pod& a, const k8s::pod& b, std::uint32_t fields) {
  if ((fields & pod_identity) && &a != &b) return false;
  if ((fields & pod_node_rules) && a.node_name != b.node_name) return false;
  return a.spec == b.spec || same_spec_fields(*a.spec, *b.spec, fields);
}

std::size_t hash_of(const k8s::pod_spec& spec, std::uint32_t fields) {
  hasher h;
  add_fields(h, spec, fields);
  return h.done();
}

bool equal_in(const k8s::pod_spec& a, const k8s::pod_spec& b, std::uint32_t fields) {
  return &a == &b || same_spec_fields(a, b, fields);
}

std::size_t hash_of(const k8s::pod_spec& spec) {
  hasher h;
  add_fields(h, spec, pod_spec_fields);
  h.add(spec.scheduler_name).add(spec.init_containers.size()).add(spec.pod_limits);
  each_container(spec, [&](const container& c) { h.add(c.name).add(c.limits); });
  return h.done();
}

}  // namespace berth::scoring
