#include "controller/bind/storage_writer.hpp"

#include "k8s/codec/decode.hpp"
#include "k8s/codec/storage_patch.hpp"
#include "k8s/text/ascii.hpp"

#include <string>

namespace berth::controller {

namespace {

constexpr std::chrono::seconds patch_timeout{15};

struct patch_of {
  std::string path;
  std::string body;
};

struct encoder {
  patch_of operator()(const k8s::volume_ptr& v) const {
    return {"/api/v1/persistentvolumes/" + k8s::percent_encoded(v->name), k8s::encode_claim_of(*v)};
  }
  patch_of operator()(const k8s::claim_ptr& c) const {
    return {"/api/v1/namespaces/" + k8s::percent_encoded(c->key.namespace_) + "/persistentvolumeclaims/" +
                k8s::percent_encoded(c->key.name),
            k8s::encode_selected_node_of(*c)};
  }
};

template <class Object>
scoring::write_reply reply_of(const k8s::result<std::shared_ptr<const Object>>& decoded) {
  if (!decoded) return {decoded.error().detail, ""};
  return {"", (*decoded)->resource_version};
}

}  // namespace

k8s::task<scoring::write_reply> write_storage(k8s::client& api, scoring::storage_write what) {
  patch_of patch = std::visit(encoder{}, what);
  const k8s::request_options options{.lane = k8s::lane::writes, .timeout = patch_timeout, .retry = true};
  const k8s::result<std::string> answer =
      co_await api.patch(std::move(patch.path), k8s::patch_type::merge, std::move(patch.body), options);
  if (!answer) co_return scoring::write_reply{answer.error().detail, ""};
  if (std::holds_alternative<k8s::volume_ptr>(what))
    co_return reply_of(k8s::decode_object<k8s::persistent_volume>(*answer));
  co_return reply_of(k8s::decode_object<k8s::persistent_volume_claim>(*answer));
}

}  // namespace berth::controller
