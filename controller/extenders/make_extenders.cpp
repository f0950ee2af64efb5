#include "controller/extenders/make_extenders.hpp"

#include "controller/runtime/version.hpp"
#include "k8s/http/webhook_client.hpp"

#include <boost/asio/strand.hpp>

#include <fmt/format.h>

namespace berth::controller {

extenders make_extenders(const std::vector<extender_configuration>& configured, boost::asio::any_io_executor io,
                         k8s::clock& time, const log& out) {
  std::vector<std::unique_ptr<extender>> all;
  for (const extender_configuration& c : configured) {
    k8s::connection_settings where = c.where;
    where.proxy = k8s::proxy_from_environment(where.server, k8s::environment::of_process());
    k8s::webhook_options options;
    options.user_agent = "berth/" + version_number();
    options.timeout = c.http_timeout;
    try {
      auto webhook = k8s::make_webhook(io, std::move(where), options, time);
      all.push_back(std::make_unique<extender>(c, std::move(webhook), boost::asio::make_strand(io)));
    } catch (const k8s::config_error& e) {
      throw scoring::configuration_error(fmt::format("extender {}", c.url_prefix), e.what());
    }
  }
  return extenders(std::move(all), out);
}

whole_objects whole_objects_for(const std::vector<extender_configuration>& configured) {
  whole_objects out;
  for (const extender_configuration& c : configured) {
    const bool filters_or_scores = !c.filter_verb.empty() || !c.prioritize_verb.empty();
    const bool preempts = !c.preempt_verb.empty();
    out.pods = out.pods || filters_or_scores || preempts;
    out.nodes = out.nodes || (filters_or_scores && !c.node_cache_capable);
    out.placed_pods = out.placed_pods || (preempts && !c.node_cache_capable);
  }
  return out;
}

}  // namespace berth::controller
