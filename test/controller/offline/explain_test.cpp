#include "test/controller/offline/explain_rig.hpp"

#include <doctest/doctest.h>

TEST_CASE("explain: each pending pod is judged against what is placed, and not against the others") {
  k8s::cluster_objects c = example();
  c.pods.push_back(make_pod("fits-too").cpu("1"));
  c.pods.push_back(make_pod("done").cpu("2").on("n3").phase(k8s::pod_phase::succeeded));
  c.pods.push_back(make_pod("done-waiting").phase(k8s::pod_phase::failed));
  const std::vector<pod_judgement> pods = judged(c);
  REQUIRE(pods.size() == 3);
  CHECK(pods[0].pod == "default/fits");
  CHECK(pods[0].why.best == std::vector<std::string>{"n3"});
  CHECK(pods[1].pod == "default/big");
  CHECK_FALSE(pods[1].fits());
  CHECK(pods[2].why.best == std::vector<std::string>{"n3"});
  CHECK_FALSE(pods[2].node);
}

TEST_CASE("explain: pods of other schedulers are left out, unless every name is meant") {
  k8s::cluster_objects c = example();
  c.pods = {make_pod("mine"), make_pod("other").scheduler("default-scheduler")};
  REQUIRE(judged(c).size() == 1);
  CHECK(judged(c)[0].profile == "berth");
  const std::vector<pod_judgement> all = judged(c, {false, true});
  REQUIRE(all.size() == 2);
  CHECK(all[1].profile == "default-scheduler");
}

TEST_CASE("explain: gated and terminating pods are not tried, and say why") {
  k8s::cluster_objects c = example();
  c.pods = {make_pod("gated").gate("g"), make_pod("dying").terminating()};
  const std::vector<pod_judgement> pods = judged(c);
  CHECK(pods[0].held_back == "waiting for scheduling gates: [g]");
  CHECK(pods[1].held_back == "skip schedule deleting pod: default/dying");
  CHECK_FALSE(pods[0].fits());
  CHECK(text_of(pods) ==
        "default/gated: waiting for scheduling gates: [g]\n\n"
        "default/dying: skip schedule deleting pod: default/dying\n\n"
        "2 pending: 0 fit, 2 do not\n");
}

TEST_CASE("simulate: pods go in queue order, and what is placed takes room") {
  k8s::cluster_objects c = example();
  c.pods = {make_pod("late").cpu("2").created(20), make_pod("early").cpu("2").created(10),
            make_pod("last").cpu("2").created(30), make_pod("vip").cpu("2").priority(100).created(40)};
  const std::vector<pod_judgement> pods = judged(c, {true, false});
  REQUIRE(pods.size() == 4);
  CHECK(pods[0].pod == "default/vip");
  CHECK(pods[0].node == "n2");
  CHECK(pods[1].pod == "default/early");
  CHECK(pods[1].node == "n3");
  CHECK(pods[2].pod == "default/late");
  CHECK(pods[2].node == "");
  CHECK(pods[2].why.why.message() ==
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. preemption: 0/3 nodes are "
        "available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.");
  CHECK(json_of(pods).find("\"pod\":\"default/late\",\"profile\":\"berth\",\"node\":null,\"message\":") !=
        std::string::npos);
  CHECK(json_of(pods).find("\"pod\":\"default/vip\",\"profile\":\"berth\",\"node\":\"n2\",\"best\":[\"n2\",\"n3\"]") !=
        std::string::npos);
}

TEST_CASE("explain: the JSON has every node with its verdict or its scores") {
  const k8s::value json = k8s::read_value(json_of(judged(example())), "out").value();
  REQUIRE(json.as_list()->size() == 2);
  const k8s::value& fits = (*json.as_list())[0];
  CHECK(*fits.find("pod")->as_string() == "default/fits");
  CHECK(*fits.find("profile")->as_string() == "berth");
  CHECK(fits.find("node") == nullptr);
  CHECK(fits.find("message") == nullptr);
  CHECK(fits.find("nominated") == nullptr);
  CHECK(*fits.find("best") == k8s::value(k8s::value::list{"n3"}));
  const k8s::value::list& nodes = *fits.find("nodes")->as_list();
  REQUIRE(nodes.size() == 3);
  CHECK(nodes[0] == k8s::value(k8s::value::map{{"name", "n1"},
                                               {"feasible", false},
                                               {"plugin", "TaintToleration"},
                                               {"code", "UnschedulableAndUnresolvable"},
                                               {"reasons", k8s::value::list{"node(s) had untolerated taint(s)"}}}));
  CHECK(*nodes[2].find("feasible")->as_bool());
  CHECK(*nodes[2].find("scores")->find("TaintToleration")->as_int() == 300);
  CHECK(*nodes[2].find("scores")->find("NodeResourcesFit")->as_int() == 74);
  std::int64_t sum = 0;
  for (const auto& [plugin, score] : *nodes[2].find("scores")->as_map()) sum += *score.as_int();
  CHECK(*nodes[2].find("total")->as_int() == sum);
  const k8s::value& big = (*json.as_list())[1];
  CHECK(*big.find("message")->as_string() ==
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. preemption: 0/3 nodes are "
        "available: 3 Preemption is not helpful for scheduling.");
  CHECK(big.find("best") == nullptr);
}

