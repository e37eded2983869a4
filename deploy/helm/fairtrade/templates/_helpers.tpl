{{- define "fairtrade.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "fairtrade.labels" -}}
app.kubernetes.io/name: fairtrade
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "fairtrade.selects" -}}
app.kubernetes.io/name: fairtrade
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "fairtrade.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end -}}

{{- /* What every pod is: nobody in particular, without a token for the cluster. */ -}}
{{- define "fairtrade.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "fairtrade.container" -}}
image: {{ include "fairtrade.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{- define "fairtrade.resources" -}}
resources:
  requests: {cpu: {{ .cpu | quote }}, memory: {{ .memory | quote }}}
  limits: {memory: {{ .memory | quote }}}
{{- end -}}

{{- /* Variables of a client of Kafka; the argument is {root, role}. */ -}}
{{- define "fairtrade.kafka.env" -}}
{{- $kafka := .root.Values.kafka -}}
{{- $user := get $kafka.users .role -}}
- {name: FAIRTRADE_KAFKA, value: {{ $kafka.bootstrap | quote }}}
- {name: FAIRTRADE_PREFIX, value: {{ .root.Values.installation.prefix | quote }}}
- {name: FAIRTRADE_GROUP, value: {{ .root.Values.installation.group | quote }}}
- {name: FAIRTRADE_PARTITIONS, value: {{ .root.Values.installation.partitions | quote }}}
- {name: FAIRTRADE_REPLICATION, value: {{ .root.Values.installation.replication | quote }}}
- {name: FAIRTRADE_SECURITY_PROTOCOL, value: {{ $kafka.securityProtocol }}}
{{- if eq $kafka.securityProtocol "PLAINTEXT" }}
- {name: FAIRTRADE_ALLOW_PLAINTEXT, value: {{ $kafka.allowPlaintext | quote }}}
{{- else }}
{{- if $kafka.ca.secret }}
- {name: FAIRTRADE_TLS_CA, value: /etc/fairtrade/kafka-ca/{{ $kafka.ca.key }}}
{{- end }}
{{- if eq $kafka.securityProtocol "SASL_SSL" }}
- {name: FAIRTRADE_SASL_USER, value: {{ $user.name | quote }}}
- {name: FAIRTRADE_SASL_PASSWORD_FILE, value: /etc/fairtrade/kafka-user/password}
{{- else }}
- {name: FAIRTRADE_TLS_CERTIFICATE, value: /etc/fairtrade/kafka-user/user.crt}
- {name: FAIRTRADE_TLS_KEY, value: /etc/fairtrade/kafka-user/user.key}
{{- end }}
{{- end }}
{{- end -}}

{{- define "fairtrade.kafka.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if ne .root.Values.kafka.securityProtocol "PLAINTEXT" }}
- {name: kafka-user, mountPath: /etc/fairtrade/kafka-user, readOnly: true}
{{- if .root.Values.kafka.ca.secret }}
- {name: kafka-ca, mountPath: /etc/fairtrade/kafka-ca, readOnly: true}
{{- end }}
{{- end }}
{{- end -}}

{{- define "fairtrade.kafka.volumes" -}}
{{- $kafka := .root.Values.kafka -}}
{{- $user := get $kafka.users .role -}}
- {name: tmp, emptyDir: {sizeLimit: 64Mi}}
{{- if ne $kafka.securityProtocol "PLAINTEXT" }}
- {name: kafka-user, secret: {secretName: {{ $user.secret }}, defaultMode: 0440}}
{{- if $kafka.ca.secret }}
- name: kafka-ca
  secret:
    secretName: {{ $kafka.ca.secret }}
    defaultMode: 0440
    items: [{key: {{ $kafka.ca.key }}, path: {{ $kafka.ca.key }}}]
{{- end }}
{{- end }}
{{- end -}}

{{- /* The database as one of its users; the argument is {root, user}. */ -}}
{{- define "fairtrade.store.env" -}}
{{- $store := .root.Values.store -}}
{{- $ca := ternary (printf "&sslrootcert=/etc/fairtrade/store-ca/%s" $store.ca.key) "" (ne $store.ca.secret "") -}}
- name: FAIRTRADE_STORE
  value: "postgresql://{{ .user.name }}@{{ $store.address }}?sslmode={{ $store.sslmode }}{{ $ca }}"
- {name: FAIRTRADE_STORE_PASSWORD_FILE, value: /etc/fairtrade/store-user/{{ .user.key }}}
{{- end -}}

{{- define "fairtrade.store.mounts" -}}
- {name: store-user, mountPath: /etc/fairtrade/store-user, readOnly: true}
{{- if .Values.store.ca.secret }}
- {name: store-ca, mountPath: /etc/fairtrade/store-ca, readOnly: true}
{{- end }}
{{- end -}}

{{- define "fairtrade.store.volumes" -}}
- {name: store-user, secret: {secretName: {{ .user.secret }}, defaultMode: 0440}}
{{- with .root.Values.store.ca }}
{{- if .secret }}
- name: store-ca
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
    items: [{key: {{ .key }}, path: {{ .key }}}]
{{- end }}
{{- end }}
{{- end -}}

{{- define "fairtrade.reach" -}}
- ports:
  {{- range .ports }}
  - {protocol: TCP, port: {{ . | int }}}
  {{- end }}
  {{- with .to }}
  to: {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
