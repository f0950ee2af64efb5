#include "scoring/make_plugin.hpp"
#include "test/scoring/fakes.hpp"

#include "scoring/index/live_cluster.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace berth;
using namespace berth::test;

/// Which plugins a profile runs, in which order: configuration merged with the defaults.
namespace {

using names = std::vector<std::string>;

plugin_set& at(profile_config& c, extension_point p) { return c.points[static_cast<std::size_t>(p)]; }

plugin_entry entry(const std::string& name, std::int32_t weight = 0, std::string path = "here") {
  return {name, weight, std::move(path)};
}

// Plugins by the names of the defaults, so that merging can be seen without berth's own.
registry with_default_names() {
  registry r;
  for (const plugin_entry& e : default_plugins())
    r.add(e.name, [name = e.name](arguments&, const plugin_context&) -> std::unique_ptr<plugin> {
      if (name == "PrioritySort") return std::make_unique<of<fake_queue_sort>>(name);
      if (name == "DefaultBinder") return std::make_unique<of<fake_bind>>(name);
      if (name == "NodeResourcesFit" || name == "NodeAffinity")
        return std::make_unique<of<fake_filter, fake_score>>(name);
      return std::make_unique<of<fake_filter>>(name);
    });
  r.add("Extra", [](arguments&, const plugin_context&) -> std::unique_ptr<plugin> {
    return std::make_unique<of<fake_filter, fake_score>>("Extra");
  });
  return r;
}

names default_filters() {
  names out;
  for (const plugin_entry& e : default_plugins())
    if (e.name != "PrioritySort" && e.name != "DefaultBinder") out.push_back(e.name);
  return out;
}

names without(names list, const std::string& name) { return std::erase(list, name), list; }

names with(names list, const std::string& name) { return list.push_back(name), list; }

names filters(const profile_config& c) { return profile(c, with_default_names()).plugins_at(extension_point::filter); }

std::string error_of(const profile_config& c, const registry& r) {
  try {
    profile made(c, r);
  } catch (const configuration_error& e) {
    return e.what();
  }
  return "";
}

profile_config named() {
  profile_config c;
  c.scheduler_name = "berth";
  return c;
}

// Of the one node there is.
std::int64_t total_of(const profile_config& c, const registry& r) {
  profile p(c, r);
  live_cluster nodes;
  nodes.set_node(make_node("n1"));
  return p.explain(nodes.intern(make_pod("a")), nodes).nodes.front().total;
}

}  // namespace

TEST_CASE("profile: without configuration, the default plugins at all their points, in order") {
  CHECK(filters(named()) == default_filters());
  const profile p(named(), with_default_names());
  CHECK(p.plugins_at(extension_point::queue_sort) == names{"PrioritySort"});
  CHECK(p.plugins_at(extension_point::score) == names{"NodeAffinity", "NodeResourcesFit"});
  CHECK(p.plugins_at(extension_point::permit).empty());
  CHECK(p.scheduler_name() == "berth");
}

TEST_CASE("profile: a plugin enabled under multiPoint is appended, a default one keeps its place") {
  profile_config c = named();
  c.multi_point.enabled = {entry("Extra"), entry("NodeAffinity", 9)};
  CHECK(filters(c) == with(default_filters(), "Extra"));
}

TEST_CASE("profile: multiPoint disables by name, or all defaults by *") {
  profile_config c = named();
  c.multi_point.disabled = {entry("NodePorts")};
  CHECK(filters(c) == without(default_filters(), "NodePorts"));
  c.multi_point.disabled = {entry("*")};
  c.multi_point.enabled = {entry("Extra"), entry("NodeName"), entry("PrioritySort"), entry("DefaultBinder")};
  CHECK(filters(c) == names{"Extra", "NodeName"});
}

TEST_CASE("profile: a plugin disabled and enabled again under multiPoint goes to the end") {
  profile_config c = named();
  c.multi_point.disabled = {entry("NodeName")};
  c.multi_point.enabled = {entry("NodeName")};
  CHECK(filters(c) == with(without(default_filters(), "NodeName"), "NodeName"));
}

