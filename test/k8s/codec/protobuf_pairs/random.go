package main

import (
	"fmt"
	"math/rand"
	"reflect"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/randfill"
)

// Words that mean something, by their Go type. The first is what is absent.
var words = map[reflect.Type][]string{
	reflect.TypeFor[corev1.TaintEffect]():                   {"", "NoSchedule", "PreferNoSchedule", "NoExecute", "Other"},
	reflect.TypeFor[corev1.TolerationOperator]():            {"", "Equal", "Exists", "Gt", "Other"},
	reflect.TypeFor[corev1.NodeSelectorOperator]():          {"", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Other"},
	reflect.TypeFor[metav1.LabelSelectorOperator]():         {"", "In", "NotIn", "Exists", "DoesNotExist", "Other"},
	reflect.TypeFor[corev1.UnsatisfiableConstraintAction](): {"", "DoNotSchedule", "ScheduleAnyway", "Other"},
	reflect.TypeFor[corev1.NodeInclusionPolicy]():           {"", "Honor", "Ignore", "Other"},
	reflect.TypeFor[corev1.PreemptionPolicy]():              {"", "PreemptLowerPriority", "Never", "Other"},
	reflect.TypeFor[corev1.PodPhase]():                      {"", "Pending", "Running", "Succeeded", "Failed", "Unknown", "Other"},
	reflect.TypeFor[corev1.PodConditionType]():              {"", "PodScheduled", "DisruptionTarget", "PodResizePending", "Ready"},
	reflect.TypeFor[corev1.ConditionStatus]():               {"", "True", "False", "Unknown"},
	reflect.TypeFor[corev1.ContainerRestartPolicy]():        {"", "Always", "OnFailure", "Never"},
	reflect.TypeFor[corev1.ContainerRestartRuleAction]():    {"", "Exit", "RestartAllContainers"},
	reflect.TypeFor[corev1.Protocol]():                      {"", "TCP", "UDP", "SCTP"},
	reflect.TypeFor[corev1.PersistentVolumeMode]():          {"", "Filesystem", "Block"},
	reflect.TypeFor[corev1.PersistentVolumeAccessMode]():    {"", "ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"},
	reflect.TypeFor[corev1.PersistentVolumePhase]():         {"", "Available", "Bound"},
	reflect.TypeFor[corev1.PersistentVolumeClaimPhase]():    {"", "Pending", "Bound", "Lost"},
	reflect.TypeFor[storagev1.VolumeBindingMode]():          {"", "Immediate", "WaitForFirstConsumer"},
	reflect.TypeFor[corev1.AzureDataDiskKind]():             {"", "Shared", "Dedicated", "Managed"},
	reflect.TypeFor[metav1.StatusReason]():                  {"", "Expired", "Forbidden", "NotFound", "TooManyRequests"},
	reflect.TypeFor[metav1.CauseType]():                     {"", "FieldValueInvalid", "ResourceVersionTooLarge"},
}

// Keys that are looked for.
var keys = []string{
	"kubernetes.io/config.mirror", "kubernetes.io/hostname", "volume.beta.kubernetes.io/storage-class",
	"pv.kubernetes.io/bound-by-controller", "pv.kubernetes.io/bind-completed", "volume.kubernetes.io/selected-node",
	"storage.alpha.kubernetes.io/migrated-plugins", "k8s.io/initial-events-end", "app", "",
}
var resources = []string{"cpu", "memory", "storage", "pods", "ephemeral-storage", "hugepages-2Mi", "example.com/gpu", ""}
var features = []string{"RestartAllContainersOnContainerExits", "UserNamespacesHostNetworkSupport", "InPlacePodVerticalScaling", ""}

// Texts as they may be and as they should not be: two lines, quotes, every script, bytes that are no UTF-8.
func text(c randfill.Continue) string {
	switch c.Intn(12) {
	case 0:
		return ""
	case 1:
		return "a \"quoted\"\n<line>\u2028 \\ \x00\x1f\x7f"
	case 2:
		return "not \xff UTF-8 \xed\xa0\x80 \xc0\xaf, cut \xe2\x82"
	case 3:
		return c.String(20)
	default:
		return fmt.Sprintf("t%d", c.Intn(1000))
	}
}

func pick(c randfill.Continue, from []string) string { return from[c.Intn(len(from))] }

func moment(c randfill.Continue) time.Time {
	switch c.Intn(8) {
	case 0:
		return time.Time{}
	case 1:
		return time.Unix(0, 0)
	case 2: // before 1970, or long after
		return time.Unix(c.Int63n(250e9)-50e9, c.Int63n(1e9))
	default:
		return time.Unix(c.Int63n(2e9), c.Int63n(1e9))
	}
}

func amount(c randfill.Continue) resource.Quantity {
	switch c.Intn(6) {
	case 0:
		return resource.Quantity{}
	case 1:
		return resource.MustParse(fmt.Sprintf("%dm", c.Intn(100000)))
	case 2:
		return resource.MustParse(fmt.Sprintf("%dMi", c.Intn(100000)))
	case 3:
		return resource.MustParse(fmt.Sprintf("-%d", c.Intn(100)))
	case 4:
		return resource.MustParse("1e3")
	default:
		return *resource.NewQuantity(c.Int63(), resource.DecimalSI)
	}
}

// At most one of the sources of a volume, mostly.
func oneOf(source reflect.Value, c randfill.Continue) {
	kept := c.Intn(source.NumField())
	for i := 0; i < source.NumField(); i++ {
		field := source.Field(i)
		if i == kept {
			made := reflect.New(field.Type().Elem())
			c.Fill(made.Interface())
			field.Set(made)
		} else {
			field.SetZero()
		}
	}
}

func stringMap(c randfill.Continue, most int) map[string]string {
	if c.Intn(4) == 0 {
		return nil
	}
	m := map[string]string{}
	for i := c.Intn(most + 1); i >= 0; i-- {
		m[pick(c, keys)+pick(c, []string{"", "", "x", text(c)})] = text(c)
	}
	return m
}

func filler(random *rand.Rand, most int) func(any) {
	f := randfill.New().NilChance(.3).NumElements(0, most).RandSource(rand.NewSource(random.Int63()))
	funcs := []any{
		func(s *string, c randfill.Continue) { *s = text(c) },
		func(s *types.UID, c randfill.Continue) { *s = types.UID(text(c)) },
		func(q *resource.Quantity, c randfill.Continue) { *q = amount(c) },
		func(l *corev1.ResourceList, c randfill.Continue) {
			*l = nil
			for i := c.Intn(most + 2); i > 0; i-- {
				if *l == nil {
					*l = corev1.ResourceList{}
				}
				(*l)[corev1.ResourceName(pick(c, resources))] = amount(c)
			}
		},
		func(t *metav1.Time, c randfill.Continue) { t.Time = moment(c) },
		func(t *metav1.MicroTime, c randfill.Continue) { t.Time = moment(c) },
		func(m *map[string]string, c randfill.Continue) { *m = stringMap(c, most) },
		func(e *runtime.RawExtension, c randfill.Continue) { e.Raw = []byte("{}") },
		func(v *metav1.FieldsV1, c randfill.Continue) { v.Raw = []byte(`{"f:spec":{}}`) },
		func(i *intstr.IntOrString, c randfill.Continue) {
			*i = intstr.FromInt32(c.Int31())
			if c.Bool() {
				*i = intstr.FromString("25%")
			}
		},
		func(m *metav1.ObjectMeta, c randfill.Continue) {
			c.FillNoCustom(m)
			if c.Intn(20) > 0 {
				m.Name = fmt.Sprintf("n%d", c.Intn(1000))
			}
		},
		func(s *corev1.NodeStatus, c randfill.Continue) {
			c.FillNoCustom(s)
			for i := range s.DeclaredFeatures {
				s.DeclaredFeatures[i] = pick(c, features)
			}
		},
		func(s *corev1.VolumeSource, c randfill.Continue) { oneOf(reflect.ValueOf(s).Elem(), c) },
		func(s *corev1.PersistentVolumeSource, c randfill.Continue) { oneOf(reflect.ValueOf(s).Elem(), c) },
	}
	for of, known := range words {
		in := []reflect.Type{reflect.PointerTo(of), reflect.TypeFor[randfill.Continue]()}
		set := func(args []reflect.Value) []reflect.Value {
			args[0].Elem().SetString(pick(args[1].Interface().(randfill.Continue), known))
			return nil
		}
		funcs = append(funcs, reflect.MakeFunc(reflect.FuncOf(in, nil, false), set).Interface())
	}
	f.Funcs(funcs...)
	return func(o any) { f.Fill(o) }
}
