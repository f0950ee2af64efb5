#include "k8s/codec/encode.hpp"

#include "k8s/api/time.hpp"
#include "k8s/text/json_writer.hpp"
#include "k8s/text/utf8.hpp"

namespace berth::k8s {

namespace {

void write_map(json_writer& w, std::string_view name, const string_map& map) {
  if (map.empty()) return;
  w.begin_object(name);
  for (const auto& [key, value] : map) w.member(key, value);
  w.end_object();
}

void write_reference(json_writer& w, std::string_view name, const object_reference& r) {
  w.begin_object(name)
      .member_if_any("kind", r.kind)
      .member_if_any("namespace", r.namespace_)
      .member_if_any("name", r.name)
      .member_if_any("uid", r.uid)
      .member_if_any("apiVersion", r.api_version)
      .member_if_any("resourceVersion", r.resource_version)
      .end_object();
}

void write_series(json_writer& w, const event_record& e) {
  w.begin_object("series").member("count", e.count).member("lastObservedTime", format_micro_time(e.last)).end_object();
}

void write_event_v1(json_writer& w, const event_record& e) {
  w.member("eventTime", format_micro_time(e.first));
  if (e.count > 1) write_series(w, e);
  w.member("reportingController", e.controller).member("reportingInstance", e.instance);
  w.member("action", e.action).member("reason", e.reason).member("note", e.note).member("type", e.type);
  write_reference(w, "regarding", e.regarding);
  if (e.related) write_reference(w, "related", *e.related);
}

void write_event_core(json_writer& w, const event_record& e) {
  w.member("firstTimestamp", format_time(e.first))
      .member("lastTimestamp", format_time(e.last))
      .member("count", e.count);
  w.key("eventTime").null();
  w.begin_object("source").member("component", e.controller).end_object();
  w.member("reportingComponent", e.controller).member("reportingInstance", e.instance);
  w.member_if_any("action", e.action).member("reason", e.reason).member("message", e.note).member("type", e.type);
  write_reference(w, "involvedObject", e.regarding);
  if (e.related) write_reference(w, "related", *e.related);
}

}  // namespace

std::string encode(const binding& b) {
  json_writer w;
  w.begin_object().member("apiVersion", "v1").member("kind", "Binding").begin_object("metadata");
  w.member("name", b.pod.name).member("namespace", b.pod.namespace_).member_if_any("uid", b.uid).end_object();
  w.begin_object("target").member("kind", "Node").member("name", b.node).end_object();
  return w.end_object().take();
}

std::string encode_event(const event_record& e, event_api api) {
  const bool v1 = api == event_api::events_v1;
  json_writer w;
  w.begin_object().member("apiVersion", v1 ? "events.k8s.io/v1" : "v1").member("kind", "Event");
  w.begin_object("metadata").member("name", e.key.name).member("namespace", e.key.namespace_).end_object();
  v1 ? write_event_v1(w, e) : write_event_core(w, e);
  return w.end_object().take();
}

std::string encode_event_repeat(const event_record& e, event_api api) {
  json_writer w;
  w.begin_object();
  if (api == event_api::events_v1) {
    write_series(w, e);
  } else {
    w.member("count", e.count).member("lastTimestamp", format_time(e.last));
  }
  return w.end_object().take();
}

std::string cut_note(std::string note) {
  constexpr std::size_t max_bytes = 1024;
  constexpr std::string_view mark = " ...";
  if (note.size() <= max_bytes) return note;
  return std::string(cut_utf8(note, max_bytes - mark.size())).append(mark);
}

namespace {

void write_condition(json_writer& w, std::string_view type, const pod_status_patch::condition& c) {
  w.begin_object().member("type", type);
  w.member("status", c.status_true ? "True" : "False").member("reason", c.reason).member("message", c.message);
  if (c.transition) w.member("lastTransitionTime", format_time(*c.transition));
  if (c.observed_generation > 0) w.member("observedGeneration", c.observed_generation);
  w.end_object();
}

}  // namespace

std::string encode_delete(std::string_view uid) {
  json_writer w;
  w.begin_object().member("apiVersion", "v1").member("kind", "DeleteOptions").begin_object("preconditions");
  return w.member("uid", uid).end_object().end_object().take();
}

std::string encode(const pod_status_patch& p) {
  json_writer w;
  w.begin_object();
  if (!p.uid.empty())
    w.begin_object("metadata").member("uid", p.uid).member_if_any("resourceVersion", p.resource_version).end_object();
  w.begin_object("status");
  if (p.scheduled || p.disruption_target) {
    w.begin_list("conditions");
    if (p.scheduled) write_condition(w, "PodScheduled", *p.scheduled);
    if (p.disruption_target) write_condition(w, "DisruptionTarget", *p.disruption_target);
    w.end_list();
  }
  if (p.nominated_node_name) {
    w.key("nominatedNodeName");
    p.nominated_node_name->empty() ? w.null() : w.text(*p.nominated_node_name);
  }
  return w.end_object().end_object().take();
}

std::string encode(const lease& l) {
  json_writer w;
  w.begin_object().member("apiVersion", "coordination.k8s.io/v1").member("kind", "Lease").begin_object("metadata");
  w.member("name", l.key.name).member("namespace", l.key.namespace_).member_if_any("uid", l.uid);
  w.member_if_any("resourceVersion", l.resource_version);
  write_map(w, "labels", l.labels);
  write_map(w, "annotations", l.annotations);
  w.end_object().begin_object("spec").member("holderIdentity", l.holder_identity);
  w.member("leaseDurationSeconds", l.duration_seconds);
  if (l.acquired) w.member("acquireTime", format_micro_time(*l.acquired));
  if (l.renewed) w.member("renewTime", format_micro_time(*l.renewed));
  w.member("leaseTransitions", l.transitions);
  w.member_if_any("strategy", l.strategy).member_if_any("preferredHolder", l.preferred_holder);
  return w.end_object().end_object().take();
}

}  // namespace berth::k8s
