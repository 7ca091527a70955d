//! Inlay hints: what a value means, and what follows from what is not written.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::analysis::Document;
use crate::pod::Value;
use crate::pod::cron::Schedule;
use crate::pod::image::{Reference, default_pull_policy};
use crate::pod::probe::Timing;
use crate::pod::quantity::Quantity;
use crate::pod::resources::{self, Qos};
use crate::pod::spec::{Container, PodSpec};
use crate::rules::Options;
use crate::schema::{Type, ty};
use crate::yaml::Kind;

/// A remark that an editor shows within the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The offset before which it is shown.
    pub at: usize,
    /// What is shown.
    pub label: String,
    /// What it says, in Markdown.
    pub tooltip: String,
}

/// What a hint is about. Settings switch each kind on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HintKind {
    /// A schedule in words.
    Schedule,
    /// A number of bytes, or a file mode, as one reads it.
    Units,
    /// The pull policy that follows from the tag.
    PullPolicy,
    /// The QoS class, and the sum of the requests.
    Qos,
    /// Defaults that surprise.
    Defaults,
    /// Who mounts a volume.
    Mounts,
    /// When a probe fails.
    Probes,
}

impl HintKind {
    /// All of them.
    pub const ALL: [HintKind; 7] =
        [HintKind::Schedule, HintKind::Units, HintKind::PullPolicy, HintKind::Qos, HintKind::Defaults, HintKind::Mounts, HintKind::Probes];

    /// As the settings name it.
    pub fn name(self) -> &'static str {
        match self {
            HintKind::Schedule => "schedule",
            HintKind::Units => "units",
            HintKind::PullPolicy => "pullPolicy",
            HintKind::Qos => "qos",
            HintKind::Defaults => "defaults",
            HintKind::Mounts => "mounts",
            HintKind::Probes => "probes",
        }
    }

    /// What it shows, in a sentence.
    pub fn summary(self) -> &'static str {
        match self {
            HintKind::Schedule => "The schedule of a CronJob in words.",
            HintKind::Units => "Bytes and file modes in readable units: `134217728` is `128Mi`, `420` is `0644`.",
            HintKind::PullPolicy => "The `imagePullPolicy` that follows from the tag of the image where none is written.",
            HintKind::Qos => "The QoS class of a Pod, and the sum of its requests.",
            HintKind::Defaults => "The `restartPolicy` and the grace period of a Pod where none is written.",
            HintKind::Mounts => "The containers that mount a volume.",
            HintKind::Probes => "How often a probe runs, and after how long it fails.",
        }
    }

    /// Whether it is shown unless the settings say otherwise.
    pub fn is_default(self) -> bool {
        matches!(self, HintKind::Schedule | HintKind::Units | HintKind::PullPolicy)
    }

    /// Whether it speaks of what another layer of Kustomize may write too.
    fn needs_whole(self) -> bool {
        !matches!(self, HintKind::Schedule | HintKind::Units)
    }

    fn add(self, value: Value<'_>, options: &Options, hints: &mut Vec<Hint>) {
        match self {
            HintKind::Schedule => hints.extend(schedule(value)),
            HintKind::Units => hints.extend(mode(value).or_else(|| bytes(value))),
            HintKind::PullPolicy => hints.extend(pull_policy(value).filter(|_| !options.layers.sets(&value.path()))),
            HintKind::Qos => hints.extend(qos(value)),
            HintKind::Defaults => hints.extend(defaults(value)),
            HintKind::Mounts => hints.extend(mounts(value)),
            HintKind::Probes => hints.extend(probe(value)),
        }
    }
}

/// The hints of these kinds, in the order of the text.
pub fn hints(document: &Document, options: &Options, kinds: &[HintKind]) -> Vec<Hint> {
    let mut hints = vec![];
    for object in document.model().objects() {
        let is_whole = options.holds_all_of(object);
        let kinds: Vec<HintKind> = kinds.iter().copied().filter(|kind| is_whole || !kind.needs_whole()).collect();
        for value in object.values().filter(|value| value.is_sound()) {
            kinds.iter().for_each(|kind| kind.add(value, options, &mut hints));
        }
    }
    hints.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.label.cmp(&b.label)));
    // Aliases read one text several times.
    hints.dedup();
    hints
}

