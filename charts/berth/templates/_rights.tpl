{{/*
Which rights a configuration needs: those for storage, for spreading and for preemption go with the plugins that use them.
*/}}

{{/* The plugins that berth itself has, without those below. A test compares this with scoring/plugins/default_registry.cpp. */}}
{{- define "berth.otherPlugins" -}}
SchedulingGates PrioritySort NodeName NodeUnschedulable TaintToleration NodeAffinity NodeDeclaredFeatures NodePorts NodeResourcesFit
NodeResourcesBalancedAllocation ImageLocality InterPodAffinity DefaultBinder MaxPodCount NodeReservation NodeLabelFilter NodeLabelScore
Trace DynamicResources DeferredPodScheduling GangScheduling TopologyPlacementGenerator PodGroupPodsCount
{{- end }}

{{/*
{"storage", "spread", "preemption"} of a KubeSchedulerConfiguration, each true where some profile has a plugin that needs it: one of
the default plugins that is not disabled, one that is enabled, or one that we do not know.
*/}}
{{- define "berth.uses" -}}
{{- $needs := dict
      "storage" (list "VolumeBinding" "VolumeZone" "VolumeRestrictions" "NodeVolumeLimits")
      "spread" (list "PodTopologySpread")
      "preemption" (list "DefaultPreemption") }}
{{- $other := regexSplit "\\s+" (include "berth.otherPlugins" . | trim) -1 }}
{{- $uses := dict "storage" false "spread" false "preemption" false }}
{{- range $profile := .profiles }}
{{- $on := list }}
{{- range $point, $set := $profile.plugins }}
{{- range $plugin := $set.enabled }}{{ $on = append $on $plugin.name }}{{ end }}
{{- end }}
{{- $unknown := $on }}
{{- range $names := values $needs }}{{ range $names }}{{ $unknown = without $unknown . }}{{ end }}{{ end }}
{{- range $other }}{{ $unknown = without $unknown . }}{{ end }}
{{- range $need, $names := $needs }}
{{- $off := list }}
{{- range $point := ternary (list "multiPoint" "postFilter") (list "multiPoint") (eq $need "preemption") }}
{{- range $plugin := (get ($profile.plugins | default dict) $point | default dict).disabled }}{{ $off = append $off $plugin.name }}{{ end }}
{{- end }}
{{- range $name := $names }}
{{- if or (has $name $on) $unknown (not (or (has "*" $off) (has $name $off))) }}{{ $_ := set $uses $need true }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $uses }}
{{- end }}

{{/* Rules to list and watch, for both components: of what berth.uses says. */}}
{{- define "berth.readingRules" -}}
- apiGroups: [""]
  resources: [nodes, namespaces]
  verbs: [list, watch]
{{- if .storage }}
- apiGroups: [""]
  resources: [persistentvolumes, persistentvolumeclaims]
  verbs: [list, watch]
- apiGroups: [storage.k8s.io]
  resources: [storageclasses, csinodes, csidrivers, csistoragecapacities, volumeattachments]
  verbs: [list, watch]
{{- end }}
{{- if .spread }}
# The pods of a service or workload are spread over hosts and zones.
- apiGroups: [""]
  resources: [services, replicationcontrollers]
  verbs: [list, watch]
- apiGroups: [apps]
  resources: [replicasets, statefulsets]
  verbs: [list, watch]
{{- end }}
{{- end }}

{{/* A ClusterRoleBinding or RoleBinding: "kind", "name", "role", "roleKind", "namespace", "labels", "account", "accountNamespace". */}}
{{- define "berth.binding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}
metadata:
  name: {{ .name | quote }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- .labels | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .roleKind }}
  name: {{ .role | quote }}
subjects:
  - kind: ServiceAccount
    name: {{ .account }}
    namespace: {{ .accountNamespace }}
{{- end }}
