#include "controller/offline/pods_to_judge.hpp"
#include "test/support/objects.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::controller;
using namespace berth::test;

namespace {

const question anybody{"c.json", "", {}, ""};
const question ours{"c.json", "s.yaml", std::vector<std::string>{"berth", "batch"}, ""};

question about(std::string pod, question asked = anybody) {
  asked.pod = std::move(pod);
  return asked;
}

k8s::cluster_objects with(std::vector<k8s::pod_ptr> pods) {
  k8s::cluster_objects c;
  c.nodes = {make_node("n1")};
  c.pods = std::move(pods);
  return c;
}

}  // namespace

TEST_CASE("pods to judge: a file in which nothing is pending says what it has instead") {
  CHECK(why_nothing({}, anybody) ==
        "c.json: holds no object; what `kubectl get nodes,pods,ns -A -o json` prints is needed");
  CHECK(why_nothing(with({}), anybody) ==
        "c.json: has no pods; what `kubectl get nodes,pods,ns -A -o json` prints is needed");
  k8s::cluster_objects settings;
  settings.other_kinds = {{"ConfigMap", 2}};
  CHECK(why_nothing(settings, anybody).starts_with("c.json: has no pods;"));
  settings.other_kinds = {{"ConfigMap", 2}, {"Deployment", 3}, {"Job", 1}};
  CHECK(why_nothing(settings, anybody) ==
        "c.json: has no pods, only what a cluster makes them of (3 Deployment, 1 Job); what `kubectl get "
        "nodes,pods,ns -A -o json` prints is needed");
  CHECK(why_nothing(with({make_pod("a").on("n1"), make_pod("b").on("n1"),
                          make_pod("c").on("n1").phase(k8s::pod_phase::failed)}),
                    anybody) == "c.json: no pod is pending: 2 pods are bound, 1 finished");
  CHECK(why_nothing(with({make_pod("a"), make_pod("b").on("n1")}), anybody).empty());
  CHECK(why_nothing(with({make_pod("dying").terminating()}), anybody).empty());
}

TEST_CASE("pods to judge: pending pods of other schedulers are counted by the name they give") {
  std::vector<k8s::pod_ptr> pods;
  for (int i = 0; i < 20; ++i) pods.push_back(make_pod("p" + std::to_string(i)).scheduler("default-scheduler"));
  CHECK(why_nothing(with(pods), ours) ==
        "c.json: 20 pods are pending, none names a profile of s.yaml: default-scheduler (20)");
  CHECK(why_nothing(with(pods), anybody).empty());
  pods.push_back(make_pod("x").scheduler("volcano"));
  CHECK(why_nothing(with(pods), ours) ==
        "c.json: 21 pods are pending, none names a profile of s.yaml: default-scheduler (20), volcano (1)");
  CHECK(remarks(with(pods), ours).empty());
  pods.push_back(make_pod("mine").scheduler("batch"));
  CHECK(why_nothing(with(pods), ours).empty());
  CHECK(remarks(with(pods), ours) ==
        std::vector<std::string>{"not judged, of other schedulers: default-scheduler (20), volcano (1)"});
  CHECK(remarks(with(pods), about("default/mine", ours)).empty());
  for (int i = 0; i < 50; ++i) pods.push_back(make_pod("y").scheduler("s" + std::to_string(i)));
  CHECK(remarks(with(pods), ours)[0].ends_with("s14 (1) and 44 more"));
}

TEST_CASE("pods to judge: where every pod is malformed, nothing is left") {
  k8s::cluster_objects c = with({});
  c.dropped = {{k8s::errc::malformed, "c.json: items[1]: ..."}};
  CHECK(why_nothing(c, anybody) ==
        "c.json: no pod is left to judge, 1 object was left out; what `kubectl get nodes,pods,ns -A -o json` prints is "
        "needed");
  c.dropped.push_back(c.dropped[0]);
  CHECK(
      why_nothing(c, anybody) ==
      "c.json: no pod is left to judge, 2 objects were left out; what `kubectl get nodes,pods,ns -A -o json` prints is "
      "needed");
}

TEST_CASE("pods to judge: a pod that is asked about and cannot be judged is told what it is") {
  const k8s::cluster_objects c =
      with({make_pod("web-1").scheduler("default-scheduler"), make_pod("web-2").on("n1"),
            make_pod("web-3").phase(k8s::pod_phase::succeeded),
            make_pod("web-4").on("n1").phase(k8s::pod_phase::failed), make_pod("db", "shop").scheduler("berth")});
  CHECK(why_nothing(c, about("default/web-1")).empty());
  CHECK(why_nothing(c, about("default/web-1", ours)) ==
        "c.json: pod default/web-1 is of scheduler default-scheduler, which is no profile of s.yaml: berth, batch");
  CHECK(why_nothing(c, about("default/web-2")) == "c.json: pod default/web-2 is not pending: it is bound to n1");
  CHECK(why_nothing(c, about("default/web-3")) == "c.json: pod default/web-3 is not pending: it has succeeded");
  CHECK(why_nothing(c, about("default/web-4")) == "c.json: pod default/web-4 is not pending: it has failed");
  CHECK(why_nothing(c, about("default/cache")) == "c.json: has no pod default/cache");
  CHECK(why_nothing(c, about("default/web")) ==
        "c.json: has no pod default/web; there is default/web-1 and 3 more like it");
  CHECK(why_nothing(c, about("default/db")) == "c.json: has no pod default/db; there is shop/db");
  CHECK(why_nothing({}, about("default/db")) == "c.json: has no pod default/db");
}

TEST_CASE("pods to judge: a file without claims, whose pods use some, says what to dump") {
  const auto claim = [](const std::string& name) { return make_pod(name).volume(k8s::volume_kind::claim, "data"); };
  const std::string rest =
      " were missing; what `kubectl get nodes,pods,ns,pv,pvc,sc,csinodes,csidrivers,csistoragecapacities,"
      "volumeattachments -A -o json` prints is needed";
  k8s::cluster_objects c = with({claim("a"), make_pod("b").volume(k8s::volume_kind::ephemeral, ""),
                                 claim("bound").on("n1"), make_pod("d").volume(k8s::volume_kind::image, "i")});
  CHECK(remarks(c, anybody) ==
        std::vector<std::string>{
            "c.json: has no PersistentVolumeClaims, so that 2 pods that use some are judged as if theirs" + rest});
  CHECK(remarks(c, about("default/a")) ==
        std::vector<std::string>{
            "c.json: has no PersistentVolumeClaims, so that 1 pod that uses some is judged as if its" + rest});
  CHECK(remarks(c, about("default/d")).empty());
  question live = anybody;
  live.live = true;
  CHECK(remarks(c, live).empty());
  c.claims.push_back(std::make_shared<k8s::persistent_volume_claim>());
  CHECK(remarks(c, anybody).empty());
}

TEST_CASE("pods to judge: what takes no part is told") {
  k8s::cluster_objects c = with({make_pod("a")});
  c.other_kinds = {{"ConfigMap", 12}, {"Deployment", 2}, {"Secret", 3}};
  CHECK(remarks(c, anybody) == std::vector<std::string>{"ignored: 12 ConfigMap, 3 Secret, 2 Deployment"});
  c.nodes.clear();
  REQUIRE(remarks(c, anybody).size() == 2);
  CHECK(remarks(c, anybody)[1] == "c.json: has no nodes; what `kubectl get nodes,pods,ns -A -o json` prints is needed");
}
