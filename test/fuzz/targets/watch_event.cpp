#include "k8s/codec/decode.hpp"
#include "k8s/codec/whole_object.hpp"
#include "test/fuzz/fuzz.hpp"

/// A line of a watch.
namespace berth::fuzz {

void watch_event(std::string_view bytes) {
  using event = k8s::watch_event<k8s::pod>;
  const auto e = k8s::decode_watch_event<k8s::pod>(bytes);
  if (!e) return check(e.error());
  const bool has_object = e->what != event::type::bookmark && e->what != event::type::error;
  promise((e->object != nullptr) == has_object, "an object comes where there is one");
  const auto first = bytes.find("\"object\"");
  const bool plain =
      bytes.find('\\') == bytes.npos && first == bytes.rfind("\"object\"");  // said once, without escapes
  if (!has_object || !plain) return;
  const std::string_view text = k8s::json_member(bytes, "object");
  promise(text.size() >= 2 && text.front() == '{' && text.back() == '}', "its text is an object's");
  const auto alone = k8s::decode_pod(text);
  promise(alone && (*alone)->key == e->object->key && (*alone)->uid == e->object->uid, "and says the same");
  promise(*(*alone)->spec == *e->object->spec, "in its spec too");
}

}  // namespace berth::fuzz