TEST_CASE("explain: JSON of nothing is an empty array") {
  CHECK(json_of({}) == "[]\n");
  CHECK(text_of({}) == "no pending pods\n");
}

TEST_CASE("explain: the text groups nodes by what they said, and shows the best scores") {
  k8s::cluster_objects c;
  for (int i = 0; i < 7; ++i) c.nodes.push_back(make_node("small" + std::to_string(i)).cpu("1"));
  c.nodes.push_back(make_node("tainted").taint("x"));
  for (int i = 0; i < 6; ++i) c.nodes.push_back(make_node("roomy" + std::to_string(i)));
  c.pods = {make_pod("web").cpu("2").memory("1Gi")};
  CHECK(text_of(judged(c)) ==
        "default/web: fits 6 of 14 nodes, best: roomy0, roomy1, roomy2, roomy3 and 2 more\n"
        "      7  Insufficient cpu                  NodeResourcesFit  small0, small1, small2, small3 and 3 more\n"
        "      1  node(s) had untolerated taint(s)  TaintToleration   tainted\n"
        "  needs 2 cpu, most free is 1 on small0, and none is larger than 1 (7 nodes)\n"
        "  x:NoSchedule is not tolerated (tainted)\n"
        "  score   total  TaintToleration  NodeResourcesFit  NodeResourcesBalancedAllocation  ImageLocality\n"
        "  roomy0    436              300                73                               63              0\n"
        "  roomy1    436              300                73                               63              0\n"
        "  roomy2    436              300                73                               63              0\n"
        "  roomy3    436              300                73                               63              0\n"
        "  roomy4    436              300                73                               63              0\n"
        "  and 1 node more\n"
        "\n"
        "1 pending: 1 fit, 0 do not\n");
}

