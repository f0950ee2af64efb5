#include "k8s/codec/review.hpp"

#include "k8s/text/json_writer.hpp"
#include "k8s/text/text_at.hpp"
#include "k8s/text/value.hpp"
#include "k8s/text/value_reader.hpp"

namespace berth::k8s {

namespace {

bool truth_at(const value* of, std::string_view field) {
  const value* v = of == nullptr ? nullptr : of->find(field);
  return v != nullptr && v->as_bool() != nullptr && *v->as_bool();
}

/// The strings of a list; anything else in it is passed over.
std::vector<std::string> texts_of(const value* list) {
  std::vector<std::string> out;
  if (list == nullptr || list->as_list() == nullptr) return out;
  for (const value& v : *list->as_list())
    if (v.as_string() != nullptr) out.push_back(*v.as_string());
  return out;
}

void write_texts(json_writer& w, std::string_view name, const std::vector<std::string>& texts) {
  w.begin_list(name);
  for (const std::string& t : texts) w.text(t);
  w.end_list();
}

user_info user_at(const value* of) {
  user_info user;
  if (of == nullptr) return user;
  user.name = text_at(of, "username");
  user.uid = text_at(of, "uid");
  user.groups = texts_of(of->find("groups"));
  if (const value* extra = of->find("extra"); extra != nullptr && extra->as_map() != nullptr)
    for (const auto& [key, values] : *extra->as_map()) user.extra.emplace_back(key, texts_of(&values));
  return user;
}

/// The status of a review of this kind.
result<value> status_of(std::string_view json, const std::string& kind) {
  const result<value> read = read_json_value(json, kind);
  if (!read) return read.error();
  const value* status = read->find("status");
  if (text_at(&*read, "kind") != kind || status == nullptr || status->as_map() == nullptr)
    return error{errc::unexpected_answer, "the answer is no " + kind + " with a status"};
  return *status;
}

/// A list of names that is JSON in a string of the ConfigMap: "" and null are no names.
result<void> read_names(const value* data, std::string_view field, std::vector<std::string>& into) {
  const std::string text = text_at(data, field);
  if (text.empty()) return {};
  const result<value> read = read_json_value(text, std::string(field));
  if (!read) return read.error();
  into = texts_of(&*read);
  return {};
}

}  // namespace

std::string encode_token_review(std::string_view token) {
  json_writer w;
  w.begin_object().member("apiVersion", "authentication.k8s.io/v1").member("kind", "TokenReview");
  w.begin_object("spec").member("token", token).end_object().end_object();
  return w.take();
}

result<token_status> decode_token_review(std::string_view json) {
  const result<value> status = status_of(json, "TokenReview");
  if (!status) return status.error();
  token_status out;
  out.authenticated = truth_at(&*status, "authenticated");
  out.error = text_at(&*status, "error");
  if (out.authenticated) out.user = user_at(status->find("user"));
  return out;
}

std::string encode_access_review(const access_question& question) {
  json_writer w;
  w.begin_object().member("apiVersion", "authorization.k8s.io/v1").member("kind", "SubjectAccessReview");
  w.begin_object("spec").begin_object("nonResourceAttributes");
  w.member("path", question.path).member("verb", question.verb).end_object();
  w.member_if_any("user", question.user.name).member_if_any("uid", question.user.uid);
  if (!question.user.groups.empty()) write_texts(w, "groups", question.user.groups);
  if (!question.user.extra.empty()) {
    w.begin_object("extra");
    for (const auto& [key, values] : question.user.extra) write_texts(w, key, values);
    w.end_object();
  }
  w.end_object().end_object();
  return w.take();
}

result<access_status> decode_access_review(std::string_view json) {
  const result<value> status = status_of(json, "SubjectAccessReview");
  if (!status) return status.error();
  return access_status{truth_at(&*status, "allowed"), truth_at(&*status, "denied"), text_at(&*status, "reason")};
}

result<authentication_settings> decode_authentication_settings(std::string_view json) {
  const result<value> read = read_json_value(json, "extension-apiserver-authentication");
  if (!read) return read.error();
  const value* data = read->find("data");
  authentication_settings out;
  out.client_authority = text_at(data, "client-ca-file");
  request_header_settings& proxy = out.request_header;
  proxy.authority = text_at(data, "requestheader-client-ca-file");
  for (const auto& [field, names] : {std::pair{"requestheader-allowed-names", &proxy.allowed_names},
                                     std::pair{"requestheader-username-headers", &proxy.username_headers},
                                     std::pair{"requestheader-uid-headers", &proxy.uid_headers},
                                     std::pair{"requestheader-group-headers", &proxy.group_headers},
                                     std::pair{"requestheader-extra-headers-prefix", &proxy.extra_prefixes}})
    if (const result<void> done = read_names(data, field, *names); !done) return done.error();
  return out;
}

}  // namespace berth::k8s
