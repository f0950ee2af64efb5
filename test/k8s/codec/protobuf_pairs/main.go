// Writes pairs: an object, a list or a watch in protobuf and in JSON, as Kubernetes' own serializers write it. A line each:
// what it is, the protobuf in base64, the JSON (of a watch, in base64 too), between tabs. test/k8s/codec/protobuf_pairs_test.cpp
// reads them.
//
//	go run . -seed 1 -objects 8 > pairs
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand"
	"os"
	"reflect"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
)

var out = bufio.NewWriter(os.Stdout)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func asProtobuf(o runtime.Object) []byte {
	var b bytes.Buffer
	must(protobuf.NewSerializer(nil, nil).Encode(o, &b))
	return b.Bytes()
}

func asJSON(o any) []byte {
	b, err := json.Marshal(o)
	must(err)
	return b
}

func write(what string, proto []byte, text string) {
	fmt.Fprintf(out, "%s\t%s\t%s\n", what, base64.StdEncoding.EncodeToString(proto), text)
}

// A kind, and its list.
type kind struct {
	version schema.GroupVersion
	object  func() runtime.Object
	list    func([]runtime.Object) runtime.Object
}

func of[T any, P interface {
	*T
	runtime.Object
}, L any, LP interface {
	*L
	runtime.Object
}](version schema.GroupVersion) kind {
	return kind{version,
		func() runtime.Object { return P(new(T)) },
		func(items []runtime.Object) runtime.Object {
			list := LP(new(L))
			into := reflect.ValueOf(list).Elem().FieldByName("Items")
			for _, i := range items {
				into.Set(reflect.Append(into, reflect.ValueOf(i).Elem()))
			}
			return list
		}}
}

var (
	core    = corev1.SchemeGroupVersion
	apps    = appsv1.SchemeGroupVersion
	policy  = policyv1.SchemeGroupVersion
	storage = storagev1.SchemeGroupVersion
	kinds   = []kind{
		of[corev1.Pod, *corev1.Pod, corev1.PodList](core),
		of[corev1.Node, *corev1.Node, corev1.NodeList](core),
		of[corev1.Namespace, *corev1.Namespace, corev1.NamespaceList](core),
		of[corev1.Service, *corev1.Service, corev1.ServiceList](core),
		of[corev1.ReplicationController, *corev1.ReplicationController, corev1.ReplicationControllerList](core),
		of[appsv1.ReplicaSet, *appsv1.ReplicaSet, appsv1.ReplicaSetList](apps),
		of[appsv1.StatefulSet, *appsv1.StatefulSet, appsv1.StatefulSetList](apps),
		of[policyv1.PodDisruptionBudget, *policyv1.PodDisruptionBudget, policyv1.PodDisruptionBudgetList](policy),
		of[corev1.PersistentVolume, *corev1.PersistentVolume, corev1.PersistentVolumeList](core),
		of[corev1.PersistentVolumeClaim, *corev1.PersistentVolumeClaim, corev1.PersistentVolumeClaimList](core),
		of[storagev1.StorageClass, *storagev1.StorageClass, storagev1.StorageClassList](storage),
		of[storagev1.CSINode, *storagev1.CSINode, storagev1.CSINodeList](storage),
		of[storagev1.CSIDriver, *storagev1.CSIDriver, storagev1.CSIDriverList](storage),
		of[storagev1.CSIStorageCapacity, *storagev1.CSIStorageCapacity, storagev1.CSIStorageCapacityList](storage),
		of[storagev1.VolumeAttachment, *storagev1.VolumeAttachment, storagev1.VolumeAttachmentList](storage),
	}
)

func nameOf(o runtime.Object) string { return reflect.TypeOf(o).Elem().Name() }

func typed(o runtime.Object, v schema.GroupVersion) {
	o.GetObjectKind().SetGroupVersionKind(v.WithKind(nameOf(o)))
}

// A watch as the API server sends it, in both forms.
type watch struct{ frames, lines bytes.Buffer }

func (w *watch) event(what string, o runtime.Object) {
	inner := metav1.WatchEvent{Type: what, Object: runtime.RawExtension{Raw: asProtobuf(o)}}
	frame, err := inner.Marshal()
	must(err)
	must(binary.Write(&w.frames, binary.BigEndian, uint32(len(frame))))
	w.frames.Write(frame)
	w.lines.Write(asJSON(metav1.WatchEvent{Type: what, Object: runtime.RawExtension{Raw: asJSON(o)}}))
	w.lines.WriteByte('\n')
}

func main() {
	seed := flag.Int64("seed", 1, "of the random numbers")
	objects := flag.Int("objects", 8, "of each kind")
	most := flag.Int("elements", 2, "of a list or map, at most")
	flag.Parse()
	random := rand.New(rand.NewSource(*seed))
	fill := filler(random, *most)
	for _, k := range kinds {
		var items []runtime.Object
		var seen watch
		for i := 0; i < *objects; i++ {
			o := k.object()
			fill(o)
			typed(o, k.version)
			write(nameOf(o), asProtobuf(o), string(asJSON(o)))
			what := []string{"ADDED", "MODIFIED", "DELETED"}[random.Intn(3)]
			seen.event(what, o)
			bare := o.DeepCopyObject()
			bare.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
			items = append(items, bare)
		}
		list := k.list(items)
		fill(reflect.ValueOf(list).Elem().FieldByName("ListMeta").Addr().Interface())
		typed(list, k.version)
		write(nameOf(list), asProtobuf(list), string(asJSON(list)))

		bookmark := k.object()
		meta := bookmark.(metav1.Object)
		meta.SetResourceVersion(fmt.Sprint(random.Intn(1e6)))
		if random.Intn(2) == 0 {
			meta.SetAnnotations(map[string]string{metav1.InitialEventsAnnotationKey: "true"})
		}
		typed(bookmark, k.version)
		seen.event("BOOKMARK", bookmark)
		var refusal metav1.Status
		fill(&refusal)
		typed(&refusal, metav1.Unversioned)
		write("Status", asProtobuf(&refusal), string(asJSON(&refusal)))
		seen.event("ERROR", &refusal)
		write("watch "+nameOf(bookmark), seen.frames.Bytes(), base64.StdEncoding.EncodeToString(seen.lines.Bytes()))
	}
	must(out.Flush())
}
