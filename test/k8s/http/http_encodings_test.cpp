#include "test/k8s/http/credentials_desk.hpp"
#include "test/support/protobuf_bytes.hpp"

using namespace berth;
using namespace berth::k8s;
using namespace berth::test;
using namespace std::chrono_literals;

/// Which of the two encodings lists and watches are asked for in, and that the answer's own type says how it is read.

namespace {

const std::string protobuf_type = "Content-Type: application/vnd.kubernetes.protobuf\r\n";
const std::string both = "\r\nAccept: application/vnd.kubernetes.protobuf, application/json\r\n";
const std::string json_alone = "\r\nAccept: application/json\r\n";
const std::string json_list = R"({"kind":"NodeList","metadata":{"resourceVersion":"7"},"items":[{"a":1}]})";
const std::string protobuf_list = enveloped("NodeList", field(1, field(2, "7")) + field(2, field(1, field(1, "a"))));
const step watch_begins = send(
    "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.kubernetes.protobuf;stream=watch\r\n"
    "Transfer-Encoding: chunked\r\n\r\n");

step protobuf(const std::string& status, const std::string& body) { return answer(status, body, protobuf_type); }

std::string expired() { return enveloped("Status", field(3, "too old") + field(4, "Expired") + integer(6, 410)); }

struct protobuf_rig : rig {
  protobuf_rig() { options.streams = encoding::protobuf; }

  struct listed {
    std::vector<std::pair<encoding, std::string>> items;  ///< with their kind
    result<list_head> head{list_head{}};
  };
  listed list(encoding form = encoding::protobuf) {
    listed all;
    client::item_handler on_item = [&all](const encoded& item) { all.items.emplace_back(item.form, item.kind); };
    all.head = wait(api().list("/api/v1/nodes", on_item, {.timeout = 10s, .form = form}));
    return all;
  }

  task<error> end_of(client::event_handler each) {
    const stream_options reads_both{.timeout = 10s, .form = encoding::protobuf};
    const auto end = co_await api().watch("/api/v1/nodes?watch=true", std::move(each), reads_both);
    co_return end ? error{} : end.error();
  }
  /// How it ended.
  error watch() {
    client::event_handler on_event = [this](const encoded& event) {
      CHECK(event.form == encoding::protobuf);
      events.emplace_back(event.bytes);
      return true;
    };
    return wait(end_of(on_event));
  }
  bool asked(const std::string& accept) const { return server.requests.back().find(accept) != std::string::npos; }

  std::vector<std::string> events;
};

}  // namespace

TEST_CASE_FIXTURE(protobuf_rig, "encodings: a list is asked for in protobuf and read in it") {
  server.next({request, protobuf("200 OK", protobuf_list), hold});
  const auto all = list();
  CHECK(asked(both));
  REQUIRE(all.head.has_value());
  CHECK(all.head->resource_version == "7");
  CHECK(all.items == decltype(all.items){{encoding::protobuf, "Node"}});
}

TEST_CASE_FIXTURE(protobuf_rig, "encodings: a server that answers in JSON is read in JSON") {
  server.next({request, ok(json_list), hold});
  const auto all = list();
  CHECK(asked(both));
  REQUIRE(all.head.has_value());
  CHECK(all.items == decltype(all.items){{encoding::json, ""}});
}

TEST_CASE_FIXTURE(protobuf_rig,
                  "encodings: JSON alone is asked for where the caller reads nothing else, or all was told to") {
  server.next({request, ok(json_list), request, protobuf("200 OK", protobuf_list), hold});
  server.next({request, ok("{}"), hold});
  CHECK(list(encoding::json).head.has_value());
  CHECK(asked(json_alone));
  const auto unasked = list(encoding::json).head;
  REQUIRE_FALSE(unasked.has_value());
  CHECK(unasked.error().code == errc::unexpected_answer);
  CHECK(unasked.error().detail == "GET " + url() +
                                      "/api/v1/nodes: 200 OK with content type "
                                      "application/vnd.kubernetes.protobuf, which was not asked for");
  CHECK(get().has_value());
  CHECK(asked(json_alone));

  rig told;
  told.options.streams = encoding::json;
  told.server.next({request, ok(json_list), hold});
  client::item_handler ignore = [](const encoded&) {};
  CHECK(told.wait(told.api().list("/l", ignore, {.timeout = 10s, .form = encoding::protobuf})).has_value());
  CHECK(told.server.requests.back().find(json_alone) != std::string::npos);
}

