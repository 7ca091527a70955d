//! Keys that are indented as if they were the value of the key above them.

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::text::{Edit, TextRange, indent_with, line_at};
use crate::yaml::{Kind, Layout, Node};

use super::super::{Report, rewrite};
use super::name_of;

/// The first key of a mapping that is in the place of another value, if all its keys belong beside the key of that.
pub fn first_key(value: Value<'_>) -> Option<Node<'_>> {
    let (node, own, holder) = (value.written(), value.key()?, value.parent()?);
    let belongs = |key: Node<'_>| {
        let name = key.key_text();
        holder.ty().is_some_and(|ty| ty.field(&name).is_some()) && holder.entry(&name).is_none()
    };
    let first = node.entries().next().filter(|_| node.kind() == Kind::Mapping(Layout::Block))?.key;
    let is_below = line_at(node.tree().text(), first.range().start as usize).start > own.range().end;
    (is_below && node.entries().all(|entry| belongs(entry.key))).then_some(first)
}

/// Reports the indentation of that key; the fix moves all lines that belong to it.
pub fn report<'m>(report: &mut Report<'m>, value: Value<'m>, first: Node<'m>) {
    let Some(own) = value.key() else { return };
    let (is, should) = (rewrite::column(first), rewrite::column(own));
    let name = name_of(value);
    let message = format!("wrong indentation: found {is} spaces, expected {should}; `{}` belongs at the level of {name}", first.text());
    let edits = dedent(first.tree().text(), first.range().start as usize, is, should);
    let diagnostic = report.add(first.range(), value.decoded_path(), message, Some(value.object()));
    diagnostic.fixes.push(Fix::preferred(indent_with(should), edits));
}

/// Moves the lines from the one at `offset` on, as far as they are indented by at least `is` columns.
fn dedent(text: &str, offset: usize, is: usize, should: usize) -> Vec<Edit> {
    let mut start = line_at(text, offset).start as usize;
    let mut edits = vec![];
    for line in text[start..].split_inclusive('\n') {
        let is_empty = line.trim().is_empty();
        if !is_empty && line.len() - line.trim_start_matches(' ').len() < is {
            break;
        }
        if !is_empty {
            edits.push(Edit::delete(TextRange::new(start, start + is - should)));
        }
        start += line.len();
    }
    edits
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with, fixed};
    use crate::rules::Options;

    const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - name: a
      image: nginx:1.29
      env:
        resources:
        ^^^^^^^^^ error[type-mismatch]: expected 6; `resources` belongs at the level of `env`
          limits: {cpu: 1}
";

    #[test]
    fn keys_move_with_what_is_below_them() {
        check(POD);
        let text = POD.replace("        ^^^^^^^^^ error[type-mismatch]: expected 6; `resources` belongs at the level of `env`\n", "");
        let right = text.replace("        resources:\n          limits", "      resources:\n        limits");
        assert_eq!(fixed(&text, "type-mismatch"), right);
        let printed = POD
            .replace("      env:\n", "      {{- with .Values.env }}\n      env:\n        {{- toYaml . | nindent 8 }}\n      {{- end }}\n");
        check_with(&printed, &Options { dialect: crate::yaml::Dialect::Template, ..Options::default() });
    }
}
