{{/*
What each value is, values.schema.json says. Here is what cannot work together: it is refused before anything is installed, and the
message says what to set.
*/}}

{{- define "berth.check" -}}
{{- include "berth.checkNames" . }}
{{- include "berth.checkElection" . }}
{{- include "berth.checkProfiles" . }}
{{- include "berth.checkPods" . }}
{{- include "berth.checkWatching" . }}
{{- if (.Values.extender | default dict).enabled }}
{{- include "berth.checkExtender" . }}
{{- end }}
{{- end }}

{{- define "berth.checkNames" -}}
{{- $name := include "berth.fullname" . }}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name) }}
{{- fail (printf "%q cannot be the name of a Service: set fullnameOverride to one of a-z, 0-9 and -, which begins with a letter" $name) }}
{{- end }}
{{- end }}

{{- define "berth.checkElection" -}}
{{- $election := (include "berth.config" . | fromYaml).leaderElection }}
{{- if and (gt (int .Values.replicaCount) 1) (not $election.leaderElect) }}
{{- fail (printf "replicaCount is %v without leader election: schedulers that do not know of one another overfill nodes. Set leaderElection.enabled=true%s, or replicaCount=1" .Values.replicaCount (ternary " and take leaderElect out of config.leaderElection" "" (hasKey ((.Values.config | default dict).leaderElection | default dict) "leaderElect"))) }}
{{- end }}
{{- if $election.leaderElect }}
{{- $lease := include "berth.milliseconds" $election.leaseDuration | int64 }}
{{- $renew := include "berth.milliseconds" $election.renewDeadline | int64 }}
{{- $retry := include "berth.milliseconds" $election.retryPeriod | int64 }}
{{- if le $lease $renew }}
{{- fail (printf "leaderElection.leaseDuration (%s) must be more than leaderElection.renewDeadline (%s)" $election.leaseDuration $election.renewDeadline) }}
{{- end }}
{{- if le (mul $renew 10) (mul $retry 12) }}
{{- fail (printf "leaderElection.renewDeadline (%s) must be more than 1.2 times leaderElection.retryPeriod (%s)" $election.renewDeadline $election.retryPeriod) }}
{{- end }}
{{- if and (eq $election.resourceName "kube-scheduler") (eq $election.resourceNamespace "kube-system") }}
{{- fail "the lease kube-system/kube-scheduler is kube-scheduler's own: berth would wait for it for ever. Set leaderElection.resourceName to another" }}
{{- end }}
{{- range $field := list "resourceName" "resourceNamespace" }}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$" (get $election $field)) }}
{{- fail (printf "leaderElection.%s: %q cannot be the name of an object" $field (get $election $field)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "berth.checkProfiles" -}}
{{- $config := include "berth.config" . | fromYaml }}
{{- $names := include "berth.profileNames" . | fromJsonArray }}
{{- if not (has .Values.schedulerName $names) }}
{{- fail (printf "schedulerName is %q, and no profile in config.profiles is called so (there: %s): pods that name it would wait for ever. Set schedulerName to one of them, or add the profile" .Values.schedulerName (join ", " $names)) }}
{{- end }}
{{- range $name := $names }}
{{- if ne (len (without $names $name)) (sub (len $names) 1 | int) }}
{{- fail (printf "config.profiles: two profiles are called %q; give each a schedulerName of its own" $name) }}
{{- end }}
{{- end }}
{{- if (.Values.reservations | default dict).enabled }}
{{- $reserving := false }}
{{- range $profile := $config.profiles }}
{{- range $point := $profile.plugins }}
{{- range $plugin := $point.enabled }}
{{- if eq $plugin.name "NodeReservation" }}{{ $reserving = true }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- if not $reserving }}
{{- fail "reservations.enabled needs the plugin NodeReservation, and no profile in config.profiles has it: add {name: NodeReservation} to plugins.multiPoint.enabled of one" }}
{{- end }}
{{- end }}
{{- if dig "clientConnection" "kubeconfig" "" $config }}
{{- fail "config.clientConnection.kubeconfig: there is no such file in the pod, which uses its ServiceAccount. Leave it out" }}
{{- end }}
{{- end }}

{{- define "berth.checkWatching" -}}
{{- if and (.Values.serviceMonitor | default dict).enabled (not (.Values.service | default dict).enabled) }}
{{- fail "serviceMonitor.enabled needs a Service to look at: set service.enabled=true" }}
{{- end }}
{{- end }}
