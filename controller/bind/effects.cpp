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
  std::optional<std::string> bind_to;

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
  void operator()(scoring::allow_pod& allow) {
    waiting.order({std::move(allow.uid), std::move(allow.plugin), std::nullopt}, allow.after);
  }
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
  return perform(effects, out, none);
}

std::optional<std::string> perform(scoring::effects& effects, const log& out, permit_desk& waiting) {
  performer each{out, waiting, std::nullopt};
  for (scoring::effect& e : effects.take()) std::visit(each, e);
  return std::move(each.bind_to);
}

}  // namespace berth::controller
