// oracle says what a Kubernetes API server of one release answers to `create`, for every workload that holds a PodSpec.
//
// It reads lines {"id","yaml"} and writes lines {"id","docs":[{apiVersion,kind,name,accepted,errors,then,warnings,static}]}.
// The verdict comes from the release's own code: kubectl's splitting, sigs.k8s.io/yaml, strict decoding, defaulting,
// the registry strategies (ObjectMeta, hand-written and declarative validation), the server's warnings.
//
//	errors   what the server answers: it stops at the decoding when that fails
//	then     what validation says of the rest, had the decoding errors been ignored (null when nothing could be decoded)
//	static   why the kubelet would refuse a Pod as a static one though the server accepts it ("" if it would not)
//
// accepted is null for objects that hold no PodSpec and for API groups that no server knows by itself.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	api "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/capabilities"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/podtemplate"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"sigs.k8s.io/yaml"

	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
)

type problem struct {
	Class   string `json:"class"` // yaml, duplicate, kind, type, unknown, invalid
	Reason  string `json:"reason,omitempty"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

type verdict struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Name       string    `json:"name"`
	Accepted   *bool     `json:"accepted"`
	Errors     []problem `json:"errors,omitempty"`
	Then       []problem `json:"then,omitempty"`
	Warnings   []string  `json:"warnings,omitempty"`
	Static     string    `json:"static,omitempty"`
}

type served struct {
	strategy rest.RESTCreateStrategy
	resource string
}

var (
	core  = schema.GroupVersion{Version: "v1"}
	apps  = schema.GroupVersion{Group: "apps", Version: "v1"}
	batch = schema.GroupVersion{Group: "batch", Version: "v1"}

	workloads = map[schema.GroupVersionKind]served{
		core.WithKind("Pod"):                   {pod.Strategy, "pods"},
		core.WithKind("PodTemplate"):           {podtemplate.Strategy, "podtemplates"},
		core.WithKind("ReplicationController"): {replicationcontroller.Strategy, "replicationcontrollers"},
		apps.WithKind("Deployment"):            {deployment.Strategy, "deployments"},
		apps.WithKind("StatefulSet"):           {statefulset.Strategy, "statefulsets"},
		apps.WithKind("DaemonSet"):             {daemonset.Strategy, "daemonsets"},
		apps.WithKind("ReplicaSet"):            {replicaset.Strategy, "replicasets"},
		batch.WithKind("Job"):                  {job.Strategy, "jobs"},
		batch.WithKind("CronJob"):              {cronjob.Strategy, "cronjobs"},
	}
	// Groups that every server answers for itself: a wrong kind or version in them is refused.
	builtin = map[string]bool{"": true, "apps": true, "batch": true, "extensions": true}

	strictCodecs = serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict)
	unknownField = regexp.MustCompile(`unknown field "([^"]*)"`)
	dupField     = regexp.MustCompile(`duplicate field "([^"]*)"`)
)

type warnings struct{ list []string }

func (w *warnings) AddWarning(_, text string) {
	if !slices.Contains(w.list, text) {
		w.list = append(w.list, text)
	}
}

func refuse(v verdict, p ...problem) verdict {
	no := false
	v.Accepted, v.Errors = &no, p
	return v
}

func strictProblems(err error) (out []problem) {
	var strict interface{ Errors() []error }
	if !errors.As(err, &strict) {
		return []problem{{Class: "type", Message: err.Error()}}
	}
	for _, e := range strict.Errors() {
		for _, line := range strings.Split(e.Error(), "\n") {
			p := problem{Class: "unknown", Message: strings.TrimSpace(line)}
			if m := unknownField.FindStringSubmatch(line); m != nil {
				p.Field = m[1]
			} else if m := dupField.FindStringSubmatch(line); m != nil {
				p.Class, p.Field = "duplicate", m[1]
			} else if strings.Contains(line, "already set in map") {
				p.Class = "duplicate"
			} else if strings.HasPrefix(p.Message, "yaml: unmarshal errors") {
				continue
			}
			out = append(out, p)
		}
	}
	return out
}