/// A hint after a scalar.
fn after(value: Value<'_>, label: impl Into<String>, tooltip: impl Into<String>) -> Option<Hint> {
    let written = value.written();
    let is_written = matches!(written.kind(), Kind::Scalar(_) | Kind::Alias);
    is_written.then(|| Hint { at: written.range().end as usize, label: label.into(), tooltip: tooltip.into() })
}

/// A hint after the key of a value.
fn after_key(value: Value<'_>, label: impl Into<String>, tooltip: impl Into<String>) -> Option<Hint> {
    let key = value.key()?;
    let end = key.range().end as usize;
    let rest = &key.tree().text()[end..];
    let spaces = rest.len() - rest.trim_start_matches(' ').len();
    let at = if rest[spaces..].starts_with(':') { end + spaces + 1 } else { end };
    Some(Hint { at, label: label.into(), tooltip: tooltip.into() })
}

fn is_field(value: Value<'_>, name: &str, owner: &Type) -> bool {
    value.field().is_some_and(|field| field.name == name) && value.parent().is_some_and(|it| it.is_a(owner))
}

fn schedule(value: Value<'_>) -> Option<Hint> {
    if !is_field(value, "schedule", ty::CRON_JOB_SPEC) || !value.is_certain() {
        return None;
    }
    let words = Schedule::parse(&value.text()?).ok()?.words()?;
    let spec = value.parent()?;
    let zone = spec.text_of("timeZone").filter(|_| spec.is_certain_of("timeZone"));
    if !words.contains(':') {
        return after(value, words, "");
    }
    match zone {
        None => after(value, words, "In the time zone of the kube-controller-manager, mostly UTC"),
        Some(zone) if words.len() + zone.len() + 3 <= LONGEST => after(value, format!("{words} ({zone})"), ""),
        Some(zone) => after(value, words, format!("In the time zone {zone}")),
    }
}

/// VS Code cuts longer hints.
const LONGEST: usize = 43;

/// A mode in decimal, as JSON wants it.
fn mode(value: Value<'_>) -> Option<Hint> {
    let field = value.field()?;
    let mode = value.int().filter(|mode| value.facts().range == Some((0, 0o777)) && (1..=0o777).contains(mode))?;
    let is_decimal = value.node().text() == mode.to_string() && value.is_certain();
    is_decimal.then(|| after(value, format!("= 0{mode:o}"), format!("`{}` in octal", field.name)))?
}

/// Resources that are counted in bytes.
fn is_bytes(value: Value<'_>) -> bool {
    let is_size = |name: &str| ["memory", "storage", "ephemeral-storage"].contains(&name) || name.starts_with("hugepages-");
    match value.field() {
        Some(field) => field.name == "sizeLimit",
        None => {
            value.holder().is_some_and(|it| ["requests", "limits", "overhead", "capacity"].contains(&it.name))
                && value.key_text().is_some_and(|name| is_size(&name))
        }
    }
}

/// An amount whose digits must be counted: without a suffix, or with a small one.
fn bytes(value: Value<'_>) -> Option<Hint> {
    if !is_bytes(value) || !value.is_certain() {
        return None;
    }
    let text = value.text()?;
    let is_small = !text.ends_with(['M', 'G', 'T', 'P', 'E']) && !["Mi", "Gi", "Ti", "Pi", "Ei"].iter().any(|unit| text.ends_with(unit));
    let amount = value.quantity().filter(|it| is_small && *it >= KIBI && !it.is_fractional() && !it.is_saturated())?;
    let label = amount.in_bytes();
    (label.len() < text.len()).then(|| after(value, format!("= {label}").replace("= ≈", "≈"), format!("{} bytes", amount.value())))?
}

const KIBI: Quantity = Quantity::whole(1024);

fn pull_policy(value: Value<'_>) -> Option<Hint> {
    let is_image = value.field().is_some_and(|field| field.name == "image") && value.is_certain();
    let container = value.parent().filter(|_| is_image).and_then(Container::new)?.value;
    if container.gives("imagePullPolicy") || !container.is_certain_of("imagePullPolicy") {
        return None;
    }
    let image = value.text()?;
    Reference::parse(&image)?;
    let (policy, why) = default_pull_policy(&image);
    after(value, format!("pull: {policy}"), format!("`imagePullPolicy: {policy}`, {why}"))
}

