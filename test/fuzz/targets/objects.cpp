#include "k8s/codec/decode.hpp"
#include "k8s/codec/encode.hpp"
#include "k8s/codec/whole_object.hpp"
#include "k8s/text/utf8.hpp"
#include "test/fuzz/fuzz.hpp"

#include <string>

/// A text as each kind of object, alone and in an event of a watch.
namespace berth::fuzz {

namespace {

template <class Object>
void decode(std::string_view bytes) {
  const auto object = k8s::decode_object<Object>(bytes);
  const auto event = k8s::decode_watch_event<Object>("{\"type\":\"ADDED\",\"object\":" + std::string(bytes) + "}");
  if (!object) return check(object.error());
  promise(event.has_value() || event.error().code == k8s::errc::too_large, "in an event it is as good");
  if constexpr (requires { (*object)->key; })
    promise(!(*object)->key.name.empty() && k8s::is_utf8((*object)->key.name), "an object has a name");
  promise(k8s::decode_object<Object>(*k8s::keep_whole(bytes)).has_value(), "without managedFields it is as good");
}

}  // namespace

void objects(std::string_view bytes) {
  decode<k8s::pod>(bytes);
  decode<k8s::node>(bytes);
  decode<k8s::namespace_object>(bytes);
  decode<k8s::workload>(bytes);
  decode<k8s::disruption_budget>(bytes);
  decode<k8s::selecting_workload<k8s::workload_selecting>>(bytes);
  if (const auto p = k8s::decode_pod(bytes))
    promise((*p)->spec != nullptr && !(*p)->key.namespace_.empty(), "a pod is whole");
  if (const auto s = k8s::decode_status(bytes); !s) check(s.error());
  const auto l = k8s::decode_lease(bytes);
  if (!l) return check(l.error());
  const auto again = k8s::decode_lease(k8s::encode(*l));
  promise(again.has_value() && *again == *l, "a lease comes back as it was");
}

}  // namespace berth::fuzz
