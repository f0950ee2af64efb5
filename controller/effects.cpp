#include "controller/effects.hpp"

namespace berth::controller {

std::optional<std::string> perform(scoring::effects& effects, const log& out) {
  std::optional<std::string> bind_to;
  for (const scoring::effect& e : effects.take()) {
    if (const auto* bind = std::get_if<scoring::bind_pod>(&e)) {
      bind_to = bind->node;
    } else if (const auto* line = std::get_if<scoring::log_line>(&e); line && out.v(line->verbosity)) {
      std::vector<field> fields;
      for (const auto& [key, value] : line->fields) fields.emplace_back(key, value);
      out.info(line->verbosity, line->message, fields);
    }
  }
  return bind_to;
}

}  // namespace berth::controller
