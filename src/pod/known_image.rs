//! What must be known of well-known images: as whom they run, what they run by default, which ports they take, where they write.
//!
//! From the Dockerfiles of Docker's official images (`github.com/docker-library`) and of the projects themselves, October 2026. An image
//! that is not here may be anything.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::image::Reference;

/// As whom an image runs unless the manifest says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// As root: it has no `USER`, or `root`.
    Root,
    /// As a user by its name, of which the kubelet cannot know whether it is root.
    Named(&'static str),
    /// As a user by its number, which is not 0.
    Number,
}

/// What an image runs by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// A shell or an interpreter, which ends at once where nobody types.
    Ends,
    /// A server, which runs until it is stopped.
    Serves,
    /// It depends on its settings.
    Depends,
}

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct KnownImage {
    /// Repositories; Docker Hub's own without `docker.io/library/`.
    pub names: &'static [&'static str],
    /// As whom it runs.
    pub user: User,
    /// What it runs without `command` and `args`.
    pub default: Default,
    /// Whether it has no `ENTRYPOINT`, so that `args` are the command.
    pub runs_args: bool,
    /// The TCP ports that its default server listens on.
    pub ports: &'static [i64],
    /// Folders that its default server must be able to write to.
    pub writes: &'static [&'static str],
    /// Capabilities without which its default server does not start as root.
    pub needs: &'static [&'static str],
    /// Whether it has no `bash`.
    pub lacks_bash: bool,
}

const fn row(names: &'static [&'static str], user: User, default: Default) -> KnownImage {
    KnownImage { names, user, default, runs_args: false, ports: &[], writes: &[], needs: &[], lacks_bash: false }
}

/// A system without a server: its `CMD` is a shell.
const fn system(names: &'static [&'static str]) -> KnownImage {
    KnownImage { runs_args: true, ..row(names, User::Root, Default::Ends) }
}

const fn server(names: &'static [&'static str], ports: &'static [i64]) -> KnownImage {
    KnownImage { ports, ..row(names, User::Root, Default::Serves) }
}

/// What the scripts of most databases need to leave root.
const STEP_DOWN: &[&str] = &["SETUID", "SETGID"];

const IMAGES: &[KnownImage] = &[
    KnownImage { lacks_bash: true, ..system(&["busybox", "alpine"]) },
    system(&[
        "ubuntu",
        "debian",
        "fedora",
        "centos",
        "rockylinux",
        "almalinux",
        "amazonlinux",
        "archlinux",
        "opensuse/leap",
        "oraclelinux",
    ]),
    system(&["golang", "buildpack-deps", "perl", "ruby", "gcc"]),
    system(&["python"]),
    row(&["bash", "node", "openjdk", "eclipse-temurin", "amazoncorretto", "elixir", "erlang", "hello-world"], User::Root, Default::Ends),
    KnownImage { writes: &["/var/cache/nginx", "/run"], needs: &["CHOWN", "SETUID", "SETGID"], ..server(&["nginx"], &[80]) },
    KnownImage { writes: &["/usr/local/apache2/logs"], ..server(&["httpd"], &[80]) },
    server(&["tomcat"], &[8080]),
    server(&["caddy", "traefik"], &[80]),
    KnownImage { needs: STEP_DOWN, ..server(&["redis", "valkey/valkey"], &[6379]) },
    KnownImage { writes: &["/var/run/postgresql"], needs: STEP_DOWN, ..row(&["postgres"], User::Root, Default::Depends) },
    KnownImage { needs: STEP_DOWN, ..row(&["mysql", "mariadb"], User::Root, Default::Depends) },
    KnownImage { needs: STEP_DOWN, ..server(&["mongo"], &[27017]) },
    KnownImage { needs: STEP_DOWN, ..server(&["rabbitmq"], &[5672]) },
    KnownImage { needs: STEP_DOWN, ..server(&["cassandra"], &[9042]) },
    KnownImage { needs: STEP_DOWN, ..server(&["zookeeper"], &[2181]) },
    server(&["registry"], &[5000]),
    server(&["wordpress", "drupal", "joomla", "nextcloud", "phpmyadmin"], &[]),
    server(&["envoyproxy/envoy", "fluent/fluent-bit"], &[]),
    row(&["memcached"], User::Named("memcache"), Default::Serves),
    row(&["haproxy"], User::Named("haproxy"), Default::Depends),
    row(&["prom/prometheus", "quay.io/prometheus/prometheus"], User::Named("nobody"), Default::Serves),
    row(
        &["prom/alertmanager", "prom/node-exporter", "quay.io/prometheus/alertmanager", "quay.io/prometheus/node-exporter"],
        User::Named("nobody"),
        Default::Serves,
    ),
    row(&["jenkins/jenkins"], User::Named("jenkins"), Default::Serves),
    row(&["fluent/fluentd"], User::Named("fluent"), Default::Serves),
    KnownImage { ports: &[3000], ..row(&["grafana/grafana"], User::Number, Default::Serves) },
    KnownImage { ports: &[8080], ..row(&["nginxinc/nginx-unprivileged"], User::Number, Default::Serves) },
    row(&["gcr.io/cloud-sql-connectors/cloud-sql-proxy", "gcr.io/cloudsql-docker/gce-proxy"], User::Number, Default::Serves),
    row(&["registry.k8s.io/pause", "k8s.gcr.io/pause", "gcr.io/google_containers/pause"], User::Number, Default::Serves),
];

