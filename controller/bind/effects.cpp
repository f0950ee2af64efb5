#include "controller/bind/effects.hpp"

#include <utility>
#include <vector>

namespace berth::controller {

namespace {

struct performer {
  const log& out;
  permit_desk& waiting;
  std::optional<std::string> bind_to;

  void operator()(const scoring::log_line& line) {
    if (!out.v(line.verbosity)) return;
    std::vector<field> fields;
    for (const auto& [key, value] : line.fields) fields.emplace_back(key, value);
    out.info(line.verbosity, line.message, fields);
  }
  void operator()(scoring::bind_pod& bind) { bind_to = std::move(bind.node); }
  void operator()(scoring::allow_pod& allow) {
    waiting.order({std::move(allow.uid), std::move(allow.plugin), std::nullopt}, allow.after);
  }
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
