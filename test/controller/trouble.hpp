#pragma once

#include "controller/config/configuration.hpp"
#include "scoring/registry.hpp"
#include "test/support/trouble.hpp"

#include <memory>
#include <set>
#include <string>

/// Registries and configurations with the plugin Trouble at every point.
namespace berth::test {

using held_pods = std::shared_ptr<std::set<std::string>>;

inline scoring::registry with_trouble(held_pods reserved) {
  scoring::registry all = scoring::default_registry();
  all.add("Trouble", [reserved](scoring::arguments& args, const scoring::plugin_context&) {
    args.finish();
    return std::make_unique<trouble>(reserved);
  });
  return all;
}

/// Before DefaultBinder, so that it is asked at Bind too.
inline constexpr const char* troubled_profiles = R"([{schedulerName: berth,
  plugins: {multiPoint: {enabled: [{name: Trouble}]}, bind: {enabled: [{name: Trouble}, {name: DefaultBinder}]}}}])";

inline controller::scheduler_configuration troubled_configuration() {
  return controller::parse_configuration(
      std::string("apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: ") +
          troubled_profiles,
      "test");
}

}  // namespace berth::test
