{{/*
Names and labels. What lies outside a namespace, or in one that other releases share, has the release's namespace in its name, so that two
releases never meet there. ":" is in no other name, so these cannot be mistaken for one another.
*/}}

{{/* A text cut to so many characters; a name must not end with "-". */}}
{{- define "berth.cut" -}}
{{- regexReplaceAll "[-.]+$" (trunc (int .length) .text) "" }}
{{- end }}

{{- define "berth.name" -}}
{{- include "berth.cut" (dict "text" (.Values.nameOverride | default .Chart.Name) "length" 63) }}
{{- end }}

{{- define "berth.fullname" -}}
{{- $name := .Values.fullnameOverride }}
{{- if not $name }}
{{- $name = ternary .Release.Name (printf "%s-%s" .Release.Name (include "berth.name" .)) (contains (include "berth.name" .) .Release.Name) }}
{{- end }}
{{- include "berth.cut" (dict "text" $name "length" 63) }}
{{- end }}

{{- define "berth.extenderName" -}}
{{- printf "%s-extender" (include "berth.cut" (dict "text" (include "berth.fullname" .) "length" 54)) }}
{{- end }}

{{- define "berth.dashboardName" -}}
{{- printf "%s-dashboard" (include "berth.cut" (dict "text" (include "berth.fullname" .) "length" 53)) }}
{{- end }}

{{- define "berth.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace }}
{{- end }}

{{/* "" where the webhook is all that is wanted: nothing of the scheduler is there then, its rights least of all. */}}
{{- define "berth.schedules" -}}
{{- if or (gt (int .Values.replicaCount) 0) (not (.Values.extender | default dict).enabled) }}yes{{ end }}
{{- end }}

{{/* Of roles and their bindings. */}}
{{- define "berth.roleName" -}}
{{- printf "%s:%s" (include "berth.namespace" .) (include "berth.fullname" .) }}
{{- end }}

{{- define "berth.extenderRoleName" -}}
{{- printf "%s:%s" (include "berth.namespace" .) (include "berth.extenderName" .) }}
{{- end }}

{{- define "berth.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- .Values.serviceAccount.name | default (include "berth.fullname" .) }}
{{- else }}
{{- required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "berth.extenderAccountName" -}}
{{- $account := .Values.extender.serviceAccount | default dict }}
{{- if $account.create }}
{{- $account.name | default (include "berth.extenderName" .) }}
{{- else }}
{{- required "extender.serviceAccount.name is needed where extender.serviceAccount.create is false" $account.name }}
{{- end }}
{{- end }}

{{/* What a selector goes by: for a component of the release ("root", "component"). */}}
{{- define "berth.componentSelector" -}}
app.kubernetes.io/name: {{ include "berth.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "berth.componentLabels" -}}
{{ include "berth.componentSelector" . }}
app.kubernetes.io/version: {{ include "berth.cut" (dict "text" (.root.Chart.AppVersion | replace "+" "_") "length" 63) | quote }}
app.kubernetes.io/part-of: berth
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ include "berth.cut" (dict "text" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") "length" 63) }}
{{- end }}

{{- define "berth.selectorLabels" -}}
{{- include "berth.componentSelector" (dict "root" . "component" "scheduler") }}
{{- end }}

{{- define "berth.labels" -}}
{{- include "berth.componentLabels" (dict "root" . "component" "scheduler") }}
{{- end }}

{{- define "berth.extenderSelectorLabels" -}}
{{- include "berth.componentSelector" (dict "root" . "component" "extender") }}
{{- end }}

{{- define "berth.extenderLabels" -}}
{{- include "berth.componentLabels" (dict "root" . "component" "extender") }}
{{- end }}
