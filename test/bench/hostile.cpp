#include "test/bench/hostile.hpp"

#include <fmt/format.h>

namespace berth::bench {

namespace {

// "one, two, ...": `one(i)` is the text of each.
template <class One>
std::string list(std::size_t many, One&& one) {
  std::string out;
  for (std::size_t i = 0; i < many; ++i) {
    if (i != 0) out += ',';
    out += one(i);
  }
  return out;
}

std::string pod(std::string_view spec, std::string_view metadata = "") {
  return fmt::format(R"({{"kind":"Pod","metadata":{{"name":"hostile","namespace":"tenant","uid":"hostile",)"
                     R"("resourceVersion":"1"{}}},"spec":{{"schedulerName":"berth",{}}}}})",
                     metadata, spec);
}

std::string one_container(std::string_view more) {
  return fmt::format(R"("containers":[{{"name":"c","image":"a"{}}}])", more);
}

std::string node(std::string_view metadata, std::string_view spec, std::string_view status) {
  return fmt::format(R"({{"kind":"Node","metadata":{{"name":"hostile","uid":"hostile","resourceVersion":"1"{}}},)"
                     R"("spec":{{{}}},"status":{{"allocatable":{{"cpu":"64","memory":"256Gi","pods":"110"{}}}}}}})",
                     metadata, spec, status);
}

std::string host_ports(std::size_t many) {
  const auto port = [](std::size_t i) {
    return fmt::format(R"({{"containerPort":{0},"hostPort":{0},"protocol":"TCP"}})", 1 + i);
  };
  return pod(one_container(R"(,"ports":[)" + list(many, port) + "]"));
}

std::string resources(std::size_t many) {
  const auto one = [](std::size_t i) { return fmt::format(R"("e.io/r{}":"1")", i); };
  const std::string all = "{" + list(many, one) + "}";
  return pod(one_container(R"(,"resources":{"requests":)" + all + R"(,"limits":)" + all + "}"));
}

std::string a_container(std::size_t i, std::string_view more) {
  return fmt::format(R"({{"name":"c{0}","image":"i{0}","resources":{{"requests":{{"e.io/r{0}":"1"}}}}{1}}})", i, more);
}
std::string containers(std::size_t many) {
  return pod(R"("containers":[)" + list(many, [](std::size_t i) { return a_container(i, ""); }) + "]");
}
std::string init_containers(std::size_t many) {
  return pod(
      one_container("") + R"(,"initContainers":[)" +
      list(many, [](std::size_t i) { return a_container(i, i % 2 == 0 ? R"(,"restartPolicy":"Always")" : ""); }) + "]");
}
// Every container's status says what it was allocated.
std::string container_statuses(std::size_t many) {
  std::string text = containers(many);
  text.pop_back();
  const auto status = [](std::size_t i) {
    return fmt::format(R"({{"name":"c{0}","allocatedResources":{{"e.io/r{0}":"2"}}}})", i);
  };
  return text + R"(,"status":{"containerStatuses":[)" + list(many, status) + "]}}";
}
// Statuses of init containers, which are looked for after all others.
std::string init_container_statuses(std::size_t many) {
  std::string text = init_containers(many);
  text.pop_back();
  const auto status = [](std::size_t i) {
    return fmt::format(R"({{"name":"c{0}","resources":{{"requests":{{"e.io/r{0}":"2"}}}}}})", i);
  };
  return text + R"(,"status":{"initContainerStatuses":[)" + list(many, status) + "]}}";
}
// Every second limit has a request of its own: the other half is put in between.
std::string limits_between_requests(std::size_t many) {
  const auto limit = [](std::size_t i) { return fmt::format(R"("e.io/r{:05}":"1")", i); };
  const auto request = [](std::size_t i) { return fmt::format(R"("e.io/r{:05}":"1")", 2 * i); };
  return pod(one_container(R"(,"resources":{"requests":{)" + list(many / 2, request) + R"(},"limits":{)" +
                           list(many, limit) + "}}"));
}
// Huge pages may be asked for by the pod as a whole, of as many sizes as one likes.
std::string pod_level_huge_pages(std::size_t many) {
  const auto one = [](std::size_t i) { return fmt::format(R"("hugepages-{}":"0")", 4096 * (i + 1)); };
  std::string text = pod(one_container(R"(,"resources":{"limits":{)" + list(many, one) + "}}"));
  text.resize(text.size() - 2);
  return text + R"(,"resources":{"limits":{)" + list(many, one) + "}}}}";
}
std::string long_image(std::size_t many) {
  return pod(R"("containers":[{"name":"c","image":")" + std::string(many, 'i') + R"("}])");
}
// Resources of the pod as a whole, so that those of its containers are summed while it is decoded.
std::string pod_level(std::size_t many) {
  std::string text = init_containers(many);
  text.resize(text.size() - 2);
  return text + R"(,"resources":{"requests":{"cpu":"1"}}}})";
}

std::string tolerations(std::size_t many) {
  const auto one = [](std::size_t i) { return fmt::format(R"({{"key":"k{}","operator":"Exists"}})", i); };
  return pod(one_container("") + R"(,"tolerations":[)" + list(many, one) + "]");
}

std::string required_terms(std::size_t many) {
  const auto one = [](std::size_t i) {
    return fmt::format(R"({{"matchExpressions":[{{"key":"disk","operator":"In","values":["v{}"]}}]}})", i);
  };
  return pod(one_container("") +
             R"(,"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[)" +
             list(many, one) + "]}}}");
}
std::string required_values(std::size_t many) {
  return pod(one_container("") +
             R"(,"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[)"
             R"({"matchExpressions":[{"key":"disk","operator":"NotIn","values":[)" +
             list(many, [](std::size_t i) { return fmt::format(R"("v{}")", i); }) + "]}]}]}}}");
}
std::string required_names(std::size_t many) {
  const auto one = [](std::size_t i) {
    return fmt::format(R"({{"matchFields":[{{"key":"metadata.name","operator":"In","values":["n{}"]}}]}})", i);
  };
  return pod(one_container("") +
             R"(,"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[)" +
             list(many, one) + "]}}}");
}
std::string preferred_terms(std::size_t many) {
  const auto one = [](std::size_t i) {
    return fmt::format(
        R"({{"weight":1,"preference":{{"matchExpressions":[{{"key":"disk","operator":"In","values":["v{}"]}}]}}}})", i);
  };
  return pod(one_container("") + R"(,"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[)" +
             list(many, one) + "]}}");
}
std::string node_selector(std::size_t many) {
  return pod(one_container("") + R"(,"nodeSelector":{)" +
             list(many, [](std::size_t i) { return fmt::format(R"("k{}":"v")", i); }) + "}");
}
std::string labels(std::size_t many) {
  return pod(one_container(""),
             R"(,"labels":{)" + list(many, [](std::size_t i) { return fmt::format(R"("k{}":"v")", i); }) + "}");
}
std::string pod_terms(std::size_t many, std::string_view kind) {
  const auto one = [](std::size_t i) {
    return fmt::format(R"({{"labelSelector":{{"matchLabels":{{"app":"a{}"}}}},"topologyKey":"zone"}})", i);
  };
  return pod(one_container("") +
             fmt::format(R"(,"affinity":{{"{}":{{"requiredDuringSchedulingIgnoredDuringExecution":[)", kind) +
             list(many, one) + "]}}");
}
std::string pod_affinity(std::size_t many) { return pod_terms(many, "podAffinity"); }
std::string pod_anti_affinity(std::size_t many) { return pod_terms(many, "podAntiAffinity"); }
// Terms that differ in their topology keys, which no node has.
std::string keys_nowhere(std::size_t many, std::string_view kind) {
  const auto one = [](std::size_t i) { return fmt::format(R"({{"labelSelector":{{}},"topologyKey":"k{}"}})", i); };
  return pod(one_container("") +
             fmt::format(R"(,"affinity":{{"{}":{{"requiredDuringSchedulingIgnoredDuringExecution":[)", kind) +
             list(many, one) + "]}}");
}
std::string affinity_keys(std::size_t many) { return keys_nowhere(many, "podAffinity"); }
std::string anti_affinity_keys(std::size_t many) { return keys_nowhere(many, "podAntiAffinity"); }
std::string preferred_keys(std::size_t many) {
  const auto one = [](std::size_t i) {
    return fmt::format(R"({{"weight":1,"podAffinityTerm":{{"labelSelector":{{}},"topologyKey":"k{}"}}}})", i);
  };
  return pod(one_container("") + R"(,"affinity":{"podAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[)" +
             list(many, one) + "]}}");
}
std::string spread(std::size_t many) {
  const auto one = [](std::size_t i) {
    return fmt::format(R"({{"maxSkew":1,"topologyKey":"k{}","whenUnsatisfiable":"DoNotSchedule"}})", i);
  };
  return pod(one_container("") + R"(,"topologySpreadConstraints":[)" + list(many, one) + "]");
}
std::string volumes(std::size_t many) {
  const auto one = [](std::size_t i) {
    return fmt::format(R"({{"name":"v{0}","persistentVolumeClaim":{{"claimName":"c{0}"}}}})", i);
  };
  return pod(one_container("") + R"(,"volumes":[)" + list(many, one) + "]");
}
std::string image_volumes(std::size_t many) {
  const auto one = [](std::size_t i) { return fmt::format(R"({{"name":"v{0}","image":{{"reference":"i{0}"}}}})", i); };
  return pod(one_container("") + R"(,"volumes":[)" + list(many, one) + "]");
}
std::string gates(std::size_t many) {
  return pod(one_container("") + R"(,"schedulingGates":[)" +
             list(many, [](std::size_t i) { return fmt::format(R"({{"name":"g{}"}})", i); }) + "]");
}
std::string owners(std::size_t many) {
  const auto one = [](std::size_t i) {
    return fmt::format(R"({{"apiVersion":"v1","kind":"K","name":"o{0}","uid":"u{0}"}})", i);
  };
  return pod(one_container(""), R"(,"ownerReferences":[)" + list(many, one) + "]");
}
std::string conditions(std::size_t many) {
  std::string text = pod(one_container(""));
  text.pop_back();
  const auto one = [](std::size_t i) { return fmt::format(R"({{"type":"t{}","status":"True","message":"m"}})", i); };
  return text + R"(,"status":{"conditions":[)" + list(many, one) + "]}}";
}

std::string node_taints(std::size_t many) {
  const auto one = [](std::size_t i) { return fmt::format(R"({{"key":"k{}","effect":"NoSchedule"}})", i); };
  return node("", R"("taints":[)" + list(many, one) + "]", "");
}
std::string node_soft_taints(std::size_t many) {
  const auto one = [](std::size_t i) { return fmt::format(R"({{"key":"k{}","effect":"PreferNoSchedule"}})", i); };
  return node("", R"("taints":[)" + list(many, one) + "]", "");
}
std::string node_labels(std::size_t many) {
  return node(R"(,"labels":{)" + list(many, [](std::size_t i) { return fmt::format(R"("k{}":"v")", i); }) + "}", "",
              "");
}
std::string node_resources(std::size_t many) {
  return node("", "", "," + list(many, [](std::size_t i) { return fmt::format(R"("e.io/r{}":"1")", i); }));
}
std::string node_images(std::size_t many) {
  const auto one = [](std::size_t i) { return fmt::format(R"({{"names":["i{}:latest"],"sizeBytes":50000000}})", i); };
  return node("", "", R"(},"images":[)" + list(many, one) + R"(],"capacity":{)");
}
std::string node_reservations(std::size_t many) {
  const auto one = [](std::size_t i) {
    return i % 2 == 0 ? fmt::format(R"("reserve.cpu/r{}":"1n")", i)
                      : fmt::format(R"("berth.dev/reservation.r{}":"{{\"owner\":\"x\"}}")", i);
  };
  return node(R"(,"annotations":{)" + list(many, one) + "}", "", "");
}

}  // namespace

const std::vector<hostile_pod>& hostile_pods() {
  static const std::vector<hostile_pod> all{{"host_ports", 20'000, host_ports},
                                            {"resources", 32'000, resources},
                                            {"containers", 16'000, containers},
                                            {"init_containers", 16'000, init_containers},
                                            {"container_statuses", 10'000, container_statuses},
                                            {"init_container_statuses", 9'000, init_container_statuses},
                                            {"pod_level", 16'000, pod_level},
                                            {"pod_level_huge_pages", 24'000, pod_level_huge_pages},
                                            {"limits_between_requests", 48'000, limits_between_requests},
                                            {"long_image", 1'400'000, long_image},
                                            {"tolerations", 40'000, tolerations},
                                            {"required_terms", 16'000, required_terms},
                                            {"required_values", 160'000, required_values},
                                            {"required_names", 16'000, required_names},
                                            {"preferred_terms", 13'000, preferred_terms},
                                            {"node_selector", 100'000, node_selector},
                                            {"labels", 100'000, labels},
                                            {"pod_affinity", 16'000, pod_affinity},
                                            {"pod_anti_affinity", 16'000, pod_anti_affinity},
                                            {"affinity_keys", 32'000, affinity_keys},
                                            {"anti_affinity_keys", 32'000, anti_affinity_keys},
                                            {"preferred_keys", 16'000, preferred_keys},
                                            {"spread", 20'000, spread},
                                            {"volumes", 24'000, volumes},
                                            {"image_volumes", 28'000, image_volumes},
                                            {"gates", 80'000, gates},
                                            {"owners", 24'000, owners},
                                            {"conditions", 24'000, conditions}};
  return all;
}

const std::vector<hostile_node>& hostile_nodes() {
  static const std::vector<hostile_node> all{
      {"taints", 32'000, node_taints},  {"soft_taints", 24'000, node_soft_taints},
      {"labels", 100'000, node_labels}, {"resources", 64'000, node_resources},
      {"images", 28'000, node_images},  {"reservations", 5'000, node_reservations}};
  return all;
}

}  // namespace berth::bench