TEST_CASE_FIXTURE(protobuf_rig, "encodings: what is neither is refused, by its type") {
  server.next({request, answer("200 OK", "<html>", "Content-Type: text/html\r\n"), hold});
  const auto html = list().head;
  REQUIRE_FALSE(html.has_value());
  CHECK(html.error().code == errc::unexpected_answer);
  CHECK(html.error().detail.find("content type text/html") != std::string::npos);
}

TEST_CASE_FIXTURE(protobuf_rig, "encodings: a refusal in protobuf comes back with its reason") {
  const std::string forbidden =
      enveloped("Status", field(3, "no lists for you") + field(4, "Forbidden") + integer(6, 403));
  server.next({request, protobuf("410 Gone", expired()), request, protobuf("403 Forbidden", forbidden), request,
               protobuf("200 OK", expired()), request, protobuf("410 Gone", expired()), hold});
  CHECK(list().head.error().code == errc::gone);
  const auto why = list().head.error();
  CHECK(why.code == errc::forbidden);
  CHECK(why.detail == "GET " + url() + "/api/v1/nodes: Forbidden: no lists for you");
  CHECK(list().head.error().code == errc::gone);
  CHECK(watch().code == errc::gone);
  CHECK(server.connections == 1);
}

TEST_CASE_FIXTURE(protobuf_rig, "encodings: a token that is refused in protobuf is read again, for lists and watches") {
  const std::string unauthorized_status = enveloped("Status", field(4, "Unauthorized") + integer(6, 401));
  const step refused = protobuf("401 Unauthorized", unauthorized_status);
  const some_file token("one");
  settings.token_file = token.source();
  server.next({request, protobuf("200 OK", protobuf_list), request, refused, request, protobuf("200 OK", protobuf_list),
               request, refused, request, watch_begins, chunk(framed("event")), last_chunk, request, refused, hold});
  CHECK(list().head.has_value());
  token.says("two");
  const auto all = list();
  CHECK(all.head.has_value());
  CHECK(all.items == decltype(all.items){{encoding::protobuf, "Node"}});
  CHECK(asked("Authorization: Bearer two\r\n"));
  token.says("three");
  time.forward(1s);
  CHECK(watch().code == errc::ok);
  CHECK(events == std::vector<std::string>{"event"});
  CHECK(asked("Authorization: Bearer three\r\n"));
  CHECK(list().head.error().code == errc::unauthorized);
  CHECK(server.requests.size() == 6);
}

TEST_CASE_FIXTURE(protobuf_rig,
                  "encodings: a list in protobuf that is cut, or is none, is an error that names the request") {
  const std::string half = protobuf_list.substr(0, protobuf_list.size() - 8);
  server.next({request, protobuf("200 OK", half), request, protobuf("200 OK", "{\"kind\":\"NodeList\"}"), hold});
  const auto lost = list().head.error();
  CHECK(lost.code == errc::connection_lost);
  CHECK(lost.detail.starts_with("GET " + url() + "/api/v1/nodes: list: cut short"));
  CHECK(list().head.error().code == errc::unexpected_answer);
}

TEST_CASE_FIXTURE(protobuf_rig, "encodings: a watch's frames come one by one, however they are chunked") {
  const std::string bytes = framed("one") + framed("two") + framed("three");
  server.next({request, watch_begins, chunk(bytes.substr(0, 9)), chunk(bytes.substr(9, 3)), chunk(bytes.substr(12)),
               last_chunk, hold});
  CHECK(watch().code == errc::ok);
  CHECK(asked(both));
  CHECK(events == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE_FIXTURE(protobuf_rig, "encodings: a watch cut in the middle of a frame is a lost connection") {
  for (const std::size_t kept : {2U, 5U}) {
    const std::string begun = framed("two").substr(0, kept);
    server.next({request, watch_begins, chunk(framed("one") + begun), cut});
    server.next({request, watch_begins, chunk(framed("one") + begun), last_chunk});
    for (int i = 0; i < 2; ++i) {
      CHECK(watch().code == errc::connection_lost);
      CHECK(events == std::vector<std::string>{"one"});
      events.clear();
    }
  }
}

TEST_CASE_FIXTURE(protobuf_rig, "encodings: a frame above the cap ends the watch before it has come") {
  options.max_event = 1000;
  server.next({request, watch_begins, chunk(framed("one") + framed(std::string(1001, 'x')).substr(0, 4)), hold});
  const auto why = watch();
  CHECK(events == std::vector<std::string>{"one"});
  CHECK(why.code == errc::too_large);
  CHECK(why.detail == "GET " + url() + "/api/v1/nodes?watch=true: a frame of 1001 bytes, more than 1000");
}
