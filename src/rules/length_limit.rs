//! `length-limit`

use crate::diagnostic::Reason;
use crate::pod::{Step, Value};
use crate::schema::Shape;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Strings that are too long, and lists with too many items.
    ///
    /// ## Why
    /// The API server rejects the object: `Too long`, `Too many`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   dnsConfig:
    ///     nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   dnsConfig:
    ///     nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3]
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    /// ```
    ///
    /// ## Source
    /// `validatePodDNSConfig`, `validatePodFailurePolicy`, `ValidateCronJobCreate` and others.
    LENGTH_LIMIT = "length-limit", Error from Itself, [Check::Validated(|_, facts| facts.max_items.is_some() || facts.max_length.is_some(), check)]
}

fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let facts = value.facts();
    let name = value.holder().map_or("", |field| field.name);
    if let (Some(most), Shape::List(_), Step::Field(_)) = (facts.max_items, value.shape(), value.step())
        && let Some(first) = value.children().nth(most)
    {
        let diagnostic = report.on(first, Reason::TooMany.of(format!("`{name}` must have at most {most} items")));
        diagnostic.field = value.path();
    }
    if let Some(most) = facts.max_length
        && !value.shape().is_collection()
        && let Some(length) = value.text().map(|text| text.len()).filter(|length| *length > most)
    {
        report.on(value, Reason::TooLong.of(format!("`{name}` must have at most {most} characters, but this has {length}")));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn lengths() {
        check(
            "
apiVersion: batch/v1
kind: CronJob
metadata:
  name: a23456789-123456789-123456789-123456789-123456789-123
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[length-limit]: at most 52 characters
spec:
  schedule: \"@daily\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: a, image: b}]
          dnsConfig: {nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5]}
                                                                  ^^^^^^^^ error[length-limit]: at most 3 items
",
        );
    }
}
