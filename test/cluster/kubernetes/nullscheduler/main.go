// The null scheduler: binds every pod that names it to a random node, 64 bindings in flight, and writes one Scheduled event
// for each, beside the bindings and not before the next of them.
//
// It decides nothing, so its rate is the most that this API server gives to any scheduler that writes as much. `make bench`
// puts it beside berth and kube-scheduler. It uses what kube-scheduler uses: client-go, protobuf, an informer.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	bindingsInFlight = 64
	eventsInFlight   = 8
)

type scheduler struct {
	client kubernetes.Interface
	name   string
	nodes  []string
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "the kubeconfig file")
	name := flag.String("scheduler-name", "berth", "what pods write in spec.schedulerName")
	qps := flag.Float64("qps", -1, "requests per second; -1 is no limit")
	burst := flag.Int("burst", 0, "requests at once, with --qps")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, *kubeconfig, *name, float32(*qps), *burst); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, kubeconfig, name string, qps float32, burst int) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.QPS, config.Burst = qps, burst
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{ResourceVersion: "0"})
	if err != nil {
		return err
	}
	s := &scheduler{client: client, name: name}
	for _, node := range nodes.Items {
		s.nodes = append(s.nodes, node.Name)
	}
	if len(s.nodes) == 0 {
		return fmt.Errorf("there are no nodes")
	}
	s.serve(ctx)
	return nil
}

func (s *scheduler) serve(ctx context.Context) {
	waiting := make(chan *v1.Pod, 100_000)
	events := make(chan *eventsv1.Event, 100_000)
	var workers sync.WaitGroup
	for range bindingsInFlight {
		workers.Go(func() {
			forEach(ctx, waiting, func(pod *v1.Pod) {
				if event := s.bind(ctx, pod); event != nil {
					events <- event
				}
			})
		})
	}
	for range eventsInFlight {
		workers.Go(func() { forEach(ctx, events, func(event *eventsv1.Event) { s.write(ctx, event) }) })
	}
	unscheduled := cache.NewListWatchFromClient(s.client.CoreV1().RESTClient(), "pods", v1.NamespaceAll,
		fields.OneTermEqualSelector("spec.nodeName", ""))
	_, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: unscheduled,
		ObjectType:    &v1.Pod{},
		Handler: cache.ResourceEventHandlerFuncs{AddFunc: func(object any) {
			if pod := object.(*v1.Pod); pod.Spec.SchedulerName == s.name && pod.DeletionTimestamp == nil {
				waiting <- pod
			}
		}},
	})
	informer.RunWithContext(ctx)
	workers.Wait()
}

func forEach[T any](ctx context.Context, from <-chan T, do func(T)) {
	for {
		select {
		case <-ctx.Done():
			return
		case one := <-from:
			do(one)
		}
	}
}

// bind returns the event to write, or nil where the pod was not bound.
func (s *scheduler) bind(ctx context.Context, pod *v1.Pod) *eventsv1.Event {
	node := s.nodes[rand.IntN(len(s.nodes))]
	err := s.client.CoreV1().Pods(pod.Namespace).Bind(ctx, &v1.Binding{
		ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
		Target:     v1.ObjectReference{Kind: "Node", Name: node},
	}, metav1.CreateOptions{})
	if err != nil {
		log.Printf("binding %s/%s: %v", pod.Namespace, pod.Name, err)
		return nil
	}
	now := time.Now()
	return &eventsv1.Event{
		ObjectMeta:          metav1.ObjectMeta{Namespace: pod.Namespace, Name: fmt.Sprintf("%s.%x", pod.Name, now.UnixNano())},
		EventTime:           metav1.NewMicroTime(now),
		ReportingController: s.name,
		ReportingInstance:   s.name + "-null",
		Action:              "Binding",
		Reason:              "Scheduled",
		Type:                v1.EventTypeNormal,
		Regarding:           v1.ObjectReference{Kind: "Pod", APIVersion: "v1", Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
		Note:                fmt.Sprintf("Successfully assigned %s/%s to %s", pod.Namespace, pod.Name, node),
	}
}

func (s *scheduler) write(ctx context.Context, event *eventsv1.Event) {
	if _, err := s.client.EventsV1().Events(event.Namespace).Create(ctx, event, metav1.CreateOptions{}); err != nil {
		log.Printf("the event of %s/%s: %v", event.Namespace, event.Regarding.Name, err)
	}
}
