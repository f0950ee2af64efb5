#include "k8s/codec/pod_draft.hpp"
#include "k8s/codec/selector_shape.hpp"
#include "k8s/codec/storage_drafts.hpp"

namespace berth::k8s {

namespace {

// metadata

constexpr json_field owner_fields[] = {
    field<&owner_reference_draft::api_version>("apiVersion"),
    field<&owner_reference_draft::kind>("kind"),
    field<&owner_reference_draft::name>("name"),
    field<&owner_reference_draft::uid>("uid"),
    field<&owner_reference_draft::controller>("controller"),
};
constexpr json_shape owner_shape = object_shape(owner_fields);
constexpr json_field annotation_fields[] = {field<&pod_draft::mirror>("kubernetes.io/config.mirror")};
constexpr json_shape annotations_shape = object_shape(annotation_fields);
constexpr json_field metadata_fields[] = {
    field<&pod_draft::object, &pod::key, &object_key::name>("name"),
    field<&pod_draft::object, &pod::key, &object_key::namespace_>("namespace"),
    field<&pod_draft::object, &pod::uid>("uid"),
    field<&pod_draft::object, &pod::resource_version>("resourceVersion"),
    field<&pod_draft::object, &pod::generation>("generation"),
    field<&pod_draft::object, &pod::created>("creationTimestamp"),
    field<&pod_draft::object, &pod::deleted>("deletionTimestamp"),
    field<&pod_draft::spec, &pod_spec::labels>("labels"),
    inside("annotations", annotations_shape),
    field<&pod_draft::owners>("ownerReferences", json_list_shape<owner_reference_draft, owner_shape>),
};
constexpr json_shape metadata_shape = object_shape(metadata_fields);

// spec: containers and volumes

constexpr json_words<bool, 4> restart_always{false,
                                             {{{"", false}, {"Always", true}, {"OnFailure", false}, {"Never", false}}}};
constexpr std::array<std::string_view, 3> protocols{"TCP", "UDP", "SCTP"};

constexpr json_field port_fields[] = {
    field<&port_draft::container_port>("containerPort"),
    field<&port_draft::host_port>("hostPort"),
    field<&port_draft::host_ip>("hostIP"),
    field<&port_draft::protocol>("protocol", json_text_among<protocols>),
};
constexpr json_shape port_shape = object_shape(port_fields);
constexpr json_field container_resources_fields[] = {
    field<&container_draft::requests>("requests"),
    field<&container_draft::limits>("limits"),
};
constexpr json_shape container_resources_shape = object_shape(container_resources_fields);
constexpr json_field restart_rule_fields[] = {inside("action", json_shape_of<std::string>)};
constexpr json_shape restart_rule_shape = object_shape(restart_rule_fields);
constexpr json_field mount_fields[] = {field<&mount_draft::bind_options>("bindMountOptions")};
constexpr json_shape mount_shape = object_shape(mount_fields);
constexpr json_field container_fields[] = {
    field<&container_draft::mounts>("volumeMounts", json_list_shape<mount_draft, mount_shape>),
    field<&container_draft::restart_actions>("restartPolicyRules", json_list_shape<std::string, restart_rule_shape>),
    field<&container_draft::name>("name"),
    field<&container_draft::image>("image"),
    inside("resources", container_resources_shape),
    field<&container_draft::ports>("ports", json_list_shape<port_draft, port_shape>),
    field<&container_draft::sidecar>("restartPolicy", json_word_shape<restart_always>),
};
constexpr json_shape container_shape = object_shape(container_fields);
constexpr json_field ephemeral_container_fields[] = {
    field<&container_draft::mounts>("volumeMounts", json_list_shape<mount_draft, mount_shape>),
};
constexpr json_shape ephemeral_container_shape = object_shape(ephemeral_container_fields);
constexpr json_shape ephemeral_containers_shape = json_list_shape<container_draft, ephemeral_container_shape>;
constexpr json_shape containers_shape = json_list_shape<container_draft, container_shape>;

constexpr json_shape anything = object_shape({});

template <volume_kind Kind>
constexpr json_field volume_source(std::string_view name, const json_shape& shape) {
  return {name, &shape, [](void* place) {
            static_cast<volume*>(place)->kind = Kind;
            return place;
          }};
}
template <disk_kind Kind>
constexpr json_field inline_disk(std::string_view name) {
  return {name, &disk_shape, [](void* place) -> void* {
            auto& v = *static_cast<volume*>(place);
            v.kind = volume_kind::inline_disk;
            return &v.source.emplace(disk{.kind = Kind});
          }};
}

constexpr json_field claim_fields[] = {field<&volume::reference>("claimName")};
constexpr json_shape claim_shape = object_shape(claim_fields);
constexpr json_field image_fields[] = {field<&volume::reference>("reference")};
constexpr json_shape image_shape = object_shape(image_fields);
// The disks that VolumeRestrictions compares, or that csi-translation-lib turns into CSI volumes, and CSI ones.
constexpr json_field volume_fields[] = {
    field<&volume::name>("name"),
    volume_source<volume_kind::claim>("persistentVolumeClaim", claim_shape),
    volume_source<volume_kind::ephemeral>("ephemeral", anything),
    volume_source<volume_kind::image>("image", image_shape),
    inline_disk<disk_kind::gce_pd>("gcePersistentDisk"),
    inline_disk<disk_kind::aws_ebs>("awsElasticBlockStore"),
    inline_disk<disk_kind::iscsi>("iscsi"),
    inline_disk<disk_kind::rbd>("rbd"),
    inline_disk<disk_kind::azure_disk>("azureDisk"),
    inline_disk<disk_kind::azure_file>("azureFile"),
    inline_disk<disk_kind::cinder>("cinder"),
    inline_disk<disk_kind::vsphere>("vsphereVolume"),
    inline_disk<disk_kind::portworx>("portworxVolume"),
    inline_disk<disk_kind::csi>("csi"),
};
constexpr json_shape volume_shape = object_shape(volume_fields);

// spec: where it wants to be

constexpr json_words<taint_effect, 4> effects{taint_effect::unknown,
                                              {{{"", taint_effect::any},
                                                {"NoSchedule", taint_effect::no_schedule},
                                                {"PreferNoSchedule", taint_effect::prefer_no_schedule},
                                                {"NoExecute", taint_effect::no_execute}}}};
constexpr json_words<toleration_operator, 5> toleration_operators{toleration_operator::unknown,
                                                                  {{{"", toleration_operator::equal},
                                                                    {"Equal", toleration_operator::equal},
                                                                    {"Exists", toleration_operator::exists},
                                                                    {"Gt", toleration_operator::unknown},
                                                                    {"Lt", toleration_operator::unknown}}}};
constexpr json_field toleration_fields[] = {
    field<&toleration::key>("key"),
    field<&toleration::op>("operator", json_word_shape<toleration_operators>),
    field<&toleration::value>("value"),
    field<&toleration::effect>("effect", json_word_shape<effects>),
};
constexpr json_shape toleration_shape = object_shape(toleration_fields);

constexpr json_field affinity_term_fields[] = {
    field<&pod_affinity_term::selector>("labelSelector", label_selector_shape),
    field<&pod_affinity_term::namespaces>("namespaces"),
    field<&pod_affinity_term::namespace_selector>("namespaceSelector", label_selector_shape),
    field<&pod_affinity_term::topology_key>("topologyKey"),
    field<&pod_affinity_term::match_label_keys>("matchLabelKeys"),
    field<&pod_affinity_term::mismatch_label_keys>("mismatchLabelKeys"),
};
constexpr json_shape affinity_term_shape = object_shape(affinity_term_fields);
constexpr json_field weighted_term_fields[] = {
    field<&weighted_pod_affinity_term::weight>("weight"),
    field<&weighted_pod_affinity_term::term>("podAffinityTerm", affinity_term_shape),
};
constexpr json_shape weighted_term_shape = object_shape(weighted_term_fields);
constexpr json_field pod_affinity_fields[] = {
    field<&pod_affinity::required>("requiredDuringSchedulingIgnoredDuringExecution",
                                   json_list_shape<pod_affinity_term, affinity_term_shape>),
    field<&pod_affinity::preferred>("preferredDuringSchedulingIgnoredDuringExecution",
                                    json_list_shape<weighted_pod_affinity_term, weighted_term_shape>),
};
constexpr json_shape pod_affinity_shape = object_shape(pod_affinity_fields);
constexpr json_field affinity_fields[] = {
    field<&pod_draft::spec, &pod_spec::affinity>("nodeAffinity", node_affinity_shape),
    field<&pod_draft::spec, &pod_spec::pod_affinity_rules>("podAffinity", pod_affinity_shape),
    field<&pod_draft::spec, &pod_spec::pod_anti_affinity_rules>("podAntiAffinity", pod_affinity_shape),
};
constexpr json_shape affinity_shape = object_shape(affinity_fields);

// A word that is unknown is taken for the stricter of the two.
constexpr json_words<bool, 2> do_not_schedule{true, {{{"DoNotSchedule", true}, {"ScheduleAnyway", false}}}};
constexpr json_words<bool, 2> honor_or_ignore{true, {{{"Honor", true}, {"Ignore", false}}}};
constexpr json_field spread_fields[] = {
    field<&topology_spread_constraint::max_skew>("maxSkew"),
    field<&topology_spread_constraint::topology_key>("topologyKey"),
    field<&topology_spread_constraint::do_not_schedule>("whenUnsatisfiable", json_word_shape<do_not_schedule>),
    field<&topology_spread_constraint::selector>("labelSelector", label_selector_shape),
    field<&topology_spread_constraint::min_domains>("minDomains"),
    field<&topology_spread_constraint::honor_node_affinity>("nodeAffinityPolicy", json_word_shape<honor_or_ignore>),
    field<&topology_spread_constraint::honor_node_taints>("nodeTaintsPolicy", json_word_shape<honor_or_ignore>),
    field<&topology_spread_constraint::match_label_keys>("matchLabelKeys"),
};
constexpr json_shape spread_shape = object_shape(spread_fields);

// spec

constexpr json_words<bool, 2> preempts{true, {{{"PreemptLowerPriority", true}, {"Never", false}}}};
constexpr json_field gate_fields[] = {inside("name", json_shape_of<std::string>)};
constexpr json_shape gate_shape = object_shape(gate_fields);
constexpr json_field pod_resources_fields[] = {
    field<&pod_draft::spec, &pod_spec::pod_requests>("requests"),
    field<&pod_draft::spec, &pod_spec::pod_limits>("limits"),
};
constexpr json_shape pod_resources_shape = object_shape(pod_resources_fields);
// Counted, not read.
constexpr json_shape claims_shape{
    .kind = json_shape::type::list,
    .expected = "a list",
    .element = [](void* place, std::string_view) -> void* { return ++*static_cast<std::size_t*>(place), place; },
    .element_shape = &anything,
    .opened = [](void* place) { *static_cast<std::size_t*>(place) = 0; },
};

constexpr json_field spec_fields[] = {
    field<&pod_draft::object, &pod::node_name>("nodeName"),
    field<&pod_draft::object, &pod::scheduling_gates>("schedulingGates", json_list_shape<std::string, gate_shape>),
    field<&pod_draft::spec, &pod_spec::scheduler_name>("schedulerName"),
    field<&pod_draft::spec, &pod_spec::priority>("priority"),
    field<&pod_draft::spec, &pod_spec::may_preempt>("preemptionPolicy", json_word_shape<preempts>),
    field<&pod_draft::spec, &pod_spec::node_selector>("nodeSelector"),
    inside("affinity", affinity_shape),
    field<&pod_draft::spec, &pod_spec::tolerations>("tolerations", json_list_shape<toleration, toleration_shape>),
    field<&pod_draft::spec, &pod_spec::spread_constraints>("topologySpreadConstraints",
                                                           json_list_shape<topology_spread_constraint, spread_shape>),
    field<&pod_draft::containers>("containers", containers_shape),
    field<&pod_draft::init_containers>("initContainers", containers_shape),
    field<&pod_draft::ephemeral_containers>("ephemeralContainers", ephemeral_containers_shape),
    field<&pod_draft::spec, &pod_spec::overhead>("overhead"),
    inside("resources", pod_resources_shape),
    field<&pod_draft::spec, &pod_spec::volumes>("volumes", json_list_shape<volume, volume_shape>),
    field<&pod_draft::spec, &pod_spec::resource_claims>("resourceClaims", claims_shape),
    field<&pod_draft::host_network>("hostNetwork"),
    field<&pod_draft::host_users>("hostUsers"),
};
constexpr json_shape spec_shape = object_shape(spec_fields);

// status

constexpr json_words<pod_phase, 6> phases{pod_phase::unknown,
                                          {{{"", pod_phase::pending},
                                            {"Unknown", pod_phase::unknown},
                                            {"Pending", pod_phase::pending},
                                            {"Running", pod_phase::running},
                                            {"Succeeded", pod_phase::succeeded},
                                            {"Failed", pod_phase::failed}}}};
constexpr json_field condition_fields[] = {
    field<&condition_draft::type>("type"),
    field<&condition_draft::status>("status"),
    field<&condition_draft::reason>("reason"),
    field<&condition_draft::message>("message"),
};
constexpr json_shape condition_shape = object_shape(condition_fields);
constexpr json_field status_container_resources_fields[] = {field<&container_status_draft::actual>("requests")};
constexpr json_shape status_container_resources_shape = object_shape(status_container_resources_fields);
constexpr json_field container_status_fields[] = {
    field<&container_status_draft::name>("name"),
    field<&container_status_draft::allocated>("allocatedResources"),
    inside("resources", status_container_resources_shape),
};
constexpr json_shape container_status_shape = object_shape(container_status_fields);
constexpr json_shape container_statuses_shape = json_list_shape<container_status_draft, container_status_shape>;
constexpr json_field status_resources_fields[] = {field<&pod_status_resources::actual>("requests")};
constexpr json_shape status_resources_shape = object_shape(status_resources_fields);
constexpr json_field status_fields[] = {
    field<&pod_draft::object, &pod::phase>("phase", json_word_shape<phases>),
    field<&pod_draft::object, &pod::nominated_node_name>("nominatedNodeName"),
    field<&pod_draft::object, &pod::started>("startTime"),
    field<&pod_draft::conditions>("conditions", json_list_shape<condition_draft, condition_shape>),
    field<&pod_draft::statuses>("containerStatuses", container_statuses_shape),
    field<&pod_draft::init_statuses>("initContainerStatuses", container_statuses_shape),
    field<&pod_draft::status_allocated>("allocatedResources"),
    field<&pod_draft::pod_level_status>("resources", status_resources_shape),
};
constexpr json_shape status_shape = object_shape(status_fields);

constexpr json_field pod_fields[] = {
    field<&pod_draft::kind>("kind"),
    inside("metadata", metadata_shape),
    inside("spec", spec_shape),
    inside("status", status_shape),
};

}  // namespace

constexpr json_shape pod_shape = object_shape(pod_fields);

}  // namespace berth::k8s
