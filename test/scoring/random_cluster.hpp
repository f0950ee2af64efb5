#pragma once

#include "scoring/index/what_if.hpp"
#include "test/scoring/fakes.hpp"
#include "test/support/objects.hpp"

#include <random>
#include <string>
#include <vector>

/// A cluster that changes at random, and plugins of every reach that look at what changes: to see that what is kept
/// between cycles is what would be found anew.
namespace berth::test {

class random_cluster {
 public:
  explicit random_cluster(std::uint64_t seed) : random(seed) {
    for (std::uint64_t i = 0; i < 3 + random() % 150; ++i) set_node(i);
  }

  /// One change: mostly of pods, now and then of nodes.
  void change() {
    switch (random() % 12) {
      case 0:
        set_node(random() % 200);
        break;
      case 1:
        nodes.remove_node(name(random() % 200));
        break;
      case 2:
        try_something();
        break;
      case 3:
      case 4:
      case 5:
        nodes.remove("default-p" + std::to_string(random() % 300));
        break;
      default:
        nodes.place(nodes.intern(pod(random() % 300)), name(random() % 200));
        break;
    }
  }

  /// More changes than the log remembers.
  void outrun_the_log() {
    const pod_info p = nodes.intern(pod(1));
    for (std::size_t i = 0; i <= change_log::capacity / 2; ++i) {
      nodes.place(p, name(random() % 200));
      change();
    }
  }

  make_pod pod(std::uint64_t i) {
    make_pod p("p" + std::to_string(i));
    p.cpu(std::to_string(random() % 4) + "00m").label("kind", std::to_string(random() % 3));
    if (random() % 8 == 0) p.label("odd", "yes");
    if (random() % 8 == 0) p.node_selector("zone", "z" + std::to_string(random() % 3));
    if (random() % 16 == 0) p.label("pin", name(random() % 200));
    return p;
  }

  live_cluster nodes;
  std::mt19937_64 random;

