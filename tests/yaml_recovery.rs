//! What is left of a manifest while it is being typed: one break each, the keys that are still found at their path, and what is said.

use std::collections::BTreeSet;

use podls::yaml::{self, Kind, Node, SyntaxErrorKind};

const SHOP: &str = include_str!("fixtures/yaml/shop.yaml");

/// A break: what is replaced (the first time it occurs), by what, the line of the one error (its text), and words of its message.
/// `""` for the line: nothing is said.
type Break = (&'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const BREAKS: &[Break] = &[
    ("half-typed key", "  restartPolicy: Always\n", "  restartPolicy: Always\n  hos\n", "  hos", "missing `: ` between"),
    ("half key first in a mapping", "    limits:\n", "    lim\n          requests:\n", "        lim", "missing `: ` between"),
    ("half key after a nested mapping", "      ports:\n", "      env\n      ports:\n", "      env", "missing `: ` between"),
    ("half key after the last entry", "          memory: 128Mi\n", "          memory: 128Mi\n      liven\n", "      liven", "missing `: ` between"),
    ("half key before a mapping", "  labels:\n", "  lab\n  labels:\n", "  lab", "missing `: ` between"),
    ("half key first in an item", "    - name: certs\n", "    - nam\n      name: certs\n", "    - nam", "missing `: ` between"),
    ("key without colon", "  namespace: retail\n", "  namespace retail\n", "  namespace retail", "missing `: ` between"),
    ("key of a mapping without colon", "  labels:\n", "  labels\n", "  labels", "missing `: ` between"),
    ("no space after colon", "image: registry.example.com/shop/web:1.4.2", "image:registry.example.com/shop/web:1.4.2", "      image:registry.example.com/shop/web:1.4.2", "space after `image:`"),
    ("equals sign", "  restartPolicy: Always", "  restartPolicy=Always", "  restartPolicy=Always", "does not separate a key from its value"),
    ("one too deep", "      image: registry.example.com/tools", "       image: registry.example.com/tools", "       image: registry.example.com/tools/certs:7", "wrong indentation: found 7 space"),
    ("one too shallow", "      image: registry.example.com/tools", "     image: registry.example.com/tools", "     image: registry.example.com/tools/certs:7", "wrong indentation: found 5 space"),
    ("first line too deep", "  name: shop\n", "   name: shop\n", "   name: shop", "wrong indentation: found 3 space"),
    ("first line too shallow", "    app: shop\n", "   app: shop\n", "   app: shop", "wrong indentation: found 3 space"),
    ("item too deep", "    - name: certs", "     - name: certs", "     - name: certs", "wrong indentation: found 5 space"),
    ("item too shallow", "    - name: certs", "   - name: certs", "   - name: certs", "wrong indentation: found 3 space"),
    ("two too shallow", "    tier: \"front\"", "  tier: \"front\"", "", ""),
    ("no space after a dash", "    - name: certs", "    -name: certs", "    -name: certs", "a space after its `-`"),
    ("unclosed double quote", "tier: \"front\"", "tier: \"front", "    tier: \"front", "unclosed double quote"),
    ("unclosed single quote", "'it''s open'", "'it''s open", "          value: 'it''s open", "unclosed single quote"),
    ("unclosed double quote at the end", "limit: \"20\"", "limit: \"20", "  limit: \"20", "unclosed double quote"),
    ("unclosed bracket", "\"exec web --port 8080\"]", "\"exec web --port 8080\"", "      command: [\"sh\", \"-c\", \"exec web --port 8080\"", "unclosed `[`"),
    ("bracket just opened", "command: [\"sh\", \"-c\", \"exec web --port 8080\"]", "command: [", "      command: [", "unclosed `[`"),
    ("unclosed quote in brackets", "[\"sh\", \"-c\",", "[\"sh, \"-c\",", "      command: [\"sh, \"-c\", \"exec web --port 8080\"]", ""),
    ("unclosed last quote in brackets", "port 8080\"]", "port 8080]", "      command: [\"sh\", \"-c\", \"exec web --port 8080]", "unclosed double quote"),
    ("unclosed brace", "key: limit}", "key: limit", "            configMapKeyRef: {name: shop, key: limit", "unclosed `{`"),
    ("brace just opened", "configMapKeyRef: {name: shop, key: limit}", "configMapKeyRef: {", "            configMapKeyRef: {", "unclosed `{`"),
    ("missing comma", "name: shop, key", "name: shop key", "            configMapKeyRef: {name: shop key: limit}", "missing `,`"),
    ("tab indentation", "      image: registry.example.com/tools", "\timage: registry.example.com/tools", "\timage: registry.example.com/tools/certs:7", "never with tabs"),
    ("tab before an item", "    - name: certs", "\t- name: certs", "\t- name: certs", "never with tabs"),
    ("tab line", "  restartPolicy: Always\n", "  restartPolicy: Always\n\t\n", "\t", "rejects a tab at the start"),
    ("unclosed template", "image: registry.example.com/shop/web:1.4.2", "image: {{ .Values.image", "      image: {{ .Values.image", "unclosed `{{`"),
    ("template lines", "      ports:\n", "{{- if .Values.ports }}\n      ports:\n", "{{- if .Values.ports }}", "cannot read templates"),
    ("template lines, indented", "        - renew\n", "        - renew\n      {{- end }}\n", "      {{- end }}", "cannot read templates"),
    ("template value", "image: registry.example.com/shop/web:1.4.2", "image: {{ .Values.image }}", "      image: {{ .Values.image }}", "cannot read templates"),
    ("alias without name", "value: 'it''s open'", "value: *", "          value: *", "`*` starts an alias"),
    ("anchor without name", "value: 'it''s open'", "value: &", "          value: &", "`&` starts an anchor"),
    ("cron schedule", "value: 'it''s open'", "value: */5 * * * *", "          value: */5 * * * *", "`*` starts an alias"),
    ("two colons", "value: 'it''s open'", "value: ws: 1", "          value: ws: 1", "second `: `"),
    ("at sign", "value: 'it''s open'", "value: @ws", "          value: @ws", "reserves `@`"),
    ("text after a quote", "value: 'it''s open'", "value: 'it' is open", "          value: 'it' is open", "unexpected content after a value"),
    ("list on the line of its key", "      args:\n        - renew\n", "      args: - renew\n", "      args: - renew", "to the next line"),
    ("duplicate key", "  restartPolicy: Always\n", "  restartPolicy: Always\n  restartPolicy: Never\n", "", ""),
    ("no value yet", "name: GREETING", "name:", "", ""),
    ("lone dash", "    - name: certs\n", "    -\n    - name: certs\n", "", ""),
    ("lone bar", "value: 'it''s open'", "value: |", "", ""),
    ("space before the colon", "  restartPolicy: Always", "  restartPolicy : Always", "", ""),
];

