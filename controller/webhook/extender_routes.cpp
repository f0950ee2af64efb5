#include "controller/webhook/extender_routes.hpp"

#include "k8s/run_on.hpp"
#include "k8s/text/json.hpp"

namespace berth::controller {

namespace {

constexpr const char* binding_is_off =
    "binding is off: whoever reaches this port could bind any pod. Serve TLS with --client-ca-file, or listen on "
    "loopback, or set --anonymous-bind";

http_answer json(std::string body) { return {.body = std::move(body), .content_type = "application/json"}; }

// Coroutines for the strand: plain calls made there.
k8s::task<k8s::extender_filter_result> filter_on_strand(extender_judge& judge, k8s::extender_args args) {
  co_return judge.filter(std::move(args));
}
k8s::task<extender_judge::ratings> prioritize_on_strand(extender_judge& judge, const k8s::extender_args& args) {
  co_return judge.prioritize(args);
}
k8s::task<extender_judge::preemption> preempt_on_strand(extender_judge& judge,
                                                        const k8s::extender_preemption_args& args) {
  co_return judge.preempt(args);
}
std::size_t count_of(const k8s::extender_args& args) {
  return args.nodes ? args.nodes->size() : args.node_names ? args.node_names->size() : 0;
}

}  // namespace

extender_routes::extender_routes(boost::asio::any_io_executor strand, alarm_clock& time, const log& out,
                                 extender_metrics& figures, extender_judge& judge, extender_binder& binder,
                                 get_handler others, bool may_bind)
    : strand_(std::move(strand)),
      clock_(time),
      log_(out),
      metrics_(figures),
      judge_(judge),
      binder_(binder),
      others_(std::move(others)),
      may_bind_(may_bind) {}

k8s::task<http_answer> extender_routes::answer(http_request request) {
  using verb = k8s::task<http_answer> (extender_routes::*)(std::string);
  struct route {
    std::string_view path;
    verb to;
    std::string_view name;
  };
  static constexpr route routes[] = {{"/filter", &extender_routes::filter, "filter"},
                                     {"/prioritize", &extender_routes::prioritize, "prioritize"},
                                     {"/priority", &extender_routes::prioritize, "prioritize"},
                                     {"/preempt", &extender_routes::preempt, "preempt"},
                                     {"/bind", &extender_routes::bind, "bind"}};
  for (const route& r : routes) {
    if (r.path != request.path()) continue;
    if (request.method != "POST") co_return http_answer{.status = 405, .body = "POST only\n", .allow = "POST"};
    const instant begun = clock_.now();
    const std::size_t received = request.body.size();
    k8s::mend_json(request.body);
    http_answer made = co_await (this->*r.to)(std::move(request.body));
    metrics_.answered(r.name, clock_.now() - begun, received, made.body.size());
    co_return made;
  }
  co_return co_await other(std::move(request));
}

k8s::task<http_answer> extender_routes::other(http_request request) {
  http_answer a = co_await others_(request.target);
  if (a.status == 404 || request.method == "GET" || request.method == "HEAD") co_return a;
  co_return http_answer{.status = 405, .body = "GET only\n", .allow = "GET, HEAD"};
}

k8s::task<http_answer> extender_routes::filter(std::string body) {
  const instant begun = clock_.now();
  k8s::extender_filter_result said;
  auto args = k8s::decode_extender_args(body);
  if (!args) {
    said.error = args.error().detail;
    note("filter", {}, said.error, 0, 0, begun);
    co_return json(encode(said));
  }
  const k8s::object_key pod = args->pod.key;
  const std::size_t asked = count_of(*args);
  said = co_await k8s::run_on(strand_, filter_on_strand(judge_, std::move(*args)));
  std::string text = encode(said);
  note("filter", pod, said.error, asked,
       said.nodes        ? said.nodes->size()
       : said.node_names ? said.node_names->size()
                         : 0,
       begun);
  co_return json(std::move(text));
}

k8s::task<http_answer> extender_routes::prioritize(std::string body) {
  const instant begun = clock_.now();
  extender_judge::ratings said;
  const auto args = k8s::decode_extender_args(body);
  if (args)
    said = co_await k8s::run_on(strand_, prioritize_on_strand(judge_, *args));
  else
    said.error = args.error().detail;
  std::string text = encode(said.list);
  note("prioritize", args ? args->pod.key : k8s::object_key(), said.error, args ? count_of(*args) : 0, said.list.size(),
       begun);
  co_return json(std::move(text));
}

k8s::task<http_answer> extender_routes::preempt(std::string body) {
  const instant begun = clock_.now();
  extender_judge::preemption said;
  const auto args = k8s::decode_extender_preemption_args(body);
  if (args)
    said = co_await k8s::run_on(strand_, preempt_on_strand(judge_, *args));
  else
    said.error = args.error().detail;
  const std::size_t asked = !args                ? 0
                            : args->victims      ? args->victims->size()
                            : args->meta_victims ? args->meta_victims->size()
                                                 : 0;
  note("preempt", args ? args->pod.key : k8s::object_key(), said.error, asked, said.kept.meta_victims.size(), begun);
  if (!said.error.empty()) co_return http_answer{.status = 400, .body = said.error + "\n"};
  co_return json(encode(said.kept));
}

k8s::task<http_answer> extender_routes::bind(std::string body) {
  const instant begun = clock_.now();
  k8s::extender_binding_result said;
  auto args = k8s::decode_extender_binding_args(body);
  const k8s::object_key pod = args ? args->pod : k8s::object_key();
  if (args && !may_bind_)
    said.error = binding_is_off;
  else if (args)
    said.error = co_await k8s::run_on(strand_, binder_.bind(std::move(*args)));
  else
    said.error = args.error().detail;
  note("bind", pod, said.error, 1, said.error.empty() ? 1 : 0, begun);
  co_return json(encode(said));
}

void extender_routes::note(const char* verb, const k8s::object_key& pod, const std::string& error, std::size_t asked,
                           std::size_t kept, instant since) {
  metrics_.judged(verb, error.empty());
  if (!error.empty()) {
    log_.info(2, "Answered with an error", {{"verb", verb}, {"pod", pod}, {"err", error}});
  } else if (log_.v(3)) {
    log_.info(3, "Answered",
              {{"verb", verb}, {"pod", pod}, {"nodes", asked}, {"kept", kept}, {"took", clock_.now() - since}});
  }
}

}  // namespace berth::controller