TEST_CASE("profile: a point disables by name or by * without touching other points") {
  profile_config c = named();
  at(c, extension_point::filter).disabled = {entry("NodeResourcesFit")};
  CHECK(filters(c) == without(default_filters(), "NodeResourcesFit"));
  CHECK(profile(c, with_default_names()).plugins_at(extension_point::score) ==
        names{"NodeAffinity", "NodeResourcesFit"});
  at(c, extension_point::filter).disabled = {entry("*")};
  at(c, extension_point::filter).enabled = {entry("NodePorts"), entry("Extra")};
  CHECK(filters(c) == names{"NodePorts", "Extra"});
}

TEST_CASE("profile: a point's own entries that multiPoint has too come first, the others last") {
  profile_config c = named();
  at(c, extension_point::filter).enabled = {entry("Extra"), entry("NodeResourcesFit"), entry("NodePorts")};
  names expected{"NodeResourcesFit", "NodePorts"};
  for (const std::string& name : without(without(default_filters(), "NodeResourcesFit"), "NodePorts"))
    expected.push_back(name);
  CHECK(filters(c) == with(expected, "Extra"));
}

TEST_CASE("profile: a weight under score wins over multiPoint's, and none is 1") {
  fake_profile f;
  f.add<of<fake_score>>("A", [](auto& a) { a.on_score = [](auto&&...) { return 10; }; });
  CHECK(total_of(f.config, f.plugins) == 10);
  f.config.multi_point.enabled.back().weight = 3;
  CHECK(total_of(f.config, f.plugins) == 30);
  at(f.config, extension_point::score).enabled = {entry("A", 5)};
  CHECK(total_of(f.config, f.plugins) == 50);
}

TEST_CASE("profile: what is wrong is said with the path of the entry") {
  const registry r = with_default_names();
  profile_config c = named();
  at(c, extension_point::filter).enabled = {entry("Nope", 0, "profiles[0].plugins.filter.enabled[0]")};
  CHECK(error_of(c, r) == "profiles[0].plugins.filter.enabled[0]: FilterPlugin \"Nope\" does not exist");

  c = named();
  c.multi_point.enabled = {entry("Nope", 0, "profiles[0].plugins.multiPoint.enabled[0]")};
  CHECK(error_of(c, r) == "profiles[0].plugins.multiPoint.enabled[0]: PreFilterPlugin \"Nope\" does not exist");

  c = named();
  at(c, extension_point::permit).enabled = {entry("NodeName", 0, "p")};
  CHECK(error_of(c, r) == "p: plugin \"NodeName\" does not extend PermitPlugin plugin");

  c = named();
  at(c, extension_point::score).enabled = {entry("Extra", 1, "a"), entry("Extra", 2, "b")};
  CHECK(error_of(c, r) == "b: plugin \"Extra\" already registered as \"ScorePlugin\"");

  c = named();
  c.multi_point.enabled = {entry("Extra", 1, "a"), entry("Extra", 2, "b")};
  CHECK(error_of(c, r) == "b: plugin \"Extra\" already registered as \"FilterPlugin\"");

  c = named();
  c.multi_point.disabled = {entry("PrioritySort")};
  CHECK(error_of(c, r) ==
        "profiles[0].plugins.queueSort: only one queue sort plugin required for profile with scheduler "
        "name \"berth\", but got 0");

  c = named();
  c.multi_point.disabled = {entry("DefaultBinder")};
  CHECK(error_of(c, r) ==
        "profiles[0].plugins.bind: at least one bind plugin is needed for profile with scheduler name \"berth\"");
}

TEST_CASE(
    "profile: arguments are for plugins that exist, once each, and are read also where the plugin is not enabled") {
  fake_profile f;
  f.plugins.add("Strict", [](arguments& args, const plugin_context&) -> std::unique_ptr<plugin> {
    args.integer("limit", 0, 10);
    args.finish();
    return std::make_unique<of<fake_filter>>("Strict");
  });
  const auto arguments_of = [](std::string name, k8s::value v, std::string path) {
    return plugin_arguments{std::move(name), std::move(v), std::move(path)};
  };
  const k8s::value typo(k8s::value::map{{"limmit", k8s::value(1)}});
  f.config.arguments = {arguments_of("Strict", typo, "profiles[0].pluginConfig[0].args")};
  CHECK(error_of(f.config, f.plugins).starts_with("profiles[0].pluginConfig[0].args.limmit: "));
  f.config.arguments = {arguments_of("Nope", {}, "a")};
  CHECK(error_of(f.config, f.plugins) == "a: plugin \"Nope\" does not exist");
  f.config.arguments = {arguments_of("Strict", {}, "a"), arguments_of("Strict", {}, "b")};
  CHECK(error_of(f.config, f.plugins) == "b: repeated config for plugin Strict");
}

