{{/*
The configuration that berth reads, and what other objects must know of it. Everything about the lease, its name, its namespace and
whether there is one, is asked of the merged configuration: the ConfigMap and the Role cannot differ.
*/}}

{{/* What the chart knows, with .Values.config laid over it: YAML. */}}
{{- define "berth.config" -}}
{{- $election := dict
      "leaderElect" .Values.leaderElection.enabled
      "leaseDuration" .Values.leaderElection.leaseDuration
      "renewDeadline" .Values.leaderElection.renewDeadline
      "retryPeriod" .Values.leaderElection.retryPeriod
      "resourceLock" "leases"
      "resourceName" (.Values.leaderElection.resourceName | default (include "berth.fullname" .))
      "resourceNamespace" (include "berth.namespace" .) }}
{{- /* Field by field; null and "" leave what the chart has. */}}
{{- range $field, $value := (.Values.config | default dict).leaderElection }}
{{- if not (or (kindIs "invalid" $value) (eq (toString $value) "")) }}{{ $_ := set $election $field $value }}{{ end }}
{{- end }}
{{- if not $election.leaderElect }}
{{- $election = dict "leaderElect" false }}
{{- end }}
{{- $profile := dict "schedulerName" .Values.schedulerName }}
{{- if (.Values.reservations | default dict).enabled }}
{{- $_ := set $profile "plugins" (dict "multiPoint" (dict "enabled" (list (dict "name" "NodeReservation")))) }}
{{- end }}
{{- $config := dict
      "apiVersion" "kubescheduler.config.k8s.io/v1"
      "kind" "KubeSchedulerConfiguration"
      "profiles" (list $profile) }}
{{- range $field, $value := .Values.config }}
{{- if not (kindIs "invalid" $value) }}{{ $_ := set $config $field $value }}{{ end }}
{{- end }}
{{- $_ := set $config "leaderElection" $election }}
{{- toYaml $config }}
{{- end }}

{{/* The names of the profiles, a JSON list. A profile without a name has upstream's default. */}}
{{- define "berth.profileNames" -}}
{{- $names := list }}
{{- range (include "berth.config" . | fromYaml).profiles }}
{{- $names = append $names (.schedulerName | default "default-scheduler") }}
{{- end }}
{{- toJson $names }}
{{- end }}

{{/* A Go duration ("1m30s") in milliseconds. */}}
{{- define "berth.milliseconds" -}}
{{- $units := dict "ms" 1.0 "s" 1000.0 "m" 60000.0 "h" 3600000.0 }}
{{- $sum := 0.0 }}
{{- range regexFindAll "[0-9.]+(ms|s|m|h)" (toString .) -1 }}
{{- $unit := regexFind "[a-z]+" . }}
{{- $sum = addf $sum (mulf (trimSuffix $unit . | float64) (get $units $unit)) }}
{{- end }}
{{- $sum | int64 }}
{{- end }}

{{/* `berth extender` writes nothing and elects nobody, so there is only what it is given. */}}
{{- define "berth.extenderConfig" -}}
{{- $config := dict "apiVersion" "kubescheduler.config.k8s.io/v1" "kind" "KubeSchedulerConfiguration" }}
{{- range $field, $value := .Values.extender.config }}
{{- if not (kindIs "invalid" $value) }}{{ $_ := set $config $field $value }}{{ end }}
{{- end }}
{{- toYaml $config }}
{{- end }}
