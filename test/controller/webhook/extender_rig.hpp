#pragma once

#include "controller/config/configuration.hpp"
#include "controller/serving/metrics.hpp"
#include "controller/webhook/extender_routes.hpp"
#include "k8s/text/value_reader.hpp"
#include "scoring/registry.hpp"
#include "test/support/fake_client.hpp"
#include "test/support/fake_time.hpp"
#include "test/support/objects.hpp"

#include <boost/asio/co_spawn.hpp>

#include <memory>
#include <string>
#include <vector>

/// The extender but for its sockets, on a clock that is turned by hand: JSON in, JSON out.
namespace berth::test {

struct extender_rig {
  /// `profiles` is the list of a configuration file, in YAML's flow style.
  explicit extender_rig(const std::string& profiles_text,
                        const scoring::registry& plugins = scoring::default_registry())
      : api(time),
        log(
            controller::log_format::text, 3,
            [](void* to, std::string_view line) { static_cast<std::vector<std::string>*>(to)->emplace_back(line); },
            &lines),
        profiles(made(profiles_text, plugins), "host"),
        tasks(io.get_executor()),
        cache([this](const std::string& name) { return judge.profile_of(name) != nullptr; }, nobody),
        judge(cache, profiles, log),
        binder(api, time, log, cache, judge, tasks),
        figures(metrics.registry()),
        routes(io.get_executor(), time, log, figures, judge, binder, get) {
    api.pod_changed = [this](k8s::pod_ptr pod) {
      if (watching) pods().applied(std::move(pod));
    };
  }
  ~extender_rig() {
    tasks.stop();
    time.run();
  }

  k8s::store<k8s::pod>& pods() { return cache; }
  k8s::store<k8s::node>& nodes() { return cache; }

  /// The first lists: these nodes, no pod.
  void list(std::vector<k8s::node_ptr> all) {
    nodes().replaced(std::move(all));
    k8s::store<k8s::namespace_object>& namespaces = cache;
    namespaces.replaced({});
    pods().replaced({});
  }

  /// Sends it off; the answer is there once the clock was turned far enough.
  struct pending {
    controller::http_answer answer{.status = 0, .body = ""};
    bool done = false;
  };
  std::shared_ptr<pending> send(const std::string& method, const std::string& target, const std::string& body) {
    auto p = std::make_shared<pending>();
    boost::asio::co_spawn(io, routes.answer({method, target, body}),
                          [p](std::exception_ptr, controller::http_answer a) {
                            p->answer = std::move(a);
                            p->done = true;
                          });
    return p;
  }
  controller::http_answer ask(const std::string& method, const std::string& target, const std::string& body = "") {
    const auto p = send(method, target, body);
    time.advance(controller::milliseconds(50));
    return p->answer;
  }
  std::string post(const std::string& target, const std::string& body) { return ask("POST", target, body).body; }

  static std::vector<scoring::profile> made(const std::string& profiles_text, const scoring::registry& plugins) {
    const auto document = k8s::read_value(
        "{apiVersion: kubescheduler.config.k8s.io/v1, kind: "
        "KubeSchedulerConfiguration, profiles: " +
            profiles_text + "}",
        "test");
    return controller::make_profiles(controller::read_configuration(*document, "test"), plugins);
  }

  static k8s::task<controller::http_answer> get(std::string target) {
    if (target == "/healthz") co_return controller::http_answer{.body = "ok"};
    co_return controller::http_answer{.status = 404, .body = "none"};
  }

  struct listener final : controller::cache_listener {
    void pod_waits(const scoring::pod_info&) override {}
    void waiting_pod_changed(const k8s::pod_ptr&, const scoring::pod_info&) override {}
    void pod_no_longer_waits(const k8s::pod_ptr&) override {}
    void assumption_failed(const k8s::pod_ptr&) override {}
    void happened(const controller::cluster_change&) override {}
    void listed() override {}
  };

  boost::asio::io_context io;
  fake_time time{io};
  fake_client api;
  std::vector<std::string> lines;
  controller::log log;
  controller::profiles profiles;
  listener nobody;
  controller::task_group tasks;
  controller::cluster_cache cache;
  controller::extender_judge judge;
  controller::extender_binder binder;
  controller::metrics metrics{{}};
  controller::extender_metrics figures;
  controller::extender_routes routes;
  bool watching = true;
};

/// A pod as a scheduler sends it.
inline std::string pod_text(const std::string& name, const std::string& spec = "") {
  return R"({"metadata":{"name":")" + name + R"(","namespace":"default","uid":"default-)" + name +
         R"("},"spec":{"schedulerName":"berth","containers":[{"name":"main")" + spec + "}]}}";
}
inline std::string binding_text(const std::string& name, const std::string& node) {
  return R"({"PodName":")" + name + R"(","PodNamespace":"default","PodUID":"default-)" + name + R"(","Node":")" + node +
         "\"}";
}

}  // namespace berth::test