fn qos(value: Value<'_>) -> Option<Hint> {
    let spec = PodSpec::new(value).filter(|_| value.is_certain())?;
    let containers = value.get("containers")?;
    let class = Qos::of(spec)?;
    let sum = |resource| resources::requests(spec, resource).filter(|it| *it > Quantity::ZERO);
    let sums = [sum("cpu").map(|it| format!("cpu {}", it.in_cores())), sum("memory").map(|it| format!("memory {}", it.in_bytes()))];
    let sums = sums.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let label = if sums.is_empty() { class.name().to_owned() } else { format!("{}, requests {sums}", class.name()) };
    after_key(containers, label, "QoS class of the Pod, and the requests that the scheduler adds up")
}

fn defaults(value: Value<'_>) -> Option<Hint> {
    PodSpec::new(value)?;
    let is_missing = |name: &str| !value.gives(name) && value.is_certain_of(name);
    // In other kinds there is no choice, or it must be made.
    let is_pod = value.parent().is_some_and(|it| it.is_a(ty::POD));
    let policy = (is_pod && is_missing("restartPolicy")).then_some("restartPolicy: Always");
    let grace = is_missing("terminationGracePeriodSeconds").then_some("terminationGracePeriodSeconds: 30");
    let defaults = [policy, grace].into_iter().flatten().collect::<Vec<_>>().join(", ");
    (!defaults.is_empty()).then(|| after_key(value, defaults, "Defaults of the API server"))?
}

/// So many mounts are listed.
const MOUNTS: usize = 3;

fn mounts(value: Value<'_>) -> Vec<Hint> {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    let Some(spec) = PodSpec::new(value).filter(|_| !value.node().is_open()) else { return vec![] };
    if lists.iter().flat_map(|list| value.entries(list)).any(|list| !list.is_certain()) {
        return vec![];
    }
    // The containers that mount a volume and where, and whether they say that it is read-only.
    let mut mounts: HashMap<Cow<'_, str>, Vec<(String, bool)>> = HashMap::new();
    for container in spec.containers() {
        let label = container.label().replace('"', "");
        let place = |path: Option<Cow<'_, str>>| format!("{label} at {}", path.unwrap_or_default());
        for mount in container.mounts() {
            mounts.entry(mount.name().unwrap_or_default()).or_default().push((place(mount.path()), mount.is_read_only()));
        }
        for device in container.value.list("volumeDevices") {
            mounts.entry(device.text_of("name").unwrap_or_default()).or_default().push((place(device.text_of("devicePath")), false));
        }
    }
    let volumes = spec.volumes().filter_map(|it| Some((it.0.get("name")?, it.is_read_only())));
    let claims = spec.claim_templates().filter_map(|it| Some((it.at(&["metadata", "name"])?, false)));
    let hint = |(name, read_only): (Value<'_>, bool)| {
        let places = mounts.get(&name.text()?).map_or(&[][..], |places| places);
        let access = |own: bool| if read_only || own { " (read-only)" } else { "" };
        let all: Vec<String> = places.iter().map(|(place, own)| format!("{place}{}", access(*own))).collect();
        let label = match all.len() {
            0 => "not mounted".to_owned(),
            count if count <= MOUNTS => all.join(", "),
            count => format!("{}, and {} more", all[..MOUNTS].join(", "), count - MOUNTS),
        };
        after(name, label, all.iter().map(|it| format!("- {it}\n")).collect::<String>())
    };
    volumes.chain(claims).filter_map(hint).collect()
}

