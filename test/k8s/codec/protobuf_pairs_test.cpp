#include "k8s/codec/decode.hpp"
#include "k8s/codec/decode_protobuf.hpp"
#include "k8s/codec/list_splitter.hpp"
#include "k8s/codec/protobuf_list_splitter.hpp"
#include "k8s/text/base64.hpp"
#include "k8s/text/frame_splitter.hpp"
#include "k8s/text/line_splitter.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// Random objects that Kubernetes' own serializers wrote in both encodings: protobuf_pairs/, where new ones are made
/// too.
using namespace berth::k8s;

namespace {

struct pair {
  std::string what;
  std::string protobuf;
  std::string json;
};

std::vector<pair> read_pairs() {
  const char* other = std::getenv("BERTH_PROTOBUF_PAIRS");  // more of them, from protobuf_pairs/more.sh
  gzFile in = gzopen(other != nullptr ? other : BERTH_PROTOBUF_PAIRS_FILE, "rb");
  REQUIRE(in != nullptr);
  std::string text;
  std::vector<char> block(1 << 20);
  for (int got = 0; (got = gzread(in, block.data(), static_cast<unsigned>(block.size()))) > 0;)
    text.append(block.data(), static_cast<std::size_t>(got));
  REQUIRE(gzclose(in) == Z_OK);
  std::vector<pair> pairs;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t first = text.find('\t', at), second = text.find('\t', first + 1), end = text.find('\n', second);
    REQUIRE(end != text.npos);
    auto protobuf = decode_base64(std::string_view(text).substr(first + 1, second - first - 1));
    REQUIRE(protobuf.has_value());
    pairs.push_back({text.substr(at, first - at), std::move(*protobuf), text.substr(second + 1, end - second - 1)});
    at = end + 1;
  }
  REQUIRE(pairs.size() > 80);
  return pairs;
}

const std::vector<pair>& pairs() {
  static const std::vector<pair> all = read_pairs();
  return all;
}

template <class Object>
bool same(const Object& a, const Object& b) {
  if constexpr (requires { a.own; })
    return a.own == b.own && a.selects == b.selects;
  else
    return a == b;
}
bool same(const pod& a, const pod& b) {
  const auto fields = [](const pod& p) {
    return std::tie(p.key, p.uid, p.resource_version, p.generation, p.created, p.deleted, p.started, p.node_name,
                    p.nominated_node_name, p.phase, p.scheduling_gates, p.scheduled, p.status_resources,
                    p.pod_level_status, p.resize_infeasible, p.preempted, *p.spec);
  };
  return fields(a) == fields(b);
}

/// What went wrong, without the byte, which the two encodings have elsewhere.
std::string fault(const error& e) { return e.detail.substr(0, e.detail.find(", at byte")); }

template <class Object>
bool same(const result<std::shared_ptr<const Object>>& a, const result<std::shared_ptr<const Object>>& b) {
  if (a && b) return same(**a, **b);
  return !a && !b && a.error().code == b.error().code && fault(a.error()) == fault(b.error());
}

template <class Object>
bool same(const result<watch_event<Object>>& a, const result<watch_event<Object>>& b) {
  if (!a || !b) return !a && !b && fault(a.error()) == fault(b.error());
  if ((a->object == nullptr) != (b->object == nullptr)) return false;
  return a->what == b->what && a->resource_version == b->resource_version &&
         a->initial_events_end == b->initial_events_end && a->status == b->status &&
         (a->object == nullptr || same(*a->object, *b->object));
}

struct counts {
  std::size_t compared = 0;
  std::size_t decoded = 0;
};

template <class Object>
void compare_objects(const pair& p, counts& seen) {
  const auto envelope = open_protobuf_envelope(p.protobuf);
  REQUIRE(envelope.has_value());
  CHECK(envelope->kind == p.what);
  // The kind of a single object stands in its JSON, and of an item in the head of its list.
  const auto from_json = decode_object<Object>(p.json);
  const auto from_protobuf = decode_object<Object>(encoded{envelope->raw, encoding::protobuf, envelope->kind});
  if (!same(from_json, from_protobuf)) {
    const auto told = [](const auto& o) { return o ? std::string("decoded") : o.error().detail; };
    FAIL_CHECK(p.what << ": JSON " << told(from_json) << ", protobuf " << told(from_protobuf) << ": " << p.json);
  }
  ++seen.compared;
  if (from_json) ++seen.decoded;
}

template <class Object>
void compare_watches(const pair& p, counts& seen) {
  std::vector<result<watch_event<Object>>> lines, frames;
  const auto lines_text = decode_base64(p.json);
  REQUIRE(lines_text.has_value());
  const auto none = [](const error&) { return false; };
  line_splitter cut_lines(
      [&](std::string_view line) { return lines.push_back(decode_watch_event<Object>(line)), true; }, none);
  frame_splitter cut_frames(
      [&](std::string_view frame) {
        return frames.push_back(decode_watch_event<Object>(encoded{frame, encoding::protobuf})), true;
      },
      none);
  CHECK(cut_lines.feed(*lines_text));
  CHECK(cut_frames.feed(p.protobuf));
  CHECK_FALSE(cut_frames.finish());
  REQUIRE(lines.size() == frames.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK_MESSAGE(same(lines[i], frames[i]), p.what << " " << i);
    ++seen.compared;
    if (lines[i]) ++seen.decoded;
  }
}

