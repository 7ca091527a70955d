//! The outline of a document: its objects, with their containers and volumes.

use crate::analysis::Document;
use crate::pod::refs::across::at;
use crate::pod::spec::{Container, PodSpec, Role};
use crate::pod::{Object, Value};
use crate::text::TextRange;
use crate::yaml::Node;

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// What it is called: `Deployment web`, `Containers`, `api`.
    pub name: String,
    /// What else is worth knowing: `nginx:1.27 · :8080`.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it, relative to the document.
    pub range: TextRange,
    /// Its name, or its key.
    pub selection: TextRange,
    /// What it has.
    pub children: Vec<Symbol>,
}

/// What an entry of the outline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A Kubernetes object.
    Object,
    /// The list of containers or volumes.
    List,
    /// A container.
    Container,
    /// A port of a container.
    Port,
    /// A probe of a container.
    Probe,
    /// A mount of a volume.
    Mount,
    /// A volume or claim.
    Volume,
    /// A key of a ConfigMap or Secret.
    Key,
}

/// The objects of a document.
pub fn outline(document: &Document) -> Vec<Symbol> {
    document.model().objects().filter_map(object).collect()
}

fn object(object: Object<'_>) -> Option<Symbol> {
    // Clients refuse symbols without a name.
    let kind = object.kind().filter(|kind| !kind.value().trim().is_empty())?;
    let site = ["metadata.name", "metadata.generateName"].into_iter().find_map(|path| at(object.node(), path));
    let name = object.name().unwrap_or_default();
    let name = if name.is_empty() { kind.value().into_owned() } else { format!("{} {name}", kind.value()) };
    Some(Symbol {
        name,
        detail: at(object.node(), "metadata.namespace").and_then(Node::resolved).map(|it| it.value().into_owned()).unwrap_or_default(),
        kind: SymbolKind::Object,
        range: object.node().range(),
        selection: inside(object.node().range(), site.map_or(kind.range(), Node::range)),
        children: match (PodSpec::of(object), &*kind.value()) {
            (Some(pod), _) => parts(pod),
            (None, "ConfigMap" | "Secret") => {
                ["data", "stringData", "binaryData"].iter().flat_map(|map| keys(object.node(), map)).collect()
            }
            (None, "Service") => service_ports(object.node()),
            _ => vec![],
        },
    })
}

/// The keys of a ConfigMap or Secret. What a Secret holds is not shown.
fn keys<'t>(object: Node<'t>, map: &str) -> impl Iterator<Item = Symbol> + use<'t> {
    let entries = at(object, map).and_then(Node::resolved).into_iter().flat_map(Node::entries);
    entries.filter(|entry| !entry.key.value().trim().is_empty()).map(|entry| {
        let range = entry.key.range().cover(entry.value.range());
        let name = entry.key.value().into_owned();
        Symbol { name, detail: String::new(), kind: SymbolKind::Key, range, selection: entry.key.range(), children: vec![] }
    })
}

fn service_ports(object: Node<'_>) -> Vec<Symbol> {
    let ports = at(object, "spec.ports").and_then(Node::resolved).into_iter().flat_map(Node::items);
    let text = |node: Node<'_>, path: &str| at(node, path).and_then(Node::resolved).map(|it| it.value().into_owned());
    let symbol = |port: Node<'_>| {
        let site = at(port, "name").or_else(|| at(port, "port"))?;
        let name = text(port, "name").map_or(String::new(), |name| format!("{name} "));
        Some(Symbol {
            name: format!("{name}:{}", text(port, "port")?),
            detail: text(port, "targetPort").map_or(String::new(), |target| format!("to {target}")),
            kind: SymbolKind::Port,
            range: port.range(),
            selection: inside(port.range(), site.range()),
            children: vec![],
        })
    };
    ports.filter_map(symbol).collect()
}

/// What a PodSpec has, in the order in which it starts.
fn parts(pod: PodSpec<'_>) -> Vec<Symbol> {
    let spec = pod.value();
    let lists = [("initContainers", "Init containers"), ("containers", "Containers"), ("ephemeralContainers", "Ephemeral containers")];
    let containers = lists.into_iter().filter_map(|(field, name)| {
        let list = spec.get(field)?;
        group(list, name, pod.containers().filter(|it| it.value.parent() == Some(list)).filter_map(container))
    });
    let volumes = spec
        .get("volumes")
        .and_then(|list| group(list, "Volumes", pod.volumes().filter_map(|it| volume(it.0, it.source().map(|it| it.0.name)))));
    let claims = pod.claim_templates().filter_map(|claim| {
        let site = claim.at(&["metadata", "name"])?;
        Some(leaf(claim, site, "claim template".to_owned(), SymbolKind::Volume))
    });
    containers.chain(volumes).chain(claims).collect()
}

fn group<'m>(list: Value<'m>, name: &str, children: impl Iterator<Item = Symbol>) -> Option<Symbol> {
    let children: Vec<_> = children.collect();
    let range = whole(list);
    (!children.is_empty()).then(|| Symbol {
        name: name.to_owned(),
        detail: String::new(),
        kind: SymbolKind::List,
        range,
        selection: inside(range, list.key_range()),
        children,
    })
}