fn probe(value: Value<'_>) -> Option<Hint> {
    let timing = Some(value).filter(|it| it.is_a(ty::PROBE)).and_then(Timing::of)?;
    let Timing { delay, period, failures, .. } = timing;
    let seconds = timing.until_failure();
    let starts = if delay > 0 { format!(", starting after {delay} s") } else { String::new() };
    let count = if failures == 1 { "1 failure".to_owned() } else { format!("{failures} failures in a row") };
    after_key(value, format!("every {period} s, fails after {seconds} s"), format!("Every {period} s{starts}; fails after {count}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Completeness, Layers};
    use crate::yaml::Dialect;

    /// The text with its hints.
    fn shown(text: &str, options: &Options, kinds: &[HintKind]) -> String {
        let document = Document::new(text, options);
        let mut shown = text.to_owned();
        for hint in hints(&document, options, kinds).iter().rev() {
            shown.insert_str(hint.at, &format!("‹{}›", hint.label));
        }
        shown
    }

    #[track_caller]
    fn check(expected: &str, options: &Options, kinds: &[HintKind]) {
        let mut text = String::new();
        for (number, part) in expected.split(['‹', '›']).enumerate() {
            text.push_str(if number % 2 == 0 { part } else { "" });
        }
        assert_eq!(shown(&text, options, kinds), expected);
    }

    fn defaults() -> Vec<HintKind> {
        HintKind::ALL.into_iter().filter(|kind| kind.is_default()).collect()
    }

    const CRON_JOB: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec:
  schedule: \"30 3 * * 1-5\"‹at 03:30, Monday to Friday (Europe/Berlin)›
  timeZone: Europe/Berlin
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: web
            image: nginx‹pull: Always›
            resources: {limits: {cpu: 1000, memory: 134217728‹= 128Mi›, ephemeral-storage: 512}, requests: {memory: \"65536Ki\"‹= 64Mi›}}
          - {name: set, image: nginx:1.29, imagePullPolicy: Always}
          - {name: tagged, image: &i nginx:1.29‹pull: IfNotPresent›}
          - {name: again, image: *i‹pull: IfNotPresent›}
          - {name: odd, image: Not Valid}
          volumes:
          - name: conf
            configMap: {name: conf, defaultMode: 420‹= 0644›, items: [{key: a, path: b, mode: 0400}]}
          - name: tmp
            emptyDir: {sizeLimit: 1e9‹= 1G›}
";

    #[test]
    fn on_by_default() {
        let options = Options::default();
        check(CRON_JOB, &options, &defaults());
        check(&CRON_JOB.replace('\n', "\r\n"), &options, &defaults());
        check(
            "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"containers\": [{\"image\": \"é\"}, {\"image\": \"a\"‹pull: Always›}]}}",
            &options,
            &defaults(),
        );
    }

    #[test]
    fn a_long_time_zone_is_left_to_the_tooltip() {
        let zone = CRON_JOB.replace("Europe/Berlin", "America/Argentina/Buenos_Aires").replace(" (America/Argentina/Buenos_Aires)", "");
        check(&zone, &Options::default(), &defaults());
    }

    const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:‹restartPolicy: Always, terminationGracePeriodSeconds: 30›
  containers:‹Burstable, requests cpu 250m, memory 64Mi›
  - name: web
    image: nginx:1.29
    resources: {requests: {cpu: 250m, memory: 64Mi}}
    livenessProbe:‹every 10 s, fails after 30 s› {httpGet: {port: 80}}
    readinessProbe:‹every 2 s, fails after 2 s› {periodSeconds: 2, failureThreshold: 1}
    volumeMounts: [{name: data, mountPath: /data}, {name: data, mountPath: /a}, {name: conf, mountPath: /etc}]
  - name: log
    volumeMounts: [{name: data, mountPath: /in, readOnly: true}, {name: data, mountPath: /b}]
  volumes:
  - name: data‹web at /data, web at /a, log at /in (read-only), and 1 more›
  - {name: conf‹web at /etc (read-only)›, configMap: {name: conf}}
  - {name: other‹not mounted›}
";

    #[test]
    fn off_by_default() {
        let kinds: Vec<_> = HintKind::ALL.into_iter().filter(|kind| !kind.is_default()).collect();
        check(POD, &Options::default(), &kinds);
        let bare = POD.split(['‹', '›']).step_by(2).collect::<String>();
        check(&bare, &Options { layers: Layers::of(Completeness::Patch), ..Options::default() }, &HintKind::ALL.map(|it| it));
    }

    #[test]
    fn of_templates_only_what_is_certain() {
        let options = Options { dialect: Dialect::Template, ..Options::default() };
        let text = "\
apiVersion: v1
kind: Pod
spec:
  containers:
  - image: nginx:1.29‹pull: IfNotPresent›
    resources: {limits: {memory: {{ .Values.memory }}}, requests: {memory: 134217728‹= 128Mi›}}
  - image: \"nginx:{{ .Values.tag }}\"
  - image: nginx:1.29
    {{- with .Values.policy }}
    imagePullPolicy: {{ . }}
    {{- end }}
  - image: nginx:1.29
    {{- toYaml .Values.more | nindent 4 }}
  volumes:
  - {name: data}
";
        let kinds: Vec<_> = HintKind::ALL.into_iter().filter(|kind| *kind != HintKind::Defaults).collect();
        check(text, &options, &kinds);
    }
}