TEST_CASE("explain: replicas that are judged equally are one entry, however many nodes refuse them") {
  k8s::cluster_objects c;
  for (int i = 0; i < 200; ++i) c.nodes.push_back(make_node("n" + std::to_string(i)).cpu(i == 44 ? "3250m" : "3"));
  for (int i = 0; i < 50; ++i)
    c.pods.push_back(make_pod("web-" + std::to_string(i)).cpu("4").owner("ReplicaSet", "web"));
  c.pods.push_back(make_pod("alone-1").cpu("5"));
  c.pods.push_back(make_pod("alone-2").cpu("5"));
  c.pods.push_back(make_pod("fits").cpu("1").owner("ReplicaSet", "web"));
  const std::string text = text_of(judged(c));
  CHECK(
      text.starts_with("default/web-0 and 49 more (ReplicaSet default/web): 0/200 nodes are available: 200 "
                       "Insufficient cpu. preemption: 0/200 nodes are available: 200 Preemption is not helpful for "
                       "scheduling.\n"));
  CHECK(text.find("  needs 4 cpu, most free is 3250m on n44, and none is larger than 3250m (200 nodes)\n") !=
        std::string::npos);
  CHECK(text.find("default/alone-1 and 1 more like it: 0/200") != std::string::npos);
  CHECK(text.find("default/fits: fits 200 of 200 nodes") != std::string::npos);
  CHECK(text.ends_with("53 pending: 1 fit, 52 do not\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') < 40);
  CHECK(k8s::read_value(json_of(judged(c)), "out").value().as_list()->size() == 53);
}

TEST_CASE("simulate: replicas that find a node are one entry with where they go, those that do not are another") {
  k8s::cluster_objects c;
  c.nodes = {make_node("n1").cpu("3"), make_node("n2").cpu("2")};
  for (int i = 0; i < 8; ++i) c.pods.push_back(make_pod("web-" + std::to_string(i)).cpu("1").owner("Job", "j"));
  const std::string text = text_of(judged(c, {true, false}));
  CHECK(
      text.starts_with("default/web-0 and 4 more (Job default/j): go to n1 (3), n2 (2)\n\n"
                       "default/web-5 and 2 more (Job default/j): 0/2 nodes are available: 2 Insufficient cpu. "
                       "preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.\n"));
}

TEST_CASE("explain: of the nodes those are shown that are asked for, in the text and in JSON") {
  const file cluster("cluster.yaml", std::string(small_cluster) +
                                         "- {apiVersion: v1, kind: Node, metadata: {name: n2}, status: {allocatable: "
                                         "{cpu: '1', pods: '10'}}}\n");
  const auto names = [&](const std::string& which) {
    explain_options options{cluster.path(), "", "json", false};
    options.pod = "default/b";
    options.nodes = which;
    const run r = explain(options);
    const k8s::value json = k8s::read_value(r.out, "out").value();
    const k8s::value* nodes = (*json.as_list())[0].find("nodes");
    std::string out = nodes == nullptr ? "absent" : "";
    if (nodes != nullptr)
      for (const k8s::value& n : *nodes->as_list()) out += *n.find("name")->as_string() + " ";
    return out;
  };
  CHECK(names("all") == "n1 n2 ");
  CHECK(names("refused") == "n2 ");
  CHECK(names("best") == "n1 ");
  CHECK(names("none") == "absent");
  explain_options options{cluster.path(), "", "text", false};
  options.nodes = "some";
  CHECK(explain(options).code == 2);
}

TEST_CASE("explain: what a file can name writes no control characters to a terminal, and no endless line") {
  k8s::cluster_objects c;
  for (int i = 0; i < 300; ++i) c.nodes.push_back(make_node("n" + std::to_string(i)));
  c.pods = {make_pod("web").node_selector("disk", "\x1b[31mssd\n")};
  const std::string text = text_of(judged(c));
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("nodeSelector wants disk=?[31mssd?, which no node has") != std::string::npos);
}

TEST_CASE("explain: the exit code says whether all fit") {
  const file cluster("cluster.yaml", small_cluster), configuration("config.yaml", config);
  const run all_names = explain({cluster.path(), "", "text", false});
  CHECK(all_names.code == 0);
  CHECK(all_names.out.find("2 pending: 2 fit, 0 do not") != std::string::npos);
  const run ours = explain({cluster.path(), configuration.path(), "text", false});
  CHECK(ours.code == 0);
  CHECK(ours.out.find("1 pending: 1 fit") != std::string::npos);
  const run simulated = explain({cluster.path(), "", "json", true});
  CHECK(simulated.code == 1);
  CHECK(simulated.out.find("\"pod\":\"default/b\",\"profile\":\"default-scheduler\",\"node\":\"n1\"") !=
        std::string::npos);
  CHECK(simulated.err.empty());
}

TEST_CASE("explain: what is wrong is one line and exit code 2") {
  const file cluster("cluster.yaml", small_cluster), broken("broken.json", "{\"kind\": \"List\", \"items\": [");
  const file typo("typo.yaml", std::string(config) + "podMaxBackofSeconds: 1\n");
  const run missing = explain({"/nonexistent/cluster.json", "", "text", false});
  CHECK(missing.code == 2);
  CHECK(missing.err == "berth: /nonexistent/cluster.json: no such file\n");
  CHECK(explain({"shop/web-0", "", "text", false}).err ==
        "berth: shop/web-0: no such file; a pod of a running cluster: `berth explain pod shop/web-0`\n");
  CHECK(explain({"web", "", "text", true}).err ==
        "berth: web: no such file; a pod of a running cluster: `berth simulate pod web`\n");
  CHECK(explain({"~/dump.json", "", "text", false}).err ==
        "berth: ~/dump.json: no such file (the shell has not replaced ~, as after \"=\": write $HOME)\n");
  const run cut = explain({broken.path(), "", "text", false});
  CHECK(cut.code == 2);
  CHECK(cut.err.starts_with("berth: " + broken.path()));
  const run misspelt = explain({cluster.path(), typo.path(), "text", false});
  CHECK(misspelt.code == 2);
  CHECK(misspelt.err == "berth: " + typo.path() + ": podMaxBackofSeconds: unknown field\n");
  CHECK(explain({cluster.path(), "", "xml", false}).err == "berth: output \"xml\" is neither text nor json\n");
}

TEST_CASE("explain: without a pod to judge it is an error, with an empty array for programs") {
  const file configuration("config.yaml", config);
  const auto judge = [&](const std::string& text, const std::string& output = "text") {
    const file cluster("nothing.yaml", text);
    run r = explain({cluster.path(), configuration.path(), output, false});
    for (auto at = r.err.find(cluster.path()); at != r.err.npos; at = r.err.find(cluster.path()))
      r.err.replace(at, cluster.path().size(), "FILE");
    return r;
  };
  const std::string node = "---\n{apiVersion: v1, kind: Node, metadata: {name: n1}}\n---\n";
  const auto pod = [](const std::string& spec, const std::string& status = "") {
    return "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: d}, spec: {" + spec + "}, status: {" + status +
           "}}\n";
  };
  for (const std::string& text :
       {std::string(), std::string("{}"), node, node + pod("nodeName: n1"), node + pod("schedulerName: other"),
        node + pod("containers: 7"), node + pod("schedulerName: berth", "phase: Failed")}) {
    const run r = judge(text);
    CHECK_MESSAGE(r.code == 2, text);
    CHECK_MESSAGE(r.out.empty(), r.out);
    CHECK_MESSAGE(r.err.starts_with("berth: "), r.err);
  }
  CHECK(judge("").err.find("FILE: holds no object") != std::string::npos);
  CHECK(judge(node + pod("nodeName: n1")).err == "berth: FILE: no pod is pending: 1 pod is bound, 0 finished\n");
  CHECK(judge(node + pod("schedulerName: other")).err ==
        "berth: FILE: 1 pod is pending, none names a profile of " + configuration.path() + ": other (1)\n");
  CHECK(judge(node + pod("containers: 7")).err.find("FILE: no pod is left to judge, 1 object was left out; ") !=
        std::string::npos);
  CHECK(judge(node + pod("nodeName: n1"), "json").out == "[]\n");
  CHECK(judge(node + pod("nodeName: n1"), "json").code == 2);
}

TEST_CASE("explain: kinds that are not read are told on the side") {
  const file cluster("cluster.yaml",
                     std::string(small_cluster) + "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n");
  const run r = explain({cluster.path(), "", "json", false});
  CHECK(r.code == 0);
  CHECK(r.err == "berth: ignored: 1 ConfigMap\n");
}

TEST_CASE("explain: of one pod alone") {
  const file cluster("cluster.yaml", small_cluster);
  explain_options options{cluster.path(), "", "text", false};
  options.pod = "default/a";
  const run r = explain(options);
  CHECK(r.code == 0);
  CHECK(r.out.starts_with("default/a: fits 1 of 1 node, best: n1\n"));
  CHECK(r.out.find("default/b") == std::string::npos);
  CHECK(r.out.ends_with("1 pending: 1 fit, 0 do not\n"));
  options.pod = "default/c";
  CHECK(explain(options).code == 2);
  CHECK(explain(options).err == "berth: " + cluster.path() + ": has no pod default/c\n");
}

TEST_CASE("simulate: one pod alone is told about after those before it in the queue have taken their room") {
  const file cluster("cluster.yaml", small_cluster);
  explain_options options{cluster.path(), "", "json", true};
  options.pod = "default/a";
  const run r = explain(options);
  CHECK(r.code == 1);
  CHECK(r.out.find("\"node\":null") != std::string::npos);
  CHECK(r.out.find("default/b") == std::string::npos);
  options.pod = "default/b";
  CHECK(explain(options).code == 0);
}

TEST_CASE("explain: what cannot be written is an error") {
  const file cluster("cluster.yaml", small_cluster);
  std::ostringstream out, err;
  out.setstate(std::ios::badbit);
  CHECK(run_explain({cluster.path(), "", "text", false}, scoring::default_registry(), out, err) == 2);
  CHECK(err.str() == "berth: the output cannot be written\n");
}

TEST_CASE("explain: a malformed object is left out and named, and the rest is judged") {
  const file cluster("cluster.yaml",
                     std::string(small_cluster) +
                         "- {apiVersion: v1, kind: Node, metadata: {name: odd}, status: {allocatable: {cpu: 1x}}}\n");
  const run r = explain({cluster.path(), "", "text", false});
  CHECK(r.code == 2);
  CHECK(r.err.starts_with("berth: left out: "));
  CHECK(r.err.find("odd") != std::string::npos);
  CHECK(r.out.find("fits 1 of 1 node,") != std::string::npos);
}