fn container(container: Container<'_>) -> Option<Symbol> {
    let value = container.value;
    let site = value.get("name").or_else(|| value.get("image"))?;
    let ports: Vec<_> = container.ports().collect();
    let image = container.image().filter(|_| value.gives("name"));
    let role = (container.role == Role::Sidecar).then_some("sidecar".into());
    let numbers = ports.iter().filter_map(|port| Some(format!(":{}", port.number()?).into()));
    let detail: Vec<_> = image.into_iter().chain(role).chain(numbers).collect();
    let of_ports = ports.iter().filter_map(|port| {
        let number = port.0.get("containerPort")?;
        let name = port.name().map_or(String::new(), |name| format!("{name} "));
        let protocol = port.protocol();
        let detail = if protocol == "TCP" { String::new() } else { protocol.into_owned() };
        Some(Symbol {
            name: format!("{name}:{}", port.number()?),
            ..leaf(port.0, port.0.get("name").unwrap_or(number), detail, SymbolKind::Port)
        })
    });
    let probes = container.probes().map(|(name, probe)| {
        let range = whole(probe);
        let selection = inside(range, probe.key_range());
        Symbol { name: name.to_owned(), detail: String::new(), kind: SymbolKind::Probe, range, selection, children: vec![] }
    });
    let mounts = container.mounts().filter_map(|mount| {
        let (path, name) = (mount.path()?.into_owned(), mount.name().unwrap_or_default().into_owned());
        let site = mount.0.get("mountPath")?;
        Some(Symbol { name: path, ..leaf(mount.0, site, name, SymbolKind::Mount) })
    });
    Some(Symbol {
        children: of_ports.chain(probes).chain(mounts).collect(),
        ..leaf(value, site, detail.join(" · "), SymbolKind::Container)
    })
}

fn volume(volume: Value<'_>, source: Option<&str>) -> Option<Symbol> {
    Some(leaf(volume, volume.get("name")?, source.unwrap_or_default().to_owned(), SymbolKind::Volume))
}

/// A symbol that is called what is written at `site`.
fn leaf(value: Value<'_>, site: Value<'_>, detail: String, kind: SymbolKind) -> Symbol {
    let name = site.text().unwrap_or_default().into_owned();
    let range = whole(value);
    Symbol { name, detail, kind, range, selection: inside(range, site.written().range()), children: vec![] }
}

/// What is marked of a symbol: its name, if that is in it. An alias has its name elsewhere, and so may have a misplaced field.
fn inside(range: TextRange, name: TextRange) -> TextRange {
    if range.covers(name) { name } else { TextRange::at(range.start as usize) }
}

/// A value with its key.
fn whole(value: Value<'_>) -> TextRange {
    value.key().map_or(value.written().range(), |key| key.range().cover(value.written().range()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Options;

    fn print(symbols: &[Symbol], depth: usize, out: &mut String) {
        for it in symbols {
            assert!(it.range.covers(it.selection), "{it:?}");
            assert!(it.children.iter().all(|child| it.range.covers(child.range)), "{it:?}");
            let detail = if it.detail.is_empty() { String::new() } else { format!(" ({})", it.detail) };
            out.push_str(&format!("{}{}{detail}\n", "  ".repeat(depth), it.name));
            print(&it.children, depth + 1, out);
        }
    }

    #[test]
    fn objects_containers_and_volumes() {
        let text = "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: prod}
spec:
  volumeClaimTemplates:
  - metadata: {name: data}
  template:
    spec:
      initContainers:
      - name: proxy
        image: envoy:1.30
        restartPolicy: Always
      containers:
      - name: api
        image: nginx:1.27
        ports:
        - name: http
          containerPort: 8080
        - containerPort: 53
          protocol: UDP
        readinessProbe: {httpGet: {port: http}}
        volumeMounts:
        - {name: data, mountPath: /data}
      - image: busybox
      volumes:
      - name: conf
        configMap: {name: settings}
";
        let mut out = String::new();
        print(&outline(&Document::new(text, &Options::default())), 0, &mut out);
        assert_eq!(
            out,
            "\
StatefulSet db (prod)
  Init containers
    proxy (envoy:1.30 · sidecar)
  Containers
    api (nginx:1.27 · :8080 · :53)
      http :8080
      :53 (UDP)
      readinessProbe
      /data (data)
    busybox
  Volumes
    conf (configMap)
  data (claim template)
"
        );
    }

    #[test]
    fn keys_and_ports_of_other_kinds() {
        let text = "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}, data: {c: d, \"e\": f}, binaryData: {g: h}}
- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{name: http, port: 80, targetPort: web}, {port: 81}, {name: b}]}}
";
        let mut out = String::new();
        print(&outline(&Document::new(text, &Options::default())), 0, &mut out);
        assert_eq!(out, "ConfigMap a (b)\n  c\n  e\n  g\nService a\n  http :80 (to web)\n  :81\n");
    }
}
