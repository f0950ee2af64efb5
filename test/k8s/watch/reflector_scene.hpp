#pragma once

#include "k8s/watch/reflector.hpp"

#include "k8s/api/node.hpp"
#include "k8s/api/pod.hpp"
#include "test/k8s/hand_clock.hpp"
#include "test/k8s/scripted_client.hpp"

#include <doctest/doctest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>

#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// A reflector of nodes at work: a server that is scripted, a store that writes down what it is told, a clock that is
/// turned.
namespace berth::test::reflecting {

using namespace berth::k8s;
using namespace std::chrono_literals;

inline std::string item(const std::string& name, const std::string& uid = "u", const std::string& version = "1") {
  return R"({"metadata":{"name":")" + name + R"(","uid":")" + uid + R"(","resourceVersion":")" + version + "\"}}";
}
inline std::string event(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}";
}
inline std::string bookmark(const std::string& version) {
  return event("BOOKMARK", R"({"kind":"Node","metadata":{"resourceVersion":")" + version + "\"}}");
}
inline const std::string expired =
    event("ERROR", R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})");

/// Writes down what it is told: "=a b" replaced, "+a" applied, "-a" removed.
struct diary : store<node> {
  node_ptr staged(node_ptr one) override {
    if (staged_suffix.empty()) return one;
    auto other = std::make_shared<node>(*one);
    other->name += staged_suffix;
    return other;
  }
  void replaced(std::vector<node_ptr> all) override {
    std::string line = "=";
    for (const auto& n : all) line += (line.size() > 1 ? " " : "") + n->name;
    lines.push_back(line);
  }
  void applied(node_ptr n) override { lines.push_back("+" + n->name); }
  void removed(node_ptr n) override { lines.push_back("-" + n->name); }
  void whole(const node& n, std::shared_ptr<const std::string> json) override {
    lines.push_back("whole " + n.name + " " + *json);
  }
  const comparable<node>* compared(std::type_identity<node>) const override { return against; }
  std::vector<std::string> take() { return std::exchange(lines, {}); }
  std::vector<std::string> lines;
  std::string staged_suffix;
  const comparable<node>* against = nullptr;
};

struct listener : reflector_observer {
  void listed(const collection& what, std::size_t items) override {
    notes.push_back("listed " + what.name + " " + std::to_string(items));
  }
  void failed(const collection&, const char* phase, const error& why, std::chrono::milliseconds) override {
    notes.push_back(std::string("failed ") + phase + " " + name_of(why.code));
  }
  void confirmed(const collection& what) override { notes.push_back("confirmed " + what.name); }
  void missed(const collection&, const object_key& object) override { notes.push_back("missed " + object.text()); }
  void recovered(const collection& what) override { notes.push_back("recovered " + what.name); }
  void dropped(const collection&, const error& why) override {
    notes.push_back("dropped " + std::string(name_of(why.code)));
  }
  std::vector<std::string> take() { return std::exchange(notes, {}); }
  std::vector<std::string> notes;
};

struct scene {
  scene() : time(io), strand(boost::asio::make_strand(io)), back(strand) {}
  ~scene() { stop(); }

  void start() {
    auto note = [this](std::exception_ptr problem) {
      ended = true;
      thrown = problem;
    };
    boost::asio::co_spawn(io,
                          reflect<node>({api, strand, watcher, back, time},
                                        {"nodes", "/api/v1/nodes", "fieldSelector=a%3Db",
                                         whole_objects ? kept_texts::all : kept_texts::none, most_objects},
                                        into, 1),
                          boost::asio::bind_cancellation_slot(cancel.slot(), note));
    time.settle();
  }
  /// It has listed node `a` at version 5, its watch ends, and another cannot be opened.
  void lose_server_after_a_minute() {
    api.listings.push_back(scripted_client::list_of({item("a")}, "5"));
    start();
    api.refusals.push_back({errc::unreachable, "refused"});
    time.advance(1min);
    finish();
  }
  void stop() {
    cancel.emit(boost::asio::cancellation_type::terminal);
    time.settle();
  }
  void line(const std::string& text) {
    REQUIRE(api.open);
    api.open->line(text);
    time.settle();
  }
  void finish() {
    REQUIRE(api.open);
    api.open->finish();
    time.settle();
  }
  bool watching_from(const std::string& version) const {
    return api.open && api.open->path.find("&resourceVersion=" + version) != std::string::npos;
  }

  boost::asio::io_context io;
  hand_clock time;
  boost::asio::strand<boost::asio::io_context::executor_type> strand;
  server_return back;
  scripted_client api;
  diary into;
  listener watcher;
  boost::asio::cancellation_signal cancel;
  bool whole_objects = false;
  std::size_t most_objects = 1000;
  bool ended = false;
  std::exception_ptr thrown;
};

using lines = std::vector<std::string>;

}  // namespace berth::test::reflecting
