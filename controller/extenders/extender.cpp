#include "controller/extenders/extender.hpp"

#include "k8s/run_on.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::controller {

namespace {

constexpr std::size_t max_whole = std::size_t{64} << 20;
constexpr std::size_t max_names = std::size_t{16} << 20;

/// An answer that is not what it should be, with where it came from.
k8s::error placed(const k8s::error& why, const std::string& verb, const std::string& url) {
  if (why.code == k8s::errc::bad_request) return why;  // the extender's own words
  return {why.code, fmt::format("failed {} with extender at URL {}: {}", verb, url, why.detail)};
}

}  // namespace

extender::extender(extender_configuration configuration, std::unique_ptr<k8s::webhook> to,
                   boost::asio::any_io_executor work)
    : configuration_(std::move(configuration)), to_(std::move(to)), work_(std::move(work)) {}

bool extender::interested_in(const k8s::pod& pod) const {
  const std::vector<std::string>& managed = configuration_.managed_resources;
  if (managed.empty()) return true;
  const auto asks = [&](const k8s::container& c) {
    return std::any_of(managed.begin(), managed.end(),
                       [&](const std::string& name) { return c.requests.find(name) != nullptr; });
  };
  const k8s::pod_spec& spec = *pod.spec;
  return std::any_of(spec.containers.begin(), spec.containers.end(), asks) ||
         std::any_of(spec.init_containers.begin(), spec.init_containers.end(), asks);
}

std::string extender::url_of(const std::string& verb) const {
  std::string url = configuration_.url_prefix;
  while (url.ends_with('/')) url.pop_back();
  return url + "/" + verb;
}

k8s::task<k8s::result<std::string>> extender::ask(std::string verb, std::string body, bool repeatable) const {
  const std::size_t most = wants_whole_nodes() ? max_whole : max_names;
  auto answer = co_await to_->post(verb, std::move(body), most, repeatable);
  co_return body_of(std::move(answer), verb, url_of(verb));
}

k8s::task<k8s::result<filter_answer>> extender::ask_filter(extender_question question) const {
  const std::string& verb = configuration_.filter_verb;
  std::string request = encode(question, configuration_.node_cache_capable);
  const auto body = co_await ask(verb, std::move(request), true);
  if (!body) co_return body.error();
  auto judged = judge_filter(*body, question.nodes, configuration_.node_cache_capable, name());
  if (!judged) co_return placed(judged.error(), verb, url_of(verb));
  co_return std::move(*judged);
}

k8s::task<k8s::result<std::vector<k8s::host_priority>>> extender::ask_prioritize(extender_question question) const {
  const std::string& verb = configuration_.prioritize_verb;
  std::string request = encode(question, configuration_.node_cache_capable);
  const auto body = co_await ask(verb, std::move(request), true);
  if (!body) co_return body.error();
  auto judged = k8s::decode_host_priorities(*body);
  if (!judged) co_return placed(judged.error(), verb, url_of(verb));
  co_return std::move(*judged);
}

k8s::task<k8s::result<k8s::extender_meta_victims_map>> extender::ask_preempt(preemption_question question) const {
  const std::string& verb = configuration_.preempt_verb;
  std::string request = encode(question, configuration_.node_cache_capable);
  const auto body = co_await ask(verb, std::move(request), true);
  if (!body) co_return body.error();
  auto result = k8s::decode_extender_preemption_result(*body);
  if (!result) co_return placed(result.error(), verb, url_of(verb));
  co_return std::move(result->meta_victims);
}

k8s::task<k8s::result<filter_answer>> extender::filter(extender_question question) const {
  return k8s::run_on(work_, ask_filter(std::move(question)));
}

k8s::task<k8s::result<std::vector<k8s::host_priority>>> extender::prioritize(extender_question question) const {
  return k8s::run_on(work_, ask_prioritize(std::move(question)));
}

k8s::task<k8s::result<k8s::extender_meta_victims_map>> extender::preempt(preemption_question question) const {
  return k8s::run_on(work_, ask_preempt(std::move(question)));
}

k8s::task<k8s::result<void>> extender::bind(binding_request what) const {
  const std::string& verb = configuration_.bind_verb;
  const k8s::extender_binding_args args{what.pod, what.uid, what.node};
  std::string request = k8s::encode(args);
  const auto body = co_await ask(verb, std::move(request), false);
  if (!body) co_return body.error();
  const auto judged = judge_bind(*body);
  if (!judged) co_return placed(judged.error(), verb, url_of(verb));
  co_return k8s::result<void>();
}

}  // namespace berth::controller