 private:
  static std::string name(std::uint64_t i) { return "n" + std::to_string(i); }
  void set_node(std::uint64_t i) {
    make_node n(name(i));
    n.cpu(std::to_string(random() % 4 + 1)).label("zone", "z" + std::to_string(random() % 3));
    if (random() % 4 == 0) n.taint("t", std::to_string(random() % 3));
    if (random() % 4 == 0) n.image({"i" + std::to_string(random() % 3)}, 1);
    nodes.set_node(n);
  }
  void try_something() {
    what_if w(nodes);
    for (int i = 0; i < 5; ++i) {
      w.place(nodes.intern(pod(random() % 300)), name(random() % 200));
      w.remove("default-p" + std::to_string(random() % 300));
    }
  }
};

/// Filters and scores of every kind, in an order and with weights of chance.
inline fake_profile random_plugins(std::mt19937_64& random) {
  fake_profile f;
  std::vector<std::function<void()>> adds;
  const auto weight = [&] { return static_cast<std::int32_t>(random() % 4); };
  const auto has = [](const pod_info& p, const char* label) { return p.spec().labels.contains(label); };
  const auto kind = [](const pod_info& p) { return std::stoll(*p.spec().labels.find("kind")); };
  const dependencies of_node{pod_requests | pod_labels | pod_node_rules, reach::own_node};
  const dependencies of_nodes{pod_labels, reach::all_nodes};

  adds.push_back([&] {
    f.add<of<fake_pre_filter, fake_filter, fake_pre_score, fake_score>>(
        "Fit",
        [](auto& p) {
          p.on_filter = [](const pod_info& pod, const cluster& c, node_id n) {
            const std::int64_t free = c.allocatable(cpu)[n] - c.requested(cpu)[n];
            return pod.requests->of(cpu) > free
                       ? status::refuse("lacks " + std::to_string(pod.requests->of(cpu) - free))
                       : status::ok();
          };
          p.on_score = [](auto&, const cluster& c, node_id n) { return c.pod_count()[n] * 7 % 101; };
        },
        weight(), of_node);
  });
  adds.push_back([&] {
    f.add<of<fake_pre_filter, fake_filter>>(
        "Zone",
        [](auto& p) {
          p.on_pre_filter = [](const pod_info& pod, const cluster&) {
            return pre_filter_result{pod.spec().node_selector.empty() ? status::skipped() : status::ok(), std::nullopt};
          };
          p.on_filter = [](const pod_info& pod, const cluster& c, node_id n) {
            return *c.node(n).labels.find("zone") == *pod.spec().node_selector.find("zone")
                       ? status::ok()
                       : status::unresolvable("zone");
          };
        },
        0, of_node);
  });
  adds.push_back([&] {
    f.add<of<fake_pre_filter, fake_filter>>(
        "Sometimes",
        [](auto& p) {  // skipped by what the cluster is like
          p.on_pre_filter = [](auto&, const cluster& c) {
            return pre_filter_result{c.placed_count() % 3 == 0 ? status::ok() : status::skipped(), std::nullopt};
          };
          p.on_filter = [](auto&, const cluster& c, node_id n) {
            return c.taint_sets()[n] != 0 ? status::refuse("tainted") : status::ok();
          };
        },
        0, {0, reach::own_node});
  });
  adds.push_back([&] {
    f.add<of<fake_filter>>(
        "Count",
        [](auto& p) {
          p.on_filter = [](auto&, const cluster& c, node_id n) {
            return (c.node_count() + n) % 5 == 0 ? status::refuse("count") : status::ok();
          };
        },
        0, of_nodes);
  });
  adds.push_back([&] {
    f.add<of<fake_filter>>("World", [](auto& p) {
      p.on_filter = [](auto&, const cluster& c, node_id n) {
        const std::size_t placed = c.placed_count();  // now and then nobody fits
        return placed % 4 == 0 || (placed + n) % 7 == 0 ? status::refuse("world") : status::ok();
      };
    });
  });
  adds.push_back([&] {
    f.add<of<fake_pre_filter>>("Pin", [has](auto& p) {
      p.on_pre_filter = [has](const pod_info& pod, const cluster&) -> pre_filter_result {
        if (!has(pod, "pin")) return {};
        return {status::ok(), std::vector<std::string>{*pod.spec().labels.find("pin"), "n1", "n2", "n3"}};
      };
    });
  });
  adds.push_back([&] {
    f.add<of<fake_score>>("Used",
                          [](auto& p) {
                            p.scale = scaling::by_largest;
                            p.on_score = [](auto&, const cluster& c, node_id n) { return c.requested(cpu)[n]; };
                          },
                          weight(), {0, reach::own_node});
  });
  adds.push_back([&] {
    f.add<of<fake_score>>("Images",
                          [](auto& p) {
                            p.scale = scaling::by_largest_reversed;
                            p.on_score = [](auto&, const cluster& c, node_id n) -> std::int64_t {
                              const image_state* i = c.image("i1");
                              return i != nullptr && i->on.contains(n) ? static_cast<std::int64_t>(i->nodes) : 0;
                            };
                          },
                          weight(), {0, reach::all_nodes});
  });
  adds.push_back([&] {
    f.add<of<fake_score>>("Odd",
                          [has](auto& p) {  // for some pods not what a column can hold
                            p.scale = scaling::by_largest;
                            p.on_score = [has](const pod_info& pod, const cluster& c, node_id n) {
                              return has(pod, "odd") ? (std::int64_t{1} << 40) * c.pod_count()[n] : c.pod_count()[n];
                            };
                          },
                          weight(), {pod_labels, reach::own_node});
  });
  adds.push_back([&] {
    f.add<of<fake_pre_score, fake_score>>(
        "Own",
        [kind](auto& p) {
          p.scale = scaling::own;
          p.on_pre_score = [kind](const pod_info& pod, auto&&...) {
            return kind(pod) == 0 ? status::skipped() : status::ok();
          };
          p.on_score = [](auto&, const cluster& c, node_id n) {
            return static_cast<std::int64_t>((c.placed_count() + n) % 17) - 8;
          };
          p.on_normalize = [](std::span<std::int64_t> scores) {
            const auto [low, high] = std::minmax_element(scores.begin(), scores.end());
            const std::int64_t least = *low, range = std::max<std::int64_t>(1, *high - *low);
            for (std::int64_t& s : scores) s = (s - least) * 100 / range;
            return status::ok();
          };
        },
        weight(), {pod_labels, reach::anywhere});
  });
  adds.push_back([&] {
    f.add<of<fake_pre_score, fake_score>>(
        "Labels",
        [kind](auto& p) {
          p.on_pre_score = [kind](const pod_info& pod, auto&&...) {
            return kind(pod) == 1 ? status::skipped() : status::ok();
          };
          p.on_score = [kind](const pod_info& pod, const cluster& c, node_id n) {
            return (kind(pod) * 31 + static_cast<std::int64_t>(c.node(n).labels.find("zone")->back())) % 101;
          };
        },
        weight(), {pod_labels, reach::own_node});
  });
  std::shuffle(adds.begin(), adds.end(), random);
  for (const auto& add : adds) add();
  return f;
}

}  // namespace berth::test