TEST_CASE("profile: a plugin that cannot be made is named") {
  fake_profile f;
  f.plugins.add("Broken", [](arguments&, const plugin_context&) -> std::unique_ptr<plugin> {
    throw std::runtime_error("no such device");
  });
  f.config.multi_point.enabled.push_back(entry("Broken"));
  CHECK(error_of(f.config, f.plugins) ==
        "profiles[0].pluginConfig[Broken].args: initializing plugin \"Broken\": no such device");
}

TEST_CASE("profile: makers are told the scheduler's name, and each plugin is made once") {
  fake_profile f;
  int made = 0;
  std::string told;
  f.plugins.add("A", [&](arguments&, const plugin_context& context) -> std::unique_ptr<plugin> {
    ++made;
    told = context.scheduler_name;
    return std::make_unique<of<fake_filter, fake_score>>("A");
  });
  f.config.multi_point.enabled.push_back(entry("A"));
  at(f.config, extension_point::score).enabled.push_back(entry("A", 2));
  const profile p = f.make();
  CHECK(made == 1);
  CHECK(told == "berth");
}

TEST_CASE("profile: the largest weights that a file can hold do not overflow the total") {
  fake_profile f;
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  for (int i = 0; i < 50; ++i)
    f.add<of<fake_score>>(
        "S" + std::to_string(i), [](auto& p) { p.on_score = [](auto&&...) { return 100; }; }, most);
  CHECK(total_of(f.config, f.plugins) == std::int64_t{50} * 100 * most);
}

TEST_CASE("make_plugin: a plugin is made by whichever constructor it has, and what it did not read is refused") {
  struct plain : of<fake_filter> {
    plain() : of("Plain") {}
  };
  struct reading : of<fake_filter> {
    explicit reading(arguments& args) : of("Reading") { args.integer("limit", 0, 9); }
  };
  struct knowing : of<fake_filter> {
    knowing(arguments&, const plugin_context& context) : of("Knowing") { CHECK(context.scheduler_name == "berth"); }
  };
  registry r = with_default_names();
  r.add("Plain", make_plugin<plain>);
  r.add("Reading", make_plugin<reading>);
  r.add("Knowing", make_plugin<knowing>);
  profile_config c;
  c.scheduler_name = "berth";
  c.multi_point.enabled = {entry("Plain"), entry("Reading"), entry("Knowing")};
  CHECK(error_of(c, r) == "");
  c.arguments = {{"Reading", k8s::value(k8s::value::map{{"limit", 3}, {"limmit", 4}}), "args"}};
  CHECK(error_of(c, r) == "args.limmit: unknown field");
  CHECK_THROWS_WITH(r.add("Plain", make_plugin<plain>), "there are two plugins called Plain");
}

TEST_CASE("profile: a plugin that is not there, or that goes by another name, is an error and not a riddle") {
  registry r = with_default_names();
  r.add("Nobody", [](arguments&, const plugin_context&) { return std::unique_ptr<plugin>(); });
  r.add("Alias", [](arguments&, const plugin_context&) -> std::unique_ptr<plugin> {
    return std::make_unique<of<fake_filter>>("Real");
  });
  profile_config c;
  c.multi_point.enabled = {entry("Nobody")};
  CHECK(error_of(c, r) == "profiles[0].pluginConfig[Nobody].args: initializing plugin \"Nobody\": there is none");
  c.multi_point.enabled = {entry("Alias")};
  CHECK(error_of(c, r) ==
        "profiles[0].pluginConfig[Alias].args: initializing plugin \"Alias\": it calls itself \"Real\"");
}