#[test]
fn a_break_costs_little_and_is_reported_once() {
    let intact = keys(SHOP);
    assert!(intact.len() > 35);
    let (mut found, mut total) = (0, 0);
    let mut wrong = Vec::new();
    for &(name, from, to, line, message) in BREAKS {
        assert!(SHOP.contains(from), "{name}");
        let text = SHOP.replacen(from, to, 1);
        let left = keys(&text);
        // What the break itself takes away, or moves by an item, is not asked for.
        let missing: Vec<_> = intact.difference(&left).filter(|path| asked(name, path)).collect();
        let asked = intact.iter().filter(|path| asked(name, path)).count();
        total += asked;
        found += asked - missing.len();
        if !missing.is_empty() {
            eprintln!("{name}: {} keys lost: {missing:?}", missing.len());
        }
        let reported = reported(&text);
        let right = match reported.as_slice() {
            [] => line.is_empty(),
            [(at, said)] => at == line && said.contains(message),
            _ => false,
        };
        if !right {
            wrong.push(format!("{name}: want {line:?} {message:?}, got {reported:#?}"));
        }
    }
    eprintln!("{found} of {total} keys found");
    assert!(found * 1000 >= total * 990, "{found} of {total} keys found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Keys that the break removes or renames are not to be found.
fn asked(name: &str, path: &str) -> bool {
    match name {
        "half key first in a mapping" => !path.contains("limits"),
        "template value" | "unclosed template" => true,
        "two too shallow" => !path.ends_with("tier"),
        "brace just opened" => !path.contains("configMapKeyRef."),
        "lone dash" => !path.contains("containers[1]"),
        _ => true,
    }
}

/// The line of each error, and what it says.
fn reported(text: &str) -> Vec<(String, String)> {
    let mut reported = Vec::new();
    for part in yaml::split(text) {
        for error in yaml::parse(&text[part.span()]).errors() {
            let at = (part.start + error.range.start) as usize;
            let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
            reported.push((text[start..].lines().next().unwrap_or("").to_string(), error.message.clone()));
        }
    }
    reported
}

/// The paths of all keys, with the number of the document.
fn keys(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (number, part) in yaml::split(text).into_iter().enumerate() {
        let tree = yaml::parse(&text[part.span()]);
        if let Some(root) = tree.root() {
            walk(root, &number.to_string(), &mut keys);
        }
    }
    keys
}

fn walk(node: Node<'_>, path: &str, keys: &mut BTreeSet<String>) {
    match node.kind() {
        Kind::Mapping(_) => {
            for entry in node.entries() {
                let path = format!("{path}.{}", entry.key.value());
                walk(entry.value, &path, keys);
                keys.insert(path);
            }
        }
        Kind::Sequence(_) => node.items().enumerate().for_each(|(n, item)| walk(item, &format!("{path}[{n}]"), keys)),
        _ => {}
    }
}

/// A fix that is offered as sure gives back a text without the mistake.
#[test]
fn fixes_work() {
    for &(name, from, to, ..) in BREAKS {
        let text = SHOP.replacen(from, to, 1);
        for part in yaml::split(&text) {
            let tree = yaml::parse(&text[part.span()]);
            for error in tree.errors() {
                let Some((title, edit)) = &error.fix else { continue };
                let mut fixed = tree.text().to_string();
                fixed.replace_range(edit.range.span(), &edit.new_text);
                let left = yaml::parse(&fixed[..]);
                // That kubectl can't read a template is reported once its braces are closed.
                let left: Vec<_> = left.errors().iter().filter(|it| it.kind != SyntaxErrorKind::Template).collect();
                assert!(left.is_empty(), "{name}: {title} leaves {left:?} in\n{fixed}");
            }
        }
    }
}
