{{/*
What `berth extender` cannot do without.
*/}}

{{- define "berth.checkExtender" -}}
{{- $extender := .Values.extender }}
{{- $tls := $extender.tls | default dict }}
{{- $managed := ($tls.certManager | default dict).enabled }}
{{- if not ($extender.config | default dict).profiles }}
{{- fail "extender.enabled needs extender.config.profiles: the plugins that kube-scheduler is to ask for, and `disabled: [{name: \"*\"}]`, since it has asked its own already" }}
{{- end }}
{{- $names := list }}
{{- range $extender.config.profiles }}
{{- $name := .schedulerName | default "default-scheduler" }}
{{- if has $name $names }}
{{- fail (printf "extender.config.profiles: two profiles are called %q; give each a schedulerName of its own" $name) }}
{{- end }}
{{- $names = append $names $name }}
{{- end }}
{{- if dig "clientConnection" "kubeconfig" "" (include "berth.extenderConfig" . | fromYaml) }}
{{- fail "extender.config.clientConnection.kubeconfig: there is no such file in the pod, which uses its ServiceAccount. Leave it out" }}
{{- end }}
{{- if not (or $tls.secretName $managed) }}
{{- fail "extender.enabled needs a certificate, since whoever may call /bind may bind any pod: set extender.tls.secretName, or extender.tls.certManager.enabled=true" }}
{{- end }}
{{- if and $tls.secretName $managed }}
{{- fail (printf "extender.tls: secretName (%q) and certManager.enabled are two certificates. Set one of them" $tls.secretName) }}
{{- end }}
{{- if eq (int $extender.port) (int $extender.metricsPort) }}
{{- fail (printf "extender.port and extender.metricsPort are both %v. Set one of them to another" $extender.port) }}
{{- end }}
{{- $set := dict
      "config" "extender.config"
      "listen" "extender.port"
      "tls-cert-file" "extender.tls"
      "tls-private-key-file" "extender.tls"
      "client-ca-file" "extender.tls"
      "metrics-bind-address" "extender.metricsPort"
      "logging-format" "loggingFormat"
      "v" "verbosity" }}
{{- include "berth.checkFlags" (dict "value" "extender.extraArgs" "given" $extender.extraArgs "set" $set) }}
{{- include "berth.checkContainer" (dict "prefix" "extender." "own" $extender) }}
{{- end }}