/// Images that are made from Debian or Ubuntu unless their tag says otherwise.
const DASH: &[&str] = &[
    "debian",
    "ubuntu",
    "python",
    "node",
    "ruby",
    "perl",
    "golang",
    "nginx",
    "httpd",
    "redis",
    "postgres",
    "mongo",
    "mariadb",
    "rabbitmq",
    "buildpack-deps",
    "gcc",
];

/// Names under which others serve Docker's official images.
const LIBRARIES: &[&str] = &[
    "docker.io/library/",
    "index.docker.io/library/",
    "registry-1.docker.io/library/",
    "library/",
    "docker.io/",
    "index.docker.io/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
];

/// Parts of tags of variants that differ from the row of their name.
const VARIANTS: [&str; 8] = ["windows", "nanoserver", "nonroot", "rootless", "unprivileged", "distroless", "fpm", "apache"];

static BY_NAME: LazyLock<HashMap<&str, &KnownImage>> =
    LazyLock::new(|| IMAGES.iter().flat_map(|row| row.names.iter().map(move |name| (*name, row))).collect());

impl KnownImage {
    /// The row of an image. Variants that say in their tag that they differ are not known.
    pub fn of(image: &str) -> Option<&'static KnownImage> {
        let name = image.split('@').next().unwrap_or_default();
        // A colon before a slash is that of a registry's port.
        let name = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(name, _)| name);
        let name = LIBRARIES.iter().find_map(|it| name.strip_prefix(it)).unwrap_or(name);
        let row = BY_NAME.get(name)?;
        let tag = Reference::parse(image)?.tag.unwrap_or_default();
        let differs = VARIANTS.iter().any(|it| tag.contains(it));
        (!differs).then_some(*row)
    }

    /// Whether the `sh` of an image is known to be dash: it is made from Debian or Ubuntu.
    pub fn has_dash(image: &str) -> bool {
        let Some(row) = KnownImage::of(image) else { return false };
        let tag = Reference::parse(image).and_then(|it| it.tag).unwrap_or_default();
        let is_other = ["alpine", "ubi", "oracle", "busybox", "al2", "windows"].iter().any(|it| tag.contains(it));
        !is_other && row.names.iter().any(|name| DASH.contains(name) && image.contains(name))
    }

    /// Whether an image has no `bash`: by the table, or since it says that it is made from Alpine and is an official one.
    pub fn has_no_bash(image: &str) -> bool {
        let Some(row) = KnownImage::of(image) else { return false };
        let tag = Reference::parse(image).and_then(|it| it.tag).unwrap_or_default();
        row.lacks_bash || tag.contains("alpine") && ["python", "redis", "httpd"].contains(&row.names[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows() {
        let name = |image: &str| KnownImage::of(image).map(|row| row.names[0]);
        for image in [
            "nginx",
            "nginx:1.29",
            "docker.io/nginx",
            "docker.io/library/nginx:1.29-alpine",
            "library/nginx",
            "public.ecr.aws/docker/library/nginx:1",
        ] {
            assert_eq!(name(image), Some("nginx"), "{image}");
        }
        for image in [
            "ghcr.io/org/nginx:1",
            "nginx/nginx",
            "bitnami/nginx",
            "my.registry:5000/nginx",
            "Nginx",
            "php:8-fpm",
            "mcr.microsoft.com/windows",
        ] {
            assert_eq!(name(image), None, "{image}");
        }
        assert!(KnownImage::has_no_bash("busybox:1.37") && KnownImage::has_no_bash("python:3-alpine"));
        assert!(!KnownImage::has_no_bash("nginx:alpine") && !KnownImage::has_no_bash("debian:13"));
    }

    #[test]
    fn every_name_is_there_once() {
        let mut names: Vec<_> = IMAGES.iter().flat_map(|row| row.names).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
