#include "k8s/api/declared_features.hpp"

#include <doctest/doctest.h>

using namespace berth::k8s;

using names = std::vector<std::string>;

TEST_CASE("declared features: names become a mask, and unknown ones are passed over") {
  CHECK(declared_among({}) == 0);
  CHECK(declared_among({"RestartAllContainersOnContainerExits"}) == feature_restart_all_containers);
  CHECK(declared_among({"AFeature", "ExtendWebSocketsToKubelet", "RestartAllContainersOnContainerExits", "TFeature",
                        "UserNamespacesHostNetworkSupport", "VolumeBindMountOptions", "ZFeature"}) ==
        (feature_restart_all_containers | feature_user_namespaces_host_network | feature_bind_mount_options));
  CHECK(names_of(feature_bind_mount_options | feature_restart_all_containers) ==
        std::vector<std::string_view>{"RestartAllContainersOnContainerExits", "VolumeBindMountOptions"});
}

TEST_CASE("declared features: of a list that is not sorted some names are not seen") {
  CHECK(declared_among({"UserNamespacesHostNetworkSupport", "RestartAllContainersOnContainerExits"}) ==
        feature_user_namespaces_host_network);
  CHECK(declared_among({"ZFeature", "VolumeBindMountOptions"}) == 0);
  CHECK(declared_among({"VolumeBindMountOptions", "VolumeBindMountOptions"}) == feature_bind_mount_options);
}
