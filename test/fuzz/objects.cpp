#include "k8s/api/extender.hpp"
#include "k8s/codec/decode.hpp"
#include "k8s/codec/encode.hpp"
#include "k8s/text/utf8.hpp"
#include "test/fuzz/targets.hpp"

namespace berth::k8s {

namespace {

void check(const error& e) {
  promise(e.code != errc::ok, "an error has a code");
  promise(!e.detail.empty(), "an error says something");
  promise(e.detail.find('\n') == std::string::npos, "an error is one line");
}

}  // namespace

void fuzz_objects(std::string_view bytes) {
  if (const auto p = decode_pod(bytes)) {
    promise(!(*p)->key.name.empty() && !(*p)->key.namespace_.empty(), "a pod has a key");
    promise((*p)->spec != nullptr, "a pod has a spec");
    promise(is_utf8((*p)->key.name), "texts are UTF-8");
  } else {
    check(p.error());
  }
  if (const auto n = decode_node(bytes)) {
    promise(!(*n)->name.empty(), "a node has a name");
  } else {
    check(n.error());
  }
  if (const auto n = decode_namespace(bytes); !n) check(n.error());
  if (const auto s = decode_status(bytes); !s) check(s.error());
  if (const auto l = decode_lease(bytes)) {
    const auto again = decode_lease(encode(*l));
    promise(again.has_value() && *again == *l, "a lease comes back as it was");
  } else {
    check(l.error());
  }
}

void fuzz_watch_event(std::string_view bytes) {
  const auto e = decode_watch_event<pod>(bytes);
  if (!e) return check(e.error());
  const bool has_object = e->what != watch_event<pod>::type::bookmark && e->what != watch_event<pod>::type::error;
  promise((e->object != nullptr) == has_object, "an object comes where there is one");
}

namespace {

/// What decodes is encoded to something that decodes to the same encoding.
template <class T>
void there_and_back(std::string_view bytes, result<T> (*decode)(std::string_view)) {
  const auto first = decode(bytes);
  if (!first) return check(first.error());
  const std::string text = encode(*first);
  const auto second = decode(text);
  promise(second && encode(*second) == text, "what was decoded comes back as it was");
}

}  // namespace

void fuzz_extender(std::string_view bytes) {
  there_and_back(bytes, decode_extender_args);
  there_and_back(bytes, decode_extender_filter_result);
  there_and_back(bytes, decode_host_priorities);
  there_and_back(bytes, decode_extender_preemption_args);
  there_and_back(bytes, decode_extender_preemption_result);
  there_and_back(bytes, decode_extender_binding_args);
  there_and_back(bytes, decode_extender_binding_result);
  const auto args = decode_extender_args(bytes);
  if (!args || !args->nodes) return;
  for (const object_text& n : *args->nodes) {
    promise(n.json.empty() || (n.json.front() == '{' && n.json.back() == '}'), "an object's text is an object");
    promise(n.json.empty() || (n.json.data() >= bytes.data() && n.json.size() <= bytes.size()), "a text is a view");
  }
}

}  // namespace berth::k8s