template <class Object>
void compare_lists(const pair& p, counts& seen) {
  std::vector<result<std::shared_ptr<const Object>>> of_json, of_protobuf;
  list_splitter json([&](std::string_view item) { of_json.push_back(decode_object<Object>(item)); });
  protobuf_list_splitter protobuf([&](const encoded& item) { of_protobuf.push_back(decode_object<Object>(item)); });
  REQUIRE(json.feed(p.json).has_value());
  REQUIRE(protobuf.feed(p.protobuf).has_value());
  const auto json_head = json.finish(), protobuf_head = protobuf.finish();
  REQUIRE(json_head.has_value());
  REQUIRE(protobuf_head.has_value());
  CHECK(json_head->kind == protobuf_head->kind);
  CHECK(json_head->resource_version == protobuf_head->resource_version);
  CHECK(json_head->continue_token == protobuf_head->continue_token);
  REQUIRE(of_json.size() == of_protobuf.size());
  for (std::size_t i = 0; i < of_json.size(); ++i) CHECK_MESSAGE(same(of_json[i], of_protobuf[i]), p.what << " " << i);
  seen.compared += of_json.size();
}

/// How each kind is read; the workloads in each of their forms.
struct reading {
  std::string kind;
  void (*objects)(const pair&, counts&);
  void (*lists)(const pair&, counts&);
  void (*watches)(const pair&, counts&);
};
template <class Object>
reading as(const char* kind) {
  return {kind, compare_objects<Object>, compare_lists<Object>, compare_watches<Object>};
}

const std::vector<reading> readings{
    as<pod>("Pod"),
    as<node>("Node"),
    as<namespace_object>("Namespace"),
    as<label_selecting>("Service"),
    as<label_selecting>("ReplicationController"),
    as<workload>("ReplicationController"),
    as<selecting_workload<label_selecting>>("ReplicationController"),
    as<workload_selecting>("ReplicaSet"),
    as<workload>("ReplicaSet"),
    as<selecting_workload<workload_selecting>>("ReplicaSet"),
    as<workload_selecting>("StatefulSet"),
    as<workload>("StatefulSet"),
    as<selecting_workload<workload_selecting>>("StatefulSet"),
    as<disruption_budget>("PodDisruptionBudget"),
    as<persistent_volume>("PersistentVolume"),
    as<persistent_volume_claim>("PersistentVolumeClaim"),
    as<storage_class>("StorageClass"),
    as<csi_node>("CSINode"),
    as<csi_driver>("CSIDriver"),
    as<csi_storage_capacity>("CSIStorageCapacity"),
    as<volume_attachment>("VolumeAttachment"),
    // What is not of the kind that is expected; items of JSON do not say what they are.
    {"Node", compare_objects<pod>, nullptr, compare_watches<pod>},
    {"Service", compare_objects<workload>, nullptr, compare_watches<workload>},
};

counts compare(const std::string& prefix, const std::string& suffix, void (*reading::*how)(const pair&, counts&)) {
  counts all;
  for (const reading& r : readings) {
    if (r.*how == nullptr) continue;
    counts seen;
    for (const pair& p : pairs())
      if (p.what == prefix + r.kind + suffix) (r.*how)(p, seen);
    CHECK_MESSAGE(seen.compared > 0, r.kind);
    all.compared += seen.compared;
    all.decoded += seen.decoded;
  }
  return all;
}

}  // namespace

TEST_CASE("protobuf pairs: an object decodes to the same from protobuf as from JSON") {
  const counts seen = compare("", "", &reading::objects);
  CHECK(seen.decoded > seen.compared * 3 / 4);
  MESSAGE(seen.compared << " objects compared, " << seen.decoded << " decoded");
}

TEST_CASE("protobuf pairs: a list has the same items and head") { compare("", "List", &reading::lists); }

TEST_CASE("protobuf pairs: a watch has the same events, bookmarks and errors") {
  compare("watch ", "", &reading::watches);
}

TEST_CASE("protobuf pairs: a Status says the same") {
  int seen = 0;
  for (const pair& p : pairs()) {
    if (p.what != "Status") continue;
    const auto from_json = decode_status(p.json);
    const auto from_protobuf = decode_status(encoded{p.protobuf, encoding::protobuf});
    REQUIRE(from_json.has_value());
    REQUIRE(from_protobuf.has_value());
    CHECK(*from_json == *from_protobuf);
    ++seen;
  }
  CHECK(seen > 10);
}
