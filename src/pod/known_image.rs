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

/// What an image makes of `args` where no `command` is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It is not known.
    Unknown,
    /// They are the command: the image has no `ENTRYPOINT`, or one that ends with `exec "$@"`.
    Command,
    /// The same, but where the first one begins with `-` they are options of this program.
    Options(&'static str),
    /// They are arguments of this program.
    Program(&'static str),
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
    /// What becomes of `args`.
    pub entry: Entry,
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
    KnownImage { names, user, default, entry: Entry::Unknown, ports: &[], writes: &[], needs: &[], lacks_bash: false }
}

/// A system without a server: its `CMD` is a shell.
const fn system(names: &'static [&'static str]) -> KnownImage {
    KnownImage { entry: Entry::Command, ..row(names, User::Root, Default::Ends) }
}

const fn server(names: &'static [&'static str], ports: &'static [i64]) -> KnownImage {
    KnownImage { ports, ..row(names, User::Root, Default::Serves) }
}

/// An image whose entrypoint runs `args` as a command, or as options of that program.
const fn with_options(program: &'static str, row: KnownImage) -> KnownImage {
    KnownImage { entry: Entry::Options(program), ..row }
}

/// The same without such a program.
const fn with_command(row: KnownImage) -> KnownImage {
    KnownImage { entry: Entry::Command, ..row }
}

/// An image that gives all `args` to that program.
const fn with_program(program: &'static str, row: KnownImage) -> KnownImage {
    KnownImage { entry: Entry::Program(program), ..row }
}

/// What the scripts of most databases need to leave root.
const STEP_DOWN: &[&str] = &["SETUID", "SETGID"];

/// The variants of `php` that serve.
static PHP_SERVER: KnownImage = with_options("php", row(&["php"], User::Root, Default::Depends));

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
    with_options("bash", row(&["bash"], User::Root, Default::Ends)),
    with_options("node", row(&["node"], User::Root, Default::Ends)),
    with_options("php", row(&["php"], User::Root, Default::Ends)),
    with_command(row(&["openjdk", "eclipse-temurin", "amazoncorretto", "elixir", "erlang", "hello-world"], User::Root, Default::Ends)),
    with_command(KnownImage { writes: &["/var/cache/nginx", "/run"], needs: &["CHOWN", "SETUID", "SETGID"], ..server(&["nginx"], &[80]) }),
    with_command(KnownImage { writes: &["/usr/local/apache2/logs"], ..server(&["httpd"], &[80]) }),
    with_command(server(&["tomcat"], &[8080])),
    with_command(server(&["caddy"], &[80])),
    with_options("traefik", server(&["traefik"], &[80])),
    with_options("redis-server", KnownImage { needs: STEP_DOWN, ..server(&["redis"], &[6379]) }),
    with_options("valkey-server", KnownImage { needs: STEP_DOWN, ..server(&["valkey/valkey"], &[6379]) }),
    with_options(
        "postgres",
        KnownImage { writes: &["/var/run/postgresql"], needs: STEP_DOWN, ..row(&["postgres"], User::Root, Default::Depends) },
    ),
    with_options("mysqld", KnownImage { needs: STEP_DOWN, ..row(&["mysql"], User::Root, Default::Depends) }),
    with_options("mariadbd", KnownImage { needs: STEP_DOWN, ..row(&["mariadb"], User::Root, Default::Depends) }),
    with_options("mongod", KnownImage { needs: STEP_DOWN, ..server(&["mongo"], &[27017]) }),
    with_command(KnownImage { needs: STEP_DOWN, ..server(&["rabbitmq"], &[5672]) }),
    KnownImage { needs: STEP_DOWN, ..server(&["cassandra"], &[9042]) },
    with_command(KnownImage { needs: STEP_DOWN, ..server(&["zookeeper"], &[2181]) }),
    with_command(server(&["solr"], &[8983])),
    server(&["registry"], &[5000]),
    with_command(server(&["wordpress", "drupal", "joomla", "nextcloud", "phpmyadmin"], &[])),
    with_options("envoy", server(&["envoyproxy/envoy"], &[])),
    server(&["fluent/fluent-bit"], &[]),
    with_options("memcached", row(&["memcached"], User::Named("memcache"), Default::Serves)),
    with_options("haproxy", row(&["haproxy"], User::Named("haproxy"), Default::Depends)),
    with_program("prometheus", row(&["prom/prometheus", "quay.io/prometheus/prometheus"], User::Named("nobody"), Default::Serves)),
    with_program("curl", row(&["curlimages/curl"], User::Named("curl_user"), Default::Ends)),
    with_program("kubectl", row(&["bitnami/kubectl"], User::Number, Default::Ends)),
    row(
        &["prom/alertmanager", "prom/node-exporter", "quay.io/prometheus/alertmanager", "quay.io/prometheus/node-exporter"],
        User::Named("nobody"),
        Default::Serves,
    ),
    row(&["jenkins/jenkins"], User::Named("jenkins"), Default::Serves),
    row(&["fluent/fluentd"], User::Named("fluent"), Default::Serves),
    KnownImage { ports: &[3000], ..row(&["grafana/grafana"], User::Number, Default::Serves) },
    KnownImage { ports: &[8080], ..row(&["nginxinc/nginx-unprivileged"], User::Number, Default::Serves) },
    with_program("cloud-sql-proxy", row(&["gcr.io/cloud-sql-connectors/cloud-sql-proxy"], User::Number, Default::Serves)),
    with_command(row(&["gcr.io/cloudsql-docker/gce-proxy"], User::Number, Default::Serves)),
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

