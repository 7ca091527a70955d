//! Labels of Pods, and whether selectors match them.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Value;
use super::spec::PodSpec;

/// The labels of the Pods that a PodSpec makes.
#[derive(Debug, Default)]
pub struct Labels<'m>(HashMap<Cow<'m, str>, Cow<'m, str>>);

impl<'m> Labels<'m> {
    /// Those of a Pod or template; `None` where a template may write some of them.
    pub fn of(pod: PodSpec<'m>) -> Option<Self> {
        let holder = pod.value().parent()?;
        let metadata = match holder.entry("metadata") {
            Some(metadata) if metadata.is_sound() => metadata,
            Some(_) => return None,
            None => return (!holder.node().is_open()).then(Labels::default),
        };
        let labels = match metadata.entry("labels") {
            Some(labels) if labels.is_sound() && labels.is_certain() => labels,
            Some(labels) if labels.is_null() => return Some(Labels::default()),
            Some(_) => return None,
            None => return (!metadata.node().is_open()).then(Labels::default),
        };
        let pairs = labels.children().map(|label| Some((label.key_text()?, if label.is_null() { "".into() } else { label.text()? })));
        Some(Labels(pairs.collect::<Option<_>>()?))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// The value of a label.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|value| &**value)
    }

    /// Whether a LabelSelector matches them; `None` where it cannot be read. An empty one matches everything.
    pub fn are_matched_by(&self, selector: Value<'_>) -> Option<bool> {
        let mut matches = true;
        for label in selector.get("matchLabels").into_iter().flat_map(|labels| labels.children()) {
            matches &= self.get(&label.key_text()?) == Some(&*label.text()?);
        }
        for expression in selector.list("matchExpressions") {
            matches &= self.fulfil(expression)?;
        }
        Some(matches)
    }

    fn fulfil(&self, expression: Value<'_>) -> Option<bool> {
        let value = self.get(&expression.text_of("key")?);
        let values = expression.list("values").map(|it| it.text()).collect::<Option<Vec<_>>>()?;
        let is_in = value.is_some_and(|value| values.iter().any(|it| it == value));
        match &*expression.text_of("operator")? {
            // Refused, and reported there.
            "In" | "NotIn" if values.is_empty() => None,
            "In" => Some(is_in),
            "NotIn" => Some(!is_in),
            "Exists" => Some(value.is_some()),
            "DoesNotExist" => Some(value.is_none()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::Model;
    use crate::schema::Release;

    #[test]
    fn selectors() {
        let text = "
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      topologySpreadConstraints:
      - {labelSelector: {matchLabels: {app: web}}}
      - {labelSelector: {matchLabels: {app: shop}}}
      - {labelSelector: {matchExpressions: [{key: tier, operator: In, values: [front, back]}, {key: x, operator: DoesNotExist}]}}
      - {labelSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [front]}]}}
      - {labelSelector: {}}
      - {labelSelector: {matchExpressions: [{key: tier, operator: Like}]}}
";
        let model = Model::new(crate::yaml::parse(text), Release::default());
        let pod = model.object(0).and_then(PodSpec::of).expect("a spec");
        let labels = Labels::of(pod).expect("labels");
        let found: Vec<_> = pod
            .value()
            .list("topologySpreadConstraints")
            .filter_map(|it| it.get("labelSelector"))
            .map(|it| labels.are_matched_by(it))
            .collect();
        assert_eq!(found, [Some(true), Some(false), Some(true), Some(false), Some(true), None]);
    }
}