func validation(gvk schema.GroupVersionKind, external runtime.Object) (out []problem, warned []string, static string) {
	defer func() {
		if r := recover(); r != nil {
			out = append(out, problem{Class: "panic", Message: fmt.Sprint(r)})
		}
	}()
	w := workloads[gvk]
	scheme := legacyscheme.Scheme
	if p, ok := external.(*corev1.Pod); ok {
		alone := p.DeepCopy()
		scheme.Default(alone)
		if i, err := scheme.ConvertToVersion(alone, schema.GroupVersion{Version: runtime.APIVersionInternal}); err == nil {
			static = staticRefusal(i.(*api.Pod))
		}
		if p.Spec.ServiceAccountName == "" && p.Spec.DeprecatedServiceAccount == "" {
			p.Spec.ServiceAccountName = "default" // as the ServiceAccount admission does, which every cluster runs
		}
	}
	scheme.Default(external)
	internal, err := scheme.ConvertToVersion(external, schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return []problem{{Class: "type", Message: err.Error()}}, nil, ""
	}
	accessor, err := meta.Accessor(internal)
	if err != nil {
		return []problem{{Class: "type", Message: err.Error()}}, nil, ""
	}
	warned = dedupOwners(accessor)
	ns := accessor.GetNamespace()
	if ns == "" {
		ns = metav1.NamespaceDefault
	}
	ctx := genericapirequest.WithNamespace(context.Background(), ns)
	ctx = genericapirequest.WithRequestInfo(ctx, &genericapirequest.RequestInfo{
		IsResourceRequest: true, Verb: "create", APIGroup: gvk.Group, APIVersion: gvk.Version, Namespace: ns, Resource: w.resource,
	})
	rec := &warnings{}
	ctx = warning.WithWarningRecorder(ctx, rec)
	if accessor.GetGenerateName() != "" && accessor.GetName() == "" {
		accessor.SetName(w.strategy.GenerateName(accessor.GetGenerateName()))
	}
	rest.FillObjectMetaSystemFields(accessor)
	if err := rest.BeforeCreate(w.strategy, ctx, internal); err != nil {
		var status *apierrors.StatusError
		if errors.As(err, &status) && status.ErrStatus.Details != nil && len(status.ErrStatus.Details.Causes) > 0 {
			for _, c := range status.ErrStatus.Details.Causes {
				out = append(out, problem{Class: "invalid", Reason: string(c.Type), Field: c.Field, Message: c.Message})
			}
		} else {
			out = append(out, problem{Class: "invalid", Message: err.Error()})
		}
	}
	return out, append(warned, rec.list...), static
}

// dedupOwners drops repeated owner references, as the create handler does before validation.
func dedupOwners(o metav1.Object) []string {
	var kept []metav1.OwnerReference
	var twice []string
	for _, r := range o.GetOwnerReferences() {
		if slices.ContainsFunc(kept, func(k metav1.OwnerReference) bool { return reflect.DeepEqual(k, r) }) {
			if !slices.Contains(twice, string(r.UID)) {
				twice = append(twice, string(r.UID))
			}
			continue
		}
		kept = append(kept, r)
	}
	if twice == nil {
		return nil
	}
	o.SetOwnerReferences(kept)
	return []string{"metadata.ownerReferences: contains duplicate entries, which the server drops: " + strings.Join(twice, ", ")}
}

