{{/*
What the pods take from values: a label, a flag, a variable or a volume must not stand twice, nor in the place of the chart's own.
*/}}

{{- define "berth.checkPods" -}}
{{- $own := include "berth.labels" . | fromYaml }}
{{- range $key, $value := .Values.podLabels }}
{{- if hasKey $own $key }}
{{- fail (printf "podLabels: %q is set by the chart (to %q), and a key cannot stand twice. Choose another" $key (get $own $key)) }}
{{- end }}
{{- end }}
{{- if hasKey (.Values.podAnnotations | default dict) "checksum/config" }}
{{- fail "podAnnotations: \"checksum/config\" is set by the chart, so that a changed configuration rolls the pods. Choose another" }}
{{- end }}
{{- $set := dict
      "config" "config"
      "secure-port" "securePort"
      "logging-format" "loggingFormat"
      "v" "verbosity"
      "scheduler-name" "schedulerName"
      "reserve-on-recreate" "reservations.enabled"
      "remedies-in-events" "remediesInEvents"
      "leader-elect" "leaderElection.enabled"
      "no-leader-elect" "leaderElection.enabled"
      "leader-elect-lease-duration" "leaderElection.leaseDuration"
      "leader-elect-renew-deadline" "leaderElection.renewDeadline"
      "leader-elect-retry-period" "leaderElection.retryPeriod"
      "leader-elect-resource-name" "leaderElection.resourceName"
      "leader-elect-resource-namespace" "config.leaderElection.resourceNamespace"
      "leader-elect-resource-lock" "config.leaderElection.resourceLock" }}
{{- if (.Values.tls | default dict).secretName }}
{{- $_ := set $set "tls-cert-file" "tls.secretName" }}
{{- $_ := set $set "tls-private-key-file" "tls.secretName" }}
{{- end }}
{{- include "berth.checkFlags" (dict "value" "extraArgs" "given" .Values.extraArgs "set" $set) }}
{{- include "berth.checkContainer" (dict "prefix" "" "own" .Values) }}
{{- end }}

{{/* "value" (its name), "given", "set": flags that the chart passes by itself, and the value to set instead. */}}
{{- define "berth.checkFlags" -}}
{{- $value := .value }}
{{- $set := .set }}
{{- range $argument := .given }}
{{- if regexMatch "^\\s+-" $argument }}
{{- fail (printf "%s: %q begins with a blank, so that it is no flag" $value $argument) }}
{{- end }}
{{- /* As berth reads them: "_" counts as "-" in a name, and -v4 is -v=4. */}}
{{- $flag := regexReplaceAll "^-*([^=]*).*$" $argument "${1}" | replace "_" "-" }}
{{- if regexMatch "^-v[0-9]" $argument }}{{ $flag = "v" }}{{ end }}
{{- if and (hasPrefix "-" $argument) (hasKey $set $flag) }}
{{- fail (printf "%s: %q is what the chart passes by itself. Set %s instead" $value $argument (get $set $flag)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* "prefix" of the values' names, "own" (where they lie). */}}
{{- define "berth.checkContainer" -}}
{{- $prefix := .prefix }}
{{- $names := list }}
{{- range .own.extraEnv }}
{{- if has .name $names }}
{{- fail (printf "%sextraEnv: %q stands twice" $prefix .name) }}
{{- end }}
{{- $names = append $names .name }}
{{- end }}
{{- $volumes := list "config" "tls" }}
{{- range .own.extraVolumes }}
{{- if has .name $volumes }}
{{- fail (printf "%sextraVolumes: %q stands twice, or is the chart's own. Choose another name" $prefix .name) }}
{{- end }}
{{- $volumes = append $volumes .name }}
{{- end }}
{{- $paths := list "/etc/berth" "/etc/berth-tls" }}
{{- range .own.extraVolumeMounts }}
{{- if not (has .name $volumes) }}
{{- fail (printf "%sextraVolumeMounts: %q is none of %sextraVolumes (%s)" $prefix .name $prefix (join ", " $volumes)) }}
{{- end }}
{{- if has (trimSuffix "/" .mountPath) $paths }}
{{- fail (printf "%sextraVolumeMounts: something is mounted at %q already. Choose another mountPath" $prefix .mountPath) }}
{{- end }}
{{- $paths = append $paths (trimSuffix "/" .mountPath) }}
{{- end }}
{{- end }}
