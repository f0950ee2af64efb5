#pragma once

#include "k8s/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// A client without a network: lists are answered from a script, watches are played by hand.
namespace berth::test {

class scripted_client final : public k8s::client {
 public:
  /// One watch that is open.
  struct open_watch {
    open_watch(std::string p, event_handler each, k8s::encoding f, const boost::asio::any_io_executor& on)
        : path(std::move(p)),
          on_event(std::move(each)),
          form(f),
          done(on, boost::asio::steady_timer::time_point::max()) {}

    std::string path;
    event_handler on_event;
    k8s::encoding form;  ///< that the caller reads
    boost::asio::steady_timer done;
    k8s::result<void> end{};
    bool stopped = false;  ///< on_event wanted no more

    void line(const std::string& text) { event({text, k8s::encoding::json}); }
    void frame(const std::string& bytes) { event({bytes, k8s::encoding::protobuf}); }
    void event(const k8s::encoded& sent) {
      if (stopped || on_event(sent)) return;
      stopped = true;
      done.cancel();
    }
    void finish() { done.cancel(); }
    void fail(k8s::error why) {
      end = std::move(why);
      done.cancel();
    }
  };

  struct listing {
    std::vector<std::string> items;
    k8s::result<k8s::list_head> head{k8s::list_head{}};
    std::string protobuf_kind = "";  ///< of the items; "" where they are JSON
  };

  static listing list_of(std::vector<std::string> items, std::string version, std::string more = "") {
    k8s::list_head head;
    head.resource_version = std::move(version);
    head.continue_token = std::move(more);
    return {std::move(items), head};
  }
  static listing protobuf_list_of(std::string kind, std::vector<std::string> items, std::string version) {
    listing all = list_of(std::move(items), std::move(version));
    all.protobuf_kind = std::move(kind);
    return all;
  }

  k8s::task<k8s::result<k8s::list_head>> list(std::string path, item_handler on_item,
                                              k8s::stream_options options) override {
    lists.push_back(path);
    forms_of_lists.push_back(options.form);
    if (listings.empty()) co_return k8s::error{k8s::errc::unreachable, "no listing scripted"};
    const auto next = std::move(listings.front());
    listings.pop_front();
    const auto form = next.protobuf_kind.empty() ? k8s::encoding::json : k8s::encoding::protobuf;
    for (const auto& item : next.items) on_item({item, form, next.protobuf_kind});
    co_return next.head;
  }

  k8s::task<k8s::result<void>> watch(std::string path, event_handler on_event, k8s::stream_options options) override {
    watches.push_back(path);
    if (!refusals.empty()) {
      auto why = std::move(refusals.front());
      refusals.pop_front();
      co_return why;
    }
    const auto on = co_await boost::asio::this_coro::executor;
    const auto mine = std::make_shared<open_watch>(path, std::move(on_event), options.form, on);
    open = mine;
    co_await mine->done.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (open == mine) open.reset();
    co_return mine->end;
  }

  k8s::task<k8s::result<std::string>> get(std::string path, k8s::request_options options) override {
    return asked("GET " + path, "", options);
  }
  k8s::task<k8s::result<std::string>> create(std::string path, std::string body,
                                             k8s::request_options options) override {
    return asked("POST " + path, std::move(body), options);
  }
  k8s::task<k8s::result<std::string>> replace(std::string path, std::string body,
                                              k8s::request_options options) override {
    return asked("PUT " + path, std::move(body), options);
  }
  k8s::task<k8s::result<std::string>> patch(std::string path, k8s::patch_type, std::string body,
                                            k8s::request_options options) override {
    return asked("PATCH " + path, std::move(body), options);
  }
  k8s::task<k8s::result<std::string>> remove(std::string path, std::string body,
                                             k8s::request_options options) override {
    return asked("DELETE " + path, std::move(body), options);
  }
  std::string server() const override { return "http://scripted"; }

  std::deque<listing> listings;
  std::deque<k8s::error> refusals;  ///< of watches
  std::vector<std::string> lists;
  std::vector<k8s::encoding> forms_of_lists;  ///< that their callers read
  std::vector<std::string> watches;
  std::shared_ptr<open_watch> open;
  /// Answers everything else; told "VERB path" and the body.
  std::function<k8s::result<std::string>(const std::string&, const std::string&)> answer;
  std::vector<std::string> calls;
  std::vector<k8s::request_options> options_of_calls;

 private:
  k8s::task<k8s::result<std::string>> asked(std::string what, std::string body, k8s::request_options options) {
    calls.push_back(what);
    options_of_calls.push_back(options);
    co_return answer(what, body);
  }
};

}  // namespace berth::test