func judge(doc []byte) []verdict {
	var v verdict
	var err error
	js := doc
	isJSON := json.Valid(doc)
	var dups []problem
	if !isJSON {
		if js, err = yaml.YAMLToJSON(doc); err != nil {
			return []verdict{refuse(v, problem{Class: "yaml", Message: err.Error()})}
		}
		if _, err := yaml.YAMLToJSONStrict(doc); err != nil {
			for _, line := range strings.Split(err.Error(), "\n")[1:] {
				dups = append(dups, problem{Class: "duplicate", Message: strings.TrimSpace(line)})
			}
		}
	}
	if t := bytes.TrimSpace(js); len(t) == 0 || string(t) == "null" {
		return nil
	}
	var head struct {
		APIVersion any               `json:"apiVersion"`
		Kind       any               `json:"kind"`
		Items      []json.RawMessage `json:"items"`
	}
	var top map[string]any
	if err := json.Unmarshal(js, &top); err != nil {
		return []verdict{refuse(v, problem{Class: "type", Message: "the document is no mapping: " + err.Error()})}
	}
	_ = json.Unmarshal(js, &head)
	v.APIVersion, _ = head.APIVersion.(string)
	v.Kind, _ = head.Kind.(string)
	if m, ok := top["metadata"].(map[string]any); ok {
		v.Name, _ = m["name"].(string)
	}
	if v.APIVersion == "" || v.Kind == "" {
		f := "kind"
		if v.APIVersion == "" {
			f = "apiVersion"
		}
		return []verdict{refuse(v, problem{Class: "kind", Field: f, Message: "Object '" + f + "' is missing or no string"})}
	}
	if v.Kind == "List" && v.APIVersion == "v1" {
		var all []verdict
		if len(dups) > 0 {
			all = append(all, refuse(v, dups...))
		}
		for _, item := range head.Items {
			all = append(all, judge(item)...)
		}
		return all
	}
	gv, err := schema.ParseGroupVersion(v.APIVersion)
	if err != nil {
		return []verdict{refuse(v, problem{Class: "kind", Field: "apiVersion", Message: err.Error()})}
	}
	gvk := gv.WithKind(v.Kind)
	if _, ok := workloads[gvk]; !ok {
		if builtin[gv.Group] && (gv.Group == "extensions" || !legacyscheme.Scheme.Recognizes(gvk) || isWorkloadKind(v.Kind)) {
			return []verdict{refuse(v, problem{Class: "kind", Field: "kind", Message: fmt.Sprintf("no matches for kind %q in version %q", v.Kind, v.APIVersion)})}
		}
		return []verdict{v}
	}
	var problems []problem
	problems = append(problems, dups...)
	obj, _, err := strictCodecs.UniversalDeserializer().Decode(js, nil, nil)
	if err != nil {
		if !runtime.IsStrictDecodingError(err) {
			return []verdict{refuse(v, append(problems, problem{Class: "type", Message: err.Error()})...)}
		}
		problems = append(problems, strictProblems(err)...)
		obj, _, err = legacyscheme.Codecs.UniversalDeserializer().Decode(js, nil, nil)
		if err != nil {
			return []verdict{refuse(v, append(problems, problem{Class: "type", Message: err.Error()})...)}
		}
	}
	invalid, warned, static := validation(gvk, obj)
	v.Warnings, v.Static = warned, static
	if len(problems) > 0 {
		v = refuse(v, problems...)
		v.Then = invalid
	} else if len(invalid) > 0 {
		v = refuse(v, invalid...)
	} else {
		yes := true
		v.Accepted = &yes
	}
	return []verdict{v}
}

func isWorkloadKind(kind string) bool {
	for k := range workloads {
		if k.Kind == kind {
			return true
		}
	}
	return false
}

// judgeFile splits as kubectl does: a text that begins with `{` is read as JSON first, and as YAML from where that fails.
func judgeFile(text string) (out []verdict) {
	if utilyaml.IsJSONBuffer([]byte(text)) {
		dec := json.NewDecoder(strings.NewReader(text))
		for n := 0; ; n++ {
			var raw json.RawMessage
			at := dec.InputOffset()
			err := dec.Decode(&raw)
			if err == io.EOF {
				return out
			}
			if err != nil && n > 1 {
				return append(out, refuse(verdict{}, problem{Class: "yaml", Message: err.Error()}))
			}
			if err != nil {
				text = strings.TrimLeft(text[at:], " \t\r")
				text = strings.TrimPrefix(text, "\n")
				break
			}
			out = append(out, judge(raw)...)
		}
	}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	for {
		doc, err := reader.Read()
		if err == io.EOF {
			return out
		}
		if err != nil {
			return append(out, refuse(verdict{}, problem{Class: "yaml", Message: err.Error()}))
		}
		out = append(out, judge(doc)...)
	}
}

func main() {
	capabilities.Setup(true, 0) // --allow-privileged, as every cluster tool sets it
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var c struct {
				ID   string `json:"id"`
				YAML string `json:"yaml"`
			}
			if e := json.Unmarshal(line, &c); e != nil {
				fmt.Fprintln(os.Stderr, "bad line:", e)
				os.Exit(2)
			}
			docs := judgeFile(c.YAML)
			if docs == nil {
				docs = []verdict{}
			}
			_ = enc.Encode(map[string]any{"id": c.ID, "docs": docs})
		}
		if err != nil {
			return
		}
	}
}
