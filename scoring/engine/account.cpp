#include "scoring/engine/account.hpp"

#include "scoring/engine/guard.hpp"
#include "scoring/explain/shortfalls.hpp"
#include "scoring/explains.hpp"

#include <map>

namespace berth::scoring {

namespace {

struct teller {
  std::string_view name;
  const explains* call;
};

// Those of these plugins that can tell.
std::vector<teller> tellers_of(const lineup& plugins, const std::vector<std::string_view>& names) {
  std::vector<teller> out;
  for (const auto& p : plugins.plugins)
    for (const std::string_view name : names)
      if (const auto* call = p->name() == name ? dynamic_cast<const explains*>(p.get()) : nullptr)
        out.push_back({name, call});
  return out;
}

}  // namespace

void enter_shortfalls(explanation& of, const lineup& plugins, const std::vector<std::string_view>& narrowed_by,
                      const pod_info& pod, const cluster& nodes, cycle_state& cycle) {
  shortfall_sums sums(nodes);
  std::map<const status*, std::vector<teller>> tellers;  // nodes share a handful of refusals
  for (const node_verdict& v : of.nodes) {
    if (v.refused == nullptr) continue;
    auto [at, is_new] = tellers.try_emplace(v.refused);
    if (is_new)
      at->second = tellers_of(
          plugins, v.refused->plugin.empty() ? narrowed_by : std::vector<std::string_view>{v.refused->plugin});
    const node_id node = nodes.find_node(v.name);
    for (const teller& t : at->second) {
      const status told = guarded([&] {
        for (shortfall& one : t.call->account(pod, nodes, cycle, node)) sums.add(t.name, node, std::move(one));
      });
      if (!told.is_ok()) sums.add(t.name, node, {"the plugin's account: " + told.message()});
    }
  }
  of.shortfalls = sums.list();
}

}  // namespace berth::scoring
