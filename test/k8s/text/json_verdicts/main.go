// Reads texts, a line of JSON each (texts.py), and writes them again with what Go makes of each: test/k8s/text/json_verdicts_test.cpp
// reads that.
//
//	python3 texts.py | go run . > verdicts.jsonl
//
// "syntax": what encoding/json says of the text as JSON, "" where it is sound. "tree": what Kubernetes' decoder says on the way to a
// value of no particular type; where it takes it, "is" has the value (a float has a point or an exponent). "pod" and "pod_is": the
// same on the way to a v1.Pod, of which a few fields are shown.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log"
	"os"
	"sort"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	kjson "sigs.k8s.io/json"
)

type row struct {
	Name   string    `json:"name"`
	Text   string    `json:"text"`
	Syntax string    `json:"syntax"`
	Tree   string    `json:"tree"`
	Is     string    `json:"is,omitempty"`
	Pod    *string   `json:"pod,omitempty"`
	PodIs  *podShown `json:"pod_is,omitempty"`
}

type podShown struct {
	Name       string            `json:"name"`
	Namespace  string            `json:"namespace"`
	UID        string            `json:"uid"`
	Node       string            `json:"node"`
	Labels     map[string]string `json:"labels"`
	Generation int64             `json:"generation"`
	Priority   int32             `json:"priority"`
	Created    string            `json:"created"`
	Containers []string          `json:"containers"`
	CPU        string            `json:"cpu"`
}

// latin1 gives the bytes that a text of characters U+0000 to U+00FF stands for.
func latin1(text string) []byte {
	var out []byte
	for _, c := range text {
		out = append(out, byte(c))
	}
	return out
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		log.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func canonical(b *strings.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		b.WriteString(text)
	case string:
		b.WriteString(quoted(v))
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			canonical(b, e)
		}
		b.WriteByte(']')
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		b.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoted(k))
			b.WriteByte(':')
			canonical(b, v[k])
		}
		b.WriteByte('}')
	default:
		log.Fatalf("a %T in a tree", v)
	}
}

func show(p *corev1.Pod) *podShown {
	out := &podShown{Name: p.Name, Namespace: p.Namespace, UID: string(p.UID), Node: p.Spec.NodeName, Labels: p.Labels,
		Generation: p.Generation, Containers: []string{}}
	if p.Spec.Priority != nil {
		out.Priority = *p.Spec.Priority
	}
	if !p.CreationTimestamp.IsZero() {
		out.Created = p.CreationTimestamp.UTC().Format("2006-01-02T15:04:05.000000Z")
	}
	for _, c := range p.Spec.Containers {
		out.Containers = append(out.Containers, c.Name)
		if cpu, ok := c.Resources.Requests[corev1.ResourceCPU]; ok {
			out.CPU = cpu.String()
		}
	}
	return out
}

func judge(r *row) {
	text := latin1(r.Text)
	var raw json.RawMessage
	r.Syntax = words(json.Unmarshal(text, &raw))
	var tree any
	if r.Tree = words(kjson.UnmarshalCaseSensitivePreserveInts(text, &tree)); r.Tree == "" {
		var b strings.Builder
		canonical(&b, tree)
		r.Is = b.String()
	}
	if !strings.HasPrefix(r.Name, "pod_") {
		return
	}
	var pod corev1.Pod
	said := words(kjson.UnmarshalCaseSensitivePreserveInts(text, &pod))
	if r.Pod = &said; said == "" {
		r.PodIs = show(&pod)
	}
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	for in.Scan() {
		var r row
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			log.Fatal(err)
		}
		judge(&r)
		if err := e.Encode(r); err != nil {
			log.Fatal(err)
		}
	}
}
