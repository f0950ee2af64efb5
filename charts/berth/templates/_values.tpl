{{/*
Values as Kubernetes wants them. `--set` and YAML make numbers of what must be a text, and null of what a later file takes away.
*/}}

{{/* A whole number, a truth or a text, as a text. Large numbers of a file are floating-point to Helm, and would read 1.2e+07. */}}
{{- define "berth.text" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ toString . }}{{ end }}
{{- end }}

{{/* A map of texts, as YAML; "" where it is empty. */}}
{{- define "berth.texts" -}}
{{- $texts := dict }}
{{- range $key, $value := . }}
{{- if not (kindIs "invalid" $value) }}{{ $_ := set $texts $key (include "berth.text" $value) }}{{ end }}
{{- end }}
{{- if $texts }}{{ toYaml $texts }}{{ end }}
{{- end }}

{{/* A list of maps whose field `value` must be a text: environment variables, tolerations. */}}
{{- define "berth.withTextValues" -}}
{{- $all := list }}
{{- range . }}
{{- $one := deepCopy . }}
{{- if not (kindIs "invalid" $one.value) }}{{ $_ := set $one "value" (include "berth.text" $one.value) }}{{ end }}
{{- $all = append $all $one }}
{{- end }}
{{- if $all }}{{ toYaml $all }}{{ end }}
{{- end }}

{{/* A security context ("root", "context") as YAML, without a user where the cluster chooses it; "" where it is empty. */}}
{{- define "berth.securityContext" -}}
{{- $context := .context | default dict }}
{{- if .root.Values.clusterChoosesUser }}{{ $context = omit $context "runAsUser" "runAsGroup" "fsGroup" }}{{ end }}
{{- if $context }}{{ toYaml $context }}{{ end }}
{{- end }}

{{/* global.imageRegistry is for images that name no registry by themselves. A tag has "_" where a version has "+". */}}
{{- define "berth.image" -}}
{{- $repository := .Values.image.repository }}
{{- $registry := (.Values.global | default dict).imageRegistry | default "" }}
{{- $named := and (contains "/" $repository) (regexMatch "[.:]|^localhost$" (first (splitList "/" $repository))) }}
{{- if and $registry (not $named) }}
{{- $repository = printf "%s/%s" (trimSuffix "/" $registry) $repository }}
{{- end }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (.Values.image.tag | default (.Chart.AppVersion | replace "+" "_")) }}
{{- end }}
{{- end }}

{{/* Our own and an umbrella chart's, where some charts want names and others maps, and some a single name. */}}
{{- define "berth.imagePullSecrets" -}}
{{- $given := (.Values.global | default dict).imagePullSecrets | default list }}
{{- if kindIs "string" $given }}{{ $given = list $given }}{{ end }}
{{- if not (kindIs "slice" $given) }}
{{- fail (printf "global.imagePullSecrets: a %s, not a list of names: [{name: ...}]" (kindOf $given)) }}
{{- end }}
{{- $names := list }}
{{- range concat (.Values.imagePullSecrets | default list) $given }}
{{- $name := . }}
{{- if kindIs "map" . }}{{ $name = .name }}{{ end }}
{{- if not (kindIs "string" $name) }}
{{- fail (printf "global.imagePullSecrets: %v is neither a name nor {name: ...}" .) }}
{{- end }}
{{- $names = append $names $name }}
{{- end }}
{{- $secrets := list }}
{{- range uniq $names }}{{ $secrets = append $secrets (dict "name" .) }}{{ end }}
{{- if $secrets }}{{ toYaml $secrets }}{{ end }}
{{- end }}
