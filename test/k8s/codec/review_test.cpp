#include "k8s/codec/review.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

TEST_CASE("review: a token is asked about, and the answer says who it is") {
  CHECK(encode_token_review("a\"b") ==
        R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"a\"b"}})");
  const token_status s =
      decode_token_review(
          R"({"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","metadata":{},"spec":{"token":"t"},"status":{"authenticated":true,"user":{"username":"u","uid":"1","groups":["a","b"],"extra":{"k":["v","w"]}},"audiences":["x"]}})")
          .value();
  CHECK(s.authenticated);
  CHECK(s.user == user_info{"u", "1", {"a", "b"}, {{"k", {"v", "w"}}}});
  CHECK_FALSE(decode_token_review(R"({"kind":"TokenReview","status":{"user":{}}})").value().authenticated);
  CHECK(decode_token_review(R"({"kind":"TokenReview","status":{"error":"down"}})").value().error == "down");
}

TEST_CASE("review: what is no review with a status lets nobody in") {
  for (const char* odd :
       {"", "{", "[]", "null", "{}", R"({"kind":"TokenReview"})", R"({"kind":"TokenReview","status":null})",
        R"({"kind":"Status","status":"Failure"})", R"({"kind":"SubjectAccessReview","status":{"authenticated":true}})"})
    CHECK(decode_token_review(odd).has_error());
  CHECK_FALSE(decode_token_review(R"({"kind":"TokenReview","status":{"authenticated":"true"}})").value().authenticated);
  CHECK(decode_access_review(R"({"kind":"TokenReview","status":{"allowed":true}})").has_error());
  CHECK_FALSE(decode_access_review(R"({"kind":"SubjectAccessReview","status":{"allowed":1}})").value().allowed);
}

TEST_CASE("review: access to a path is asked for with all that is known of the user") {
  CHECK(
      encode_access_review({{"u", "", {"g"}, {{"k", {"v"}}}}, "/metrics", "get"}) ==
      R"({"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"nonResourceAttributes":{"path":"/metrics","verb":"get"},"user":"u","groups":["g"],"extra":{"k":["v"]}}})");
  const access_status s =
      decode_access_review(
          R"({"kind":"SubjectAccessReview","status":{"allowed":true,"denied":true,"reason":"RBAC: x"}})")
          .value();
  CHECK((s.allowed && s.denied && s.reason == "RBAC: x"));
}

TEST_CASE("review: the authorities that kube-apiserver publishes, and what it leaves out") {
  const authentication_settings s =
      decode_authentication_settings(
          R"({"kind":"ConfigMap","data":{"client-ca-file":"C","requestheader-client-ca-file":"P","requestheader-allowed-names":"[\"front-proxy\"]","requestheader-username-headers":"[\"X-Remote-User\"]","requestheader-group-headers":"[\"X-Remote-Group\"]","requestheader-extra-headers-prefix":"[\"X-Remote-Extra-\"]"}})")
          .value();
  CHECK(s.client_authority == "C");
  CHECK(s.request_header ==
        request_header_settings{"P", {"front-proxy"}, {"X-Remote-User"}, {}, {"X-Remote-Group"}, {"X-Remote-Extra-"}});
  CHECK(decode_authentication_settings(R"({"data":{"client-ca-file":"C"}})").value().client_authority == "C");
  CHECK(decode_authentication_settings("{}").value() == authentication_settings{});
  CHECK(decode_authentication_settings(R"({"data":{"requestheader-allowed-names":"null"}})").value() ==
        authentication_settings{});
  CHECK(decode_authentication_settings(R"({"data":{"requestheader-allowed-names":"[\"a"}})").has_error());
}
