#include "scoring/plugins/volume_needs.hpp"
#include "test/scoring/plugins/upstream_rows.hpp"

#include <doctest/doctest.h>

/// Twins of upstream's tests of the plugins that read volumes and claims, as test/upstream_tables/storage_tables.py
/// writes them.
using namespace berth;
using namespace berth::test;

namespace {

void check_scores(asked& a, const k8s::value& want) {
  const k8s::value* first = want.find("pre_score");
  if (first == nullptr) return;
  const status what = a.pre_score();
  CHECK(asked::shown(what) == shown(*first));
  if (!what.is_ok() || what.what == code::skip) return;
  const auto scores = a.scores();
  for (const auto& [node, score] : *member(want, "scores").as_map())
    CHECK_MESSAGE(scores.at(node) == number(score), node);
}

void check_decision(asked& a, const k8s::value& row) {
  const k8s::value& want = member(row, "want");
  const pre_filter_result first = a.pre_filter();
  if (const k8s::value* pre = want.find("pre")) CHECK(asked::shown(first.what) == shown(*pre));
  if (!first.what.is_ok() || first.what.what == code::skip) return;
  const auto verdicts = a.filter();
  for (const auto& [node, status] : *member(want, "filters").as_map())
    CHECK_MESSAGE(verdicts.at(node) == shown(status), node);
  check_scores(a, want);
}

using pairs = std::vector<std::vector<std::string>>;

pairs pairs_in(const k8s::value& want, const char* name) {
  pairs found;
  for (const k8s::value& pair : items(want, name))
    found.push_back({text((*pair.as_list())[0]), text((*pair.as_list())[1])});
  return found;
}

pairs bindings_in(const volume_plan& plan) {
  pairs found;
  for (const auto& b : plan.bindings) found.push_back({b.claim->key.name, b.volume->name});
  return found;
}

pairs provisions_in(const volume_plan& plan) {
  pairs found;
  for (const auto& p : plan.provisions)
    found.push_back({p.claim->key.name, p.capacity == nullptr ? "" : p.capacity->key.name});
  return found;
}

// What the claims find on the one node.
void check_find(const asked& a, const k8s::value& row) {
  const k8s::value& want = member(row, "want");
  volume_needs needs;
  const status first = needs.resolve(*a.pod.pod, a.nodes.storage());
  if (truth(member(want, "fails"))) {
    CHECK_FALSE((first.is_ok() || first.what == code::skip));
    return;
  }
  REQUIRE((first.is_ok() || first.what == code::skip));
  volume_plan plan;
  const status found = needs.judge(a.nodes.node(a.nodes.find_node("node1")), a.nodes.storage(), plan);
  std::vector<std::string> reasons = found.reasons, wanted;
  for (const k8s::value& reason : items(want, "reasons")) wanted.push_back(text(reason));
  std::sort(reasons.begin(), reasons.end());
  CHECK(reasons == wanted);
  if (want.find("bindings") == nullptr) return;
  CHECK(found.is_ok());
  CHECK(bindings_in(plan) == pairs_in(want, "bindings"));
  CHECK(provisions_in(plan) == pairs_in(want, "provisions"));
}

event_resource resource_named(const std::string& name) {
  const std::map<std::string, event_resource> all{
      {"assigned_pod", event_resource::assigned_pod},
      {"persistent_volume", event_resource::persistent_volume},
      {"persistent_volume_claim", event_resource::persistent_volume_claim},
      {"storage_class", event_resource::storage_class},
      {"csi_node", event_resource::csi_node},
      {"csi_driver", event_resource::csi_driver},
      {"csi_storage_capacity", event_resource::csi_storage_capacity},
      {"volume_attachment", event_resource::volume_attachment},
  };
  return all.at(name);
}

void check_hint(asked& a, const k8s::value& row) {
  std::vector<std::shared_ptr<const void>> keep;
  cluster_event e = event_in(row, resource_named(text(member(row, "about"))), keep);
  const auto take = [&](const char* name, storage_object& into) {
    const k8s::value& given = member(row, name);
    if (given.is_null()) return;
    for_each_storage_object(json(given), [&](const auto& o) {
      keep.push_back(o);
      into = o.get();
    });
  };
  take("old_object", e.old_object);
  take("new_object", e.new_object);
  const bool gone = e.new_pod == nullptr && e.new_object.index() == 0;
  const bool is_new = e.old_pod == nullptr && e.old_object.index() == 0;
  e.actions = gone ? action_delete : is_new ? action_add : action_update;
  e.nodes = &a.nodes;
  CHECK(a.hint(e) == truth(member(member(row, "want"), "hint")));
}

// Every row of these tables of a package; `count` as in docs/parity.md.
void check(const std::string& package, const std::set<std::string>& tables, std::size_t count) {
  for (const k8s::value& row : rows(package, tables, count)) {
    CAPTURE(text(member(row, "table")));
    CAPTURE(text(member(row, "name")));
    const k8s::value& given = member(row, "args");
    asked a(text(member(row, "plugin")), given.is_null() ? "" : json(given), row);
    const std::string kind = text(member(row, "kind"));
    if (kind == "hint")
      check_hint(a, row);
    else if (kind == "find")
      check_find(a, row);
    else
      check_decision(a, row);
  }
}

}  // namespace

TEST_CASE("upstream's tables: VolumeRestrictions and claims for one pod") {
  check("volumerestrictions", {"TestAccessModeConflicts"}, 5);
  check("volumerestrictions", {"Test_isSchedulableAfterPersistentVolumeClaimChange"}, 5);
}

TEST_CASE("upstream's tables: VolumeZone") {
  check("volumezone", {"TestSingleZone", "TestMultiZone", "TestWithBinding"}, 24);
  check("volumezone",
        {"TestIsSchedulableAfterPersistentVolumeClaimAdded", "TestIsSchedulableAfterStorageClassAdded",
         "TestIsSchedulableAfterPersistentVolumeChange"},
        12);
}

TEST_CASE("upstream's tables: NodeVolumeLimits") {
  check("nodevolumelimits", {"TestCSILimits"}, 33);
  check("nodevolumelimits", {"TestVolumeLimitScalingGate"}, 4);
  check("nodevolumelimits",
        {"TestCSILimitsQHint", "TestCSILimitsAddedPVCQHint", "TestCSILimitsDeletedVolumeAttachmentQHint",
         "TestCSILimitsAfterCSINodeUpdatedQHint"},
        18);
}

TEST_CASE("upstream's tables: VolumeBinding") {
  check("volumebinding", {"TestVolumeBinding"}, 20);
  check("volumebinding", {"TestScore"}, 18);  // each case of its three rows
  check("volumebinding", {"TestFindPodVolumesWithoutProvisioning"}, 66);
  check("volumebinding", {"TestFindPodVolumesWithProvisioning"}, 24);
  check("volumebinding", {"TestFindPodVolumesWithCSIMigration"}, 4);
  check("volumebinding", {"TestCapacity"}, 22);
  check("volumebinding",
        {"TestIsSchedulableAfterCSINodeChange", "TestIsSchedulableAfterPersistentVolumeClaimChange",
         "TestIsSchedulableAfterStorageClassChange", "TestIsSchedulableAfterCSIStorageCapacityChange",
         "TestIsSchedulableAfterCSIDriverChange"},
        31);
}
