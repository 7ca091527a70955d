//! `podls describe`, over the real binary.

#[path = "common/folder.rs"]
mod folder;

use folder::{CLEAN, COMMENTS, Folder};

const BROKEN: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: web, image: nginx, ports: http}\n";
const TEMPLATE: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: {{ .Values.image }}\n";

const PATCH: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n";

#[test]
fn statuses_and_messages() {
    let files = [
        ("pod.yaml", CLEAN),
        ("service.yaml", COMMENTS),
        ("broken.yaml", BROKEN),
        ("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n"),
        ("chart/templates/pod.yaml", TEMPLATE),
        ("overlay/kustomization.yaml", "patches: [{path: patch.yaml}]\n"),
        ("overlay/patch.yaml", PATCH),
    ];
    let folder = Folder::new("describe", &files);
    for (line, status, out, err) in [
        ("describe pod.yaml", 0, "Name:             web\nNamespace:        default\n", ""),
        ("describe pod.yaml", 0, "\nStart order:   web starts\n", ""),
        ("describe pod.yaml", 0, "\nweb  ├────▶  container\n", ""),
        ("describe pod.yaml broken.yaml", 1, "==> pod.yaml <==\nName:", "`podls check broken.yaml` lists what is wrong"),
        ("describe broken.yaml", 1, "    Port:         <none>\n", "broken.yaml has an error"),
        ("describe pod.yaml gone.yaml", 2, "Name:", "gone.yaml does not exist"),
        ("describe service.yaml", 2, "", "service.yaml has no object to describe; podls describes Pod, "),
        ("describe chart", 2, "", "chart is a folder; name the files in it, as in `podls describe chart"),
        ("describe chart/templates/pod.yaml", 0, "    Image:        {{ .Values.image }}\n", "pod.yaml is a template"),
        ("describe overlay/patch.yaml", 0, "Name:                   web\n", "patch.yaml is changed by other layers of Kustomize"),
        ("describe --color always pod.yaml", 0, "\u{1b}[36mName:\u{1b}[0m             web\n", ""),
        ("describe --format markdown pod.yaml", 0, "## Pod `web`\n\n```text\nName:", ""),
        ("describe", 2, "", "FILE"),
    ] {
        let run = folder.run(line);
        assert_eq!(run.status, status, "{line}\n{}{}", run.out, run.err);
        assert!(run.out.contains(out), "{line}\n{}", run.out);
        assert!(if err.is_empty() { run.err.is_empty() } else { run.err.contains(err) }, "{line}\n{}", run.err);
    }
}

#[test]
fn json_of_standard_input() {
    let folder = Folder::new("describe-json", &[]);
    let run = folder.run_with("describe - --format json", CLEAN.as_bytes());
    let files: serde_json::Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.out));
    let (file, object) = (&files[0], &files[0]["objects"][0]);
    assert_eq!((&file["path"], &file["errors"]), (&"<stdin>".into(), &0.into()));
    assert_eq!((&object["kind"], &object["name"], &object["namespace"]), (&"Pod".into(), &"web".into(), &"default".into()));
    assert_eq!(object["object"]["spec"]["containers"][0]["imagePullPolicy"], "Always");
    assert_eq!(object["statements"][0]["title"], "Start order");
    assert!(object["object"].pointer("/metadata/uid").is_none(), "{object}");
}
