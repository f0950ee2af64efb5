#pragma once

#include "k8s/api/pod.hpp"

#include <cstddef>
#include <cstdint>

/// Which fields of a pod a plugin reads, as a mask; and pods compared in just those fields.
///
/// Two uses: equal specs are stored once (spec_table), and pods that agree in all that a profile's plugins read are one
/// class, whose results are kept between cycles (class_cache). A hash only finds the candidate: equality is always
/// checked in full.
namespace berth::scoring {

/// What of the pod a plugin's Filter and Score look at; see plugin::reads.
enum pod_field : std::uint32_t {
  pod_requests = 1u << 0,    ///< containers' and pod-level requests, overhead
  pod_node_rules = 1u << 1,  ///< nodeName, nodeSelector, node affinity, features that a node must declare
  pod_tolerations = 1u << 2,
  pod_host_ports = 1u << 3,
  pod_images = 1u << 4,  ///< of containers and of image volumes
  pod_labels = 1u << 5,
  pod_namespace = 1u << 6,
  pod_affinity_rules = 1u << 7,  ///< pod affinity and anti-affinity
  pod_spread_rules = 1u << 8,
  pod_volumes = 1u << 9,    ///< volumes and resource claims
  pod_priority = 1u << 10,  ///< priority and preemptionPolicy
  pod_identity = 1u << 11,  ///< name, uid, state: never two of a class
  pod_owner = 1u << 12,     ///< the workload that it is one of
  pod_everything = 0x1fffu,
};

/// Every field of a spec: all but what makes pods of one workload differ.
inline constexpr std::uint32_t pod_spec_fields = pod_everything & ~static_cast<std::uint32_t>(pod_identity);

std::size_t hash_of(const k8s::pod& pod, std::uint32_t fields);
bool equal_in(const k8s::pod& a, const k8s::pod& b, std::uint32_t fields);

/// The same of specs, which know nothing of nodeName and pod_identity.
std::size_t hash_of(const k8s::pod_spec& spec, std::uint32_t fields);
bool equal_in(const k8s::pod_spec& a, const k8s::pod_spec& b, std::uint32_t fields);

/// Of the whole spec.
std::size_t hash_of(const k8s::pod_spec& spec);

}  // namespace berth::scoring
