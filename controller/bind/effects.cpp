#include "controller/bind/effects.hpp"

#include <utility>
#include <vector>

namespace berth::controller {

namespace {

/// A plugin may name a pod by text; `pod` is an object in all lines.
k8s::object_key key_of(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) return {"", text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

struct performer {
  const log& out;
  permit_desk& waiting;
  std::optional<std::string> bind_to = std::nullopt;

  void operator()(const scoring::log_line& line) {
    if (!out.v(line.verbosity)) return;
    std::vector<field> fields;
    k8s::object_key pod;
    for (const scoring::log_field& f : line.fields) {
      const auto* text = std::get_if<std::string>(&f.value);
      if (text != nullptr && f.key == "pod") {
        pod = key_of(*text);
        fields.emplace_back(f.key, pod);
      } else {
        fields.push_back(std::visit([&](const auto& value) { return field(f.key, value); }, f.value));
      }
    }
    out.info(line.verbosity, line.message, fields, line.where);
  }
  void operator()(scoring::bind_pod& bind) { bind_to = std::move(bind.node); }
  // Whoever decides takes it out before: here nobody is evicted.
  void operator()(scoring::preempt_pods&) {}
  void operator()(scoring::propose_preemptions&) {}
  void operator()(scoring::allow_pod& allow) {
    waiting.order({std::move(allow.uid), std::move(allow.plugin), std::nullopt}, allow.after);
  }
  // See perform_on.
  void operator()(scoring::assume_storage&) {}
  void operator()(scoring::restore_storage&) {}
  void operator()(scoring::reject_pod& reject) {
    waiting.order({std::move(reject.uid), std::move(reject.plugin), std::move(reject.message)}, reject.after);
  }
};

struct nobody_waits final : permit_desk {
  void order(permit_order, duration) override {}
};

}  // namespace

std::optional<std::string> perform(scoring::effects& effects, const log& out) {
  nobody_waits none;
  performer each{out, none};
  for (scoring::effect& e : effects.take()) std::visit(each, e);
  return std::move(each.bind_to);
}

std::optional<std::string> perform(scoring::effects& effects, const log& out, permit_desk& waiting,
                                   scoring::storage& objects) {
  performer each{out, waiting};
  for (scoring::effect& e : effects.take()) {
    perform_on(objects, e);
    std::visit(each, e);
  }
  return std::move(each.bind_to);
}

void perform_on(scoring::storage& objects, const scoring::effect& what) {
  if (const auto* a = std::get_if<scoring::assume_storage>(&what))
    std::visit([&](const auto& object) { objects.assume(object); }, a->object);
  else if (const auto* r = std::get_if<scoring::restore_storage>(&what))
    std::visit([&](const auto& object) { objects.restore(*object); }, r->object);
}

}  // namespace berth::controller
