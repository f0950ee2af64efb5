#include "controller/observe/pod_resources_page.hpp"
#include "test/controller/cluster/cache_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <exception>
#include <optional>
#include <string>

using namespace berth;
using namespace berth::controller;
using berth::test::make_node;
using berth::test::make_pod;

namespace {

/// A cache on a strand of its own, which runs when the test says so.
struct page_fixture : test::cache_fixture {
  page_fixture() { nodes.applied(make_node("n1")); }

  void add_pods(int from, int to) {
    for (int i = from; i < to; ++i)
      pods.applied(make_pod(fmt::format("web-{}", i)).cpu("1").limit("cpu", "2").on("n1"));
  }
  void start(pod_resources_page& page, std::optional<http_answer>& said) {
    asking.restart();
    auto take = [&said](const std::exception_ptr& problem, http_answer a) {
      REQUIRE(!problem);
      said = std::move(a);
    };
    boost::asio::co_spawn(asking, page.answer(), std::move(take));
  }
  void let_both_run() {
    for (int i = 0; i < 1000; ++i) {
      asking.restart();
      strand.restart();
      if (asking.poll() + strand.poll() == 0) return;
    }
  }
  http_answer ask(pod_resources_page& page) {
    std::optional<http_answer> said;
    start(page, said);
    let_both_run();
    REQUIRE(said.has_value());
    return std::move(*said);
  }

  boost::asio::io_context asking, strand;
};

std::size_t lines_of(const std::string& text, const std::string& family) {
  const std::string head = fmt::format("\n{}{{", family);
  std::size_t n = 0;
  for (std::size_t at = text.find(head); at != text.npos; at = text.find(head, at + 1)) ++n;
  return n;
}

pod_resources_settings few_at_once() {
  pod_resources_settings s;
  s.looked_up_at_once = 7;
  s.written_at_once = 3;
  return s;
}

}  // namespace

TEST_CASE_FIXTURE(page_fixture,
                  "pod resources page: every pod that is held has its lines, however few are taken at once") {
  add_pods(0, 100);
  pods.applied(make_pod("ours").cpu("1"));
  pods.applied(make_pod("theirs").scheduler("other").cpu("1"));
  pod_resources_page page(strand.get_executor(), cache, few_at_once());
  const http_answer said = ask(page);
  CHECK(said.status == 200);
  CHECK(said.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(lines_of(said.body, "kube_pod_resource_request") == 101);
  CHECK(lines_of(said.body, "kube_pod_resource_limit") == 100);
  CHECK(said.body.find("pod=\"theirs\"") == said.body.npos);
}

TEST_CASE_FIXTURE(page_fixture, "pod resources page: the strand is given up between a few pods and the next") {
  add_pods(0, 100);
  pod_resources_page page(strand.get_executor(), cache, few_at_once());
  std::optional<http_answer> said;
  start(page, said);
  std::size_t turns = 0;
  for (int i = 0; i < 100'000 && !said; ++i) {
    asking.restart();
    strand.restart();
    asking.poll();
    turns += strand.poll_one();
    if (turns == 5) add_pods(100, 1000);  // other work
  }
  REQUIRE(said.has_value());
  CHECK(turns > 100);
  CHECK(lines_of(said->body, "kube_pod_resource_request") == 1000);
}

TEST_CASE_FIXTURE(page_fixture, "pod resources page: a limit that was raised in place is shown") {
  pods.applied(make_pod("web").cpu("1").limit("cpu", "2").on("n1"));
  pods.applied(make_pod("web").cpu("1").limit("cpu", "3").on("n1").version("2"));
  pod_resources_page page(strand.get_executor(), cache);
  CHECK(ask(page).body.find("unit=\"cores\"} 3\n") != std::string::npos);
}

TEST_CASE_FIXTURE(page_fixture,
                  "pod resources page: what would be too large is refused in one line that says what to do") {
  pod_resources_settings small;
  small.bytes = 1 << 20;
  add_pods(0, 10'000);
  pod_resources_page page(strand.get_executor(), cache, small);
  const http_answer said = ask(page);
  CHECK(said.status == 503);
  CHECK(said.body ==
        "what 10000 pods ask for is more than 1 MiB of text; take it from kube-state-metrics instead, which can be "
        "divided among several\n");
}

TEST_CASE_FIXTURE(page_fixture,
                  "pod resources page: an answer holds its place until it is written; who comes beyond is refused") {
  add_pods(0, 1);
  pod_resources_settings two;
  two.answers = 2;
  pod_resources_page page(strand.get_executor(), cache, two);
  std::optional<http_answer> first = ask(page);
  const http_answer second = ask(page);
  CHECK(first->status == 200);
  CHECK(second.status == 200);
  const http_answer third = ask(page);
  CHECK(third.status == 503);
  CHECK(third.body == "2 others are being answered, which is the most at a time; ask again\n");
  first.reset();
  CHECK(ask(page).status == 200);
}

TEST_CASE_FIXTURE(page_fixture,
                  "pod resources page: a strand that stands still is not waited for, nor asked ever more often") {
  add_pods(0, 1);
  pod_resources_settings impatient;
  impatient.answers = 1;
  impatient.patience = std::chrono::milliseconds(0);
  pod_resources_page page(strand.get_executor(), cache, impatient);
  std::optional<http_answer> said;
  start(page, said);
  asking.run();
  REQUIRE(said.has_value());
  CHECK(said->status == 503);
  CHECK(said->body == "the scheduler is busy with a decision; ask again\n");
  start(page, said);
  asking.run();
  CHECK(said->body == "1 others are being answered, which is the most at a time; ask again\n");
  let_both_run();  // the strand comes to it, and the place is free again
  start(page, said);
  asking.run();
  CHECK(said->body == "the scheduler is busy with a decision; ask again\n");
}
