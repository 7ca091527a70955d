//! `invalid-quantity`

use crate::diagnostic::Fix;
use crate::pod::{Issue, Model, Value};
use crate::schema::Shape;
use crate::yaml::{self, Kind, Scalar};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Quantities that Kubernetes cannot parse: `128mi`, `1gb`, `2 Gi`.
    ///
    /// ## Why
    /// The API server cannot decode the object and rejects it as a whole. A quantity is a number with one of the suffixes `n`, `u`, `m`,
    /// `k`, `M`, `G`, `T`, `P`, `E` (powers of 1000) or `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei` (powers of 1024), or an exponent. Suffixes are
    /// case-sensitive.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 128mi
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     resources:
    ///       limits:
    ///         memory: 128Mi
    /// ```
    ///
    /// ## Source
    /// `quantities must match the regular expression …`, from `resource.ParseQuantity` of k8s.io/apimachinery.
    INVALID_QUANTITY = "invalid-quantity", Error from Itself, [Check::Document(check)]
}

fn check<'m>(model: &'m Model, report: &mut Report<'m>) {
    for issue in model.issues() {
        let Issue::Mismatch(id) = issue else { continue };
        let value = model.value(*id);
        if matches!((value.shape(), value.node().kind()), (Shape::Quantity, Kind::Scalar(_)))
            && yaml::resolve(value.node()) == Scalar::String
        {
            emit(report, value);
        }
    }
}

fn emit<'m>(report: &mut Report<'m>, value: Value<'m>) {
    let text = value.node().value();
    let nearest = nearest(&text);
    let hint = nearest.as_ref().map_or_else(|| "write one such as `500m` or `1Gi`".to_owned(), |right| format!("did you mean `{right}`?"));
    // A line break at the end, as a block scalar has it, must be seen.
    let message = format!("`{}` is not a valid quantity; {hint}", text.escape_debug());
    let diagnostic = report.add(value.range(), value.decoded_path(), message, Some(value.object()));
    if let Some(right) = nearest {
        let written = if rewrite::is_json(value.node()) { rewrite::quote(&right) } else { right.clone() };
        let edit = rewrite::replace(value.node(), written);
        let sure = Fix::preferred(format!("Change to `{right}`"), vec![edit]);
        diagnostic.fixes.push(sure);
    }
}

/// The quantity that is probably meant: `1gb` is `1G`, `128mi` is `128Mi`.
fn nearest(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').map(|c| if c == ',' { '.' } else { c }).collect();
    let digits = compact.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '+' && c != '-').unwrap_or(compact.len());
    let (number, suffix) = compact.split_at(digits);
    number.parse::<f64>().ok()?;
    let suffix = match &*suffix.to_ascii_lowercase() {
        "" | "b" | "byte" | "bytes" | "core" | "cores" | "cpu" | "cpus" => "",
        "k" | "kb" => "k",
        "ki" | "kib" => "Ki",
        "mb" => "M",
        "mi" | "mib" => "Mi",
        "g" | "gb" => "G",
        "gi" | "gib" => "Gi",
        "t" | "tb" => "T",
        "ti" | "tib" => "Ti",
        "pi" | "pib" => "Pi",
        "ei" | "eib" => "Ei",
        "m" => suffix,
        _ => return None,
    };
    Some(format!("{number}{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::nearest;
    use crate::fixture::{check, fixed};

    const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx:1.29
    resources:
      limits:
        memory: ";

    #[test]
    fn a_line_break_is_part_of_the_quantity() {
        check(&format!(
            "{POD}|\n                ^ error[invalid-quantity]: `1Gi\\n` is not a valid quantity; did you mean `1Gi`?\n          1Gi\n"
        ));
        check(&format!("{POD}|-\n          1Gi\n"));
        check(&format!("{POD}\" 1Gi \"\n"));
        assert_eq!(fixed(&format!("{POD}|\n          1Gi\n"), "invalid-quantity"), format!("{POD}1Gi\n"));
    }

    #[test]
    fn what_is_meant() {
        for (wrong, right) in
            [("128mi", "128Mi"), ("1gb", "1G"), ("2 Gi", "2Gi"), ("64Mib", "64Mi"), ("512MB", "512M"), ("1,5", "1.5"), ("1K", "1k")]
        {
            assert_eq!(nearest(wrong).as_deref(), Some(right));
        }
        for unclear in ["", "much", "1x", "1.2.3", "Gi"] {
            assert_eq!(nearest(unclear), None);
        }
    }
}
