//! `block-volume`

use std::collections::HashMap;

use crate::diagnostic::{Incomplete, Reason, Related};
use crate::pod::Value;
use crate::pod::refs;
use crate::pod::spec::{Container, PodSpec, Volume};
use crate::schema::facts::Target;
use crate::schema::{Release, ty};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// `volumeDevices` entries whose volume cannot be a block device or is also mounted.
    ///
    /// ## Why
    /// The API server rejects the object: only a PersistentVolumeClaim or a generic ephemeral volume can be a raw block device, and a
    /// container can use a volume either as a device or as a mount.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: db
    /// spec:
    ///   containers:
    ///   - name: db
    ///     image: postgres:18
    ///     volumeDevices:
    ///     - name: data
    ///       devicePath: /dev/data
    ///   volumes:
    ///   - name: data
    ///     emptyDir: {}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: db
    /// spec:
    ///   containers:
    ///   - name: db
    ///     image: postgres:18
    ///     volumeDevices:
    ///     - name: data
    ///       devicePath: /dev/data
    ///   volumes:
    ///   - name: data
    ///     persistentVolumeClaim:
    ///       claimName: data
    /// ```
    ///
    /// ## Source
    /// `ValidateVolumeDevices`, `ValidateVolumeMounts`.
    BLOCK_VOLUME = "block-volume", Error, [Check::Type(ty::CONTAINER, check)]
}

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let (Some(container), Some(pod), Some(devices)) =
        (Container::around(value), PodSpec::around(value), value.get("volumeDevices").filter(|it| !it.is_absent()))
    else {
        return;
    };
    let mut mounts: HashMap<_, Value<'m>> = HashMap::new();
    for (field, mount) in container.mounts().flat_map(|mount| ["name", "mountPath"].map(|field| (field, mount.0))) {
        if let Some(text) = mount.text_of(field) {
            mounts.entry((field, text)).or_insert(mount);
        }
    }
    for device in devices.children().filter(|device| device.is_sound()) {
        let site = device.get("name");
        let mount = |field: &'static str, of_device: &str| mounts.get(&(field, device.text_of(of_device)?));
        if let (Some(site), Some(mount)) = (site, mount("name", "name")) {
            let diagnostic = report
                .on(site, Reason::Invalid.of("the volume is also mounted in this container; use it either as a device or as a mount"));
            diagnostic.related.push(Related { range: mount.range(), message: "the mount".to_owned() });
        } else if let (Some(path), Some(mount)) = (device.get("devicePath"), mount("mountPath", "devicePath")) {
            let diagnostic = report.on(path, Reason::Invalid.of("a volume is mounted at this path"));
            diagnostic.related.push(Related { range: mount.range(), message: "the mount".to_owned() });
        }
        let Some((site, used)) = site.and_then(|site| Some((site, refs::used(site)?))) else { continue };
        let volumes = report.names(pod.value(), Target::Volume);
        // A claim template takes the place of a volume of its name.
        let (Some(definition), Some(last)) = (volumes.get(&used.name), volumes.last(&used.name)) else { continue };
        if last.owner.is_a(ty::VOLUME)
            && let Some(source) =
                Volume(definition.owner).source().map_or(Some("emptyDir"), |(field, value)| value.is_sound().then_some(field.name))
            && !["persistentVolumeClaim", "ephemeral"].contains(&source)
        {
            let message = Reason::Invalid
                .of(format!("only a `persistentVolumeClaim` or `ephemeral` volume can be a block device, but this is of type {source}"));
            let diagnostic = report.on(site, message);
            // Its source may still come.
            diagnostic.incomplete = Volume(definition.owner).source().is_none().then(|| Incomplete::Node(definition.owner.node().id()));
            diagnostic.related.push(Related { range: definition.site.range(), message: "the volume".to_owned() });
        }
    }
    let isolated = pod.value().get("hostUsers").and_then(Value::bool) == Some(false);
    if isolated && devices.model().release() >= Release::V1_34 {
        report.on_key(devices, Reason::Forbidden.of("`volumeDevices` is not allowed when `hostUsers` is false"));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn devices() {
        check(
            "
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  containers:
  - name: db
    image: a
    volumeMounts: [{name: a, mountPath: /a}]
    volumeDevices:
    - {name: a, devicePath: /dev/a}
             ^ error[block-volume]: the volume is also mounted in this container; use it either as a device or as a mount
    - {name: b, devicePath: /a}
                            ^^ error[block-volume]: mounted at this path
    - {name: c, devicePath: /dev/c}
             ^ error[block-volume]: type configMap
  volumes:
  - {name: a, persistentVolumeClaim: {claimName: a}}
  - {name: b, persistentVolumeClaim: {claimName: b}}
  - {name: c, configMap: {name: c}}
",
        );
    }
}
