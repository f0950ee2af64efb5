#include "k8s/api/extender.hpp"

#include "k8s/text/json.hpp"
#include "test/fuzz/fuzz.hpp"

#include <string>

/// What schedulers and their webhooks say to each other, as it is and mended: what was decided comes back as it was.
namespace berth::fuzz {

namespace {

template <class T>
void there_and_back(std::string_view bytes, k8s::result<T> (*decode)(std::string_view)) {
  const auto first = decode(bytes);
  if (!first) return check(first.error());
  const std::string text = k8s::encode(*first);
  const auto second = decode(text);
  promise(second && k8s::encode(*second) == text, "what was decoded comes back as it was");
}

void ask(std::string_view bytes) {
  there_and_back(bytes, k8s::decode_extender_args);
  there_and_back(bytes, k8s::decode_extender_filter_result);
  there_and_back(bytes, k8s::decode_host_priorities);
  there_and_back(bytes, k8s::decode_extender_preemption_args);
  there_and_back(bytes, k8s::decode_extender_preemption_result);
  there_and_back(bytes, k8s::decode_extender_binding_args);
  there_and_back(bytes, k8s::decode_extender_binding_result);
  const auto args = k8s::decode_extender_args(bytes);
  if (!args || !args->nodes) return;
  for (const k8s::object_text& n : *args->nodes) {
    promise(n.json.empty() || (n.json.front() == '{' && n.json.back() == '}'), "an object's text is an object");
    promise(n.json.empty() || (n.json.data() >= bytes.data() && n.json.size() <= bytes.size()), "a text is a view");
  }
}

}  // namespace

void extender(std::string_view bytes) {
  ask(bytes);
  std::string mended(bytes);
  k8s::mend_json(mended);
  if (mended != bytes) ask(mended);
}

}  // namespace berth::fuzz