/// The slots that names of images are in. Most images are none of these, and need not be looked up.
static SLOTS: LazyLock<[bool; 1024]> = LazyLock::new(|| {
    let mut slots = [false; 1024];
    BY_NAME.keys().for_each(|name| slots[slot(name)] = true);
    slots
});

fn slot(name: &str) -> usize {
    let ends = (name.as_bytes().first(), name.as_bytes().last());
    let (Some(first), Some(last)) = ends else { return 0 };
    (name.len() * 181 + usize::from(*first) * 31 + usize::from(*last)) % 1024
}

static BY_NAME: LazyLock<HashMap<&str, &KnownImage>> =
    LazyLock::new(|| IMAGES.iter().flat_map(|row| row.names.iter().map(move |name| (*name, row))).collect());

impl KnownImage {
    /// The row of an image. Variants that say in their tag that they differ are not known.
    pub fn of(image: &str) -> Option<&'static KnownImage> {
        let name = image.split('@').next().unwrap_or_default();
        // A colon before a slash is that of a registry's port.
        let name = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(name, _)| name);
        let name = LIBRARIES.iter().find_map(|it| name.strip_prefix(it)).unwrap_or(name);
        if !SLOTS[slot(name)] {
            return None;
        }
        let row = BY_NAME.get(name)?;
        let tag = Reference::parse(image)?.tag.unwrap_or_default();
        if row.names == ["php"] && (tag.contains("fpm") || tag.contains("apache")) {
            return Some(&PHP_SERVER);
        }
        let differs = VARIANTS.iter().any(|it| tag.contains(it));
        (!differs).then_some(*row)
    }

    /// Whether the `sh` of an image is known to be a dash without `pipefail`: that of Debian 13, Ubuntu 24.04 and before.
    pub fn lacks_pipefail(image: &str) -> bool {
        let tag = Reference::parse(image).and_then(|it| it.tag).unwrap_or_default();
        let is_new = ["sid", "testing", "unstable", "forky", "rolling", "devel"].iter().any(|it| tag.contains(it));
        let is_new_ubuntu = KnownImage::of(image).is_some_and(|row| row.names.contains(&"ubuntu") && image.contains("ubuntu"))
            && !["14", "16", "18", "20", "22", "23", "24", "xenial", "bionic", "focal", "jammy", "noble"]
                .iter()
                .any(|it| tag.starts_with(it));
        KnownImage::has_dash(image) && !is_new && !is_new_ubuntu
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
        for image in ["ghcr.io/org/nginx:1", "nginx/nginx", "bitnami/nginx", "my.registry:5000/nginx", "Nginx", "mcr.microsoft.com/windows"]
        {
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
