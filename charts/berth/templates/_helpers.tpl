{{- define "berth.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "berth.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "berth.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "berth.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "berth.selectorLabels" -}}
app.kubernetes.io/name: {{ include "berth.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: scheduler
{{- end }}

{{- define "berth.labels" -}}
{{ include "berth.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: berth
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "berth.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- .Values.serviceAccount.name | default (include "berth.fullname" .) }}
{{- else }}
{{- required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "berth.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{- define "berth.leaseName" -}}
{{- .Values.leaderElection.resourceName | default (include "berth.fullname" .) }}
{{- end }}

{{/* The configuration: what the chart knows, with .Values.config laid over it. */}}
{{- define "berth.config" -}}
{{- if and (gt (int .Values.replicaCount) 1) (not .Values.leaderElection.enabled) }}
{{- fail "replicaCount is more than 1, so leaderElection.enabled must be true: schedulers that do not know of one another overfill nodes" }}
{{- end }}
{{- $election := dict "leaderElect" .Values.leaderElection.enabled }}
{{- if .Values.leaderElection.enabled }}
{{- $election = dict
      "leaderElect" true
      "leaseDuration" .Values.leaderElection.leaseDuration
      "renewDeadline" .Values.leaderElection.renewDeadline
      "retryPeriod" .Values.leaderElection.retryPeriod
      "resourceLock" "leases"
      "resourceName" (include "berth.leaseName" .)
      "resourceNamespace" .Release.Namespace }}
{{- end }}
{{- $profile := dict "schedulerName" .Values.schedulerName }}
{{- if .Values.reservations.enabled }}
{{- $plugins := dict "multiPoint" (dict "enabled" (list (dict "name" "NodeReservation"))) }}
{{- $profile = set $profile "plugins" $plugins }}
{{- end }}
{{- $base := dict
      "apiVersion" "kubescheduler.config.k8s.io/v1"
      "kind" "KubeSchedulerConfiguration"
      "leaderElection" $election
      "profiles" (list $profile) }}
{{- toYaml (mergeOverwrite $base (deepCopy .Values.config)) }}
{{- end }}
