//! `missing-password`

use crate::pod::Value;
use crate::pod::known_image::KnownImage;
use crate::pod::spec::PodSpec;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Databases that do not start because they are given no password.
    ///
    /// ## Why
    /// The official images of PostgreSQL, MySQL and MariaDB initialize an empty data folder only if they are given the password of the superuser, or the word that there is
    /// none. They exit with an error otherwise. Nothing is said where a volume may hold the data already.
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
    ///     image: postgres:17
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
    ///     image: postgres:17
    ///     env:
    ///     - name: POSTGRES_PASSWORD
    ///       valueFrom:
    ///         secretKeyRef:
    ///           name: db
    ///           key: password
    /// ```
    ///
    /// ## Source
    /// `docker_verify_minimum_env` of the images' `docker-entrypoint.sh`.
    MISSING_PASSWORD = "missing-password", Information, [Check::PodSpec(check)]
}

/// The beginnings of the variables that say what the password is.
const DATABASES: [(&str, &[&str], &str); 3] = [
    ("postgres", &["POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD"], "POSTGRES_PASSWORD"),
    ("mysql", &["MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"], "MYSQL_ROOT_PASSWORD"),
    ("mariadb", &["MARIADB_", "MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"], "MARIADB_ROOT_PASSWORD"),
];

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    for container in pod.running() {
        let Some(image) = container.value.get("image") else { continue };
        let Some(text) = image.text() else { continue };
        let repository = text.split([':', '@']).next().unwrap_or_default();
        if !DATABASES.iter().any(|(name, ..)| repository.ends_with(name)) {
            continue;
        }
        let bare = repository.trim_start_matches("docker.io/").trim_start_matches("library/");
        let Some((.., variables, usual)) = DATABASES.iter().find(|(name, ..)| *name == bare) else { continue };
        let is_plain = ["command", "args", "envFrom", "volumeMounts", "volumeDevices"].iter().all(|it| !container.value.gives(it));
        let mut names = container.env().filter_map(|it| it.text_of("name"));
        if is_plain && KnownImage::of(&text).is_some() && !names.any(|name| variables.iter().any(|it| name.starts_with(it))) {
            report.on(image, format!("`{text}` exits without a password; set `{usual}`"));
        }
    }
}
