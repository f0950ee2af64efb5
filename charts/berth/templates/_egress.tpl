{{/* To the API server, whose address a pod has in its environment: no DNS is needed for it. */}}
{{- define "berth.egress" -}}
- ports:
    {{- range .Values.networkPolicy.apiServerPorts | default (list 443 6443) }}
    - {protocol: TCP, port: {{ int . }}}
    {{- end }}
  {{- with .Values.networkPolicy.apiServerCidrs }}
  to:
    {{- range . }}
    - ipBlock:
        cidr: {{ . | quote }}
    {{- end }}
  {{- end }}
{{- with .Values.networkPolicy.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end }}
