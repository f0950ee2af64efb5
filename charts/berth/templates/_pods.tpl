{{/*
What the pods of the scheduler and of the extender have in common.
*/}}

{{- define "berth.podSpec" -}}
# Never itself: a scheduler cannot schedule the pod it is to run in.
schedulerName: default-scheduler
automountServiceAccountToken: true
enableServiceLinks: false
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with include "berth.imagePullSecrets" . }}
imagePullSecrets:
  {{- . | nindent 2 }}
{{- end }}
terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
{{- with include "berth.securityContext" (dict "root" . "context" .Values.podSecurityContext) }}
securityContext:
  {{- . | nindent 2 }}
{{- end }}
{{- with include "berth.placement" . }}
{{ . }}
{{- end }}
{{- end }}

{{/* Which nodes: also for the pod of `helm test`, whose image is the same. "" where any will do. */}}
{{- define "berth.placement" -}}
{{- $fields := dict }}
{{- with include "berth.texts" .Values.nodeSelector }}{{ $_ := set $fields "nodeSelector" (fromYaml .) }}{{ end }}
{{- with include "berth.withTextValues" .Values.tolerations }}{{ $_ := set $fields "tolerations" (fromYamlArray .) }}{{ end }}
{{- if $fields }}{{ toYaml $fields }}{{ end }}
{{- end }}

{{/* Replicas prefer a node each, unless affinity says how they mind one another. */}}
{{- define "berth.affinity" -}}
{{- $affinity := deepCopy (.Values.affinity | default dict) }}
{{- if not (hasKey $affinity "podAntiAffinity") }}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" (dict "matchLabels" (include "berth.selectorLabels" . | fromYaml)) }}
{{- $preferred := list (dict "weight" 100 "podAffinityTerm" $term) }}
{{- $_ := set $affinity "podAntiAffinity" (dict "preferredDuringSchedulingIgnoredDuringExecution" $preferred) }}
{{- end }}
{{- toYaml $affinity }}
{{- end }}

{{/* A values file cannot know the labels of a release, so a constraint without a selector is about its replicas. */}}
{{- define "berth.spread" -}}
{{- $all := list }}
{{- $own := dict "matchLabels" (include "berth.selectorLabels" . | fromYaml) }}
{{- range .Values.topologySpreadConstraints }}
{{- $all = append $all (ternary . (set (deepCopy .) "labelSelector" $own) (hasKey . "labelSelector")) }}
{{- end }}
{{- if $all }}{{ toYaml $all }}{{ end }}
{{- end }}

{{/* Environment, security, mounts and resources of a container: "root", "own" (where its extra values lie), "tls" (the Secret's name). */}}
{{- define "berth.container" -}}
image: {{ include "berth.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- with include "berth.withTextValues" .own.extraEnv }}
env:
  {{- . | nindent 2 }}
{{- end }}
{{- with .own.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "berth.securityContext" (dict "root" .root "context" .root.Values.securityContext) }}
securityContext:
  {{- . | nindent 2 }}
{{- end }}
volumeMounts:
  - name: config
    mountPath: /etc/berth
    readOnly: true
  {{- if .tls }}
  - name: tls
    mountPath: /etc/berth-tls
    readOnly: true
  {{- end }}
  {{- with .own.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* "own", "tls", "config" (the ConfigMap's name). */}}
{{- define "berth.volumes" -}}
- name: config
  configMap:
    name: {{ .config }}
{{- with .tls }}
- name: tls
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .own.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
