#!/usr/bin/env python3
"""mutate.py --bases DIR... --schema SWAGGER.json --seed N --per K --out CASES.ndjson

Makes wrong (and some still right) manifests out of right ones by one edit each, in the text itself, so that comments, quoting
and layout stay as written. Nothing here decides what is wrong: record.py asks the oracle. Needs PyYAML. SWAGGER.json is
`api/openapi-spec/swagger.json` of Kubernetes; oracle/build puts it beside the oracle.
A case: {"id","op","base","path","line","yaml"}; path is the edited field as the API server prints it, line its 0-based line in
the mutated text (null where the field is gone).
"""
import argparse, collections, json, os, random, re, sys
import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

INTS = ["-1", "0", "1", "2", "100", "101", "32768", "65535", "65536", "2147483647", "2147483648", "9223372036854775808", "1.0", "1.5", "1e3",
        "0x10", "0o17", "017", '"5"', "abc", "~", "true", "+5", "1_000", "''", "[5]", "{a: 5}"]
QUANTITIES = ["1g", "1Gb", '"1 Gi"', "-1", "0", "1e3", "1E", "1.5", "0.5m", "100n", "1k", "1K", "m", '""', '"1,5"', "1Gi1", "0.1", "1e-3", ".5", "5.", "+1",
              "1Mi", "100M", "1e20", "99999999999999999999", "~", "true", "[1]", "{a: 1}", "64Mib", "512MB", "250mb", "1Ei", "9E", "0.0001"]
INT_OR_STRING = ["http", "HTTP", "a-b", "a_b", "50%", '"50%"', "101%", "-1", "-5%", '""', "0", "65536", '"80"', "sixteen-letters-x", "5.5%", "1.5", "true", "~",
                 "a--b", "1a", "-a", "99999999999", "[80]"]
BOOLS = ['"true"', "yes", "on", "off", "1", "True", "TRUE", "y", "~", "0", "maybe", "[true]", "{}"]
STRINGS = ['""', '" x"', "a b", "A", "a_b", "-a", "a-", "a.b", ".a", "a..b", '"123"', "123", "1.5", "true", "null", "~", "'é'", "$(X)", "/abs", "rel/path", "../up", "/a/../b",
           "a/b", "a:b", "a" * 16, "a" * 63, "a" * 64, "a" * 253, "a" * 254, "[a]", "{a: b}", "2001-01-01", "0x1F", "'*'", "http://x", "example.com/x", "K=V", "99999", "-"]


def json_text(node):
    """A node as flow text (JSON is YAML)."""
    return json.dumps(construct(node), default=str)


def construct(node):
    try:
        return yaml.constructor.SafeConstructor().construct_document(node)
    except Exception:
        return None


def end_of(text, node):
    """Where the node's own text ends, without the blank lines and comments after it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return max(end_of(text, node.value[-1][1]), node.value[-1][0].end_mark.index)
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return end_of(text, node.value[-1])
    e = node.end_mark.index
    while e > node.start_mark.index and text[e - 1] in " \t\r\n":
        e -= 1
    return e


class Schema:
    def __init__(self, path):
        self.defs = json.load(open(path))["definitions"]
        self.by_kind = {}
        for kind in "Pod PodTemplate ReplicationController".split():
            self.by_kind["v1", kind] = "io.k8s.api.core.v1." + kind
        for kind in "Deployment StatefulSet DaemonSet ReplicaSet".split():
            self.by_kind["apps/v1", kind] = "io.k8s.api.apps.v1." + kind
        for kind in "Job CronJob".split():
            self.by_kind["batch/v1", kind] = "io.k8s.api.batch.v1." + kind

    def objects(self, doc):
        """The objects of a document: itself, or the items of a List."""
        top = construct(doc)
        if isinstance(top, dict) and top.get("kind") == "List":
            return [item for key, value in doc.value if key.value == "items" for item in value.value]
        return [doc]

    def sites(self, doc):
        top = construct(doc)
        name = isinstance(top, dict) and self.by_kind.get((top.get("apiVersion"), top.get("kind")))
        return list(walk(self, doc, {"$ref": "#/definitions/" + name}, "", "")) if name else []

    def resolve(self, s):
        while s and "$ref" in s:
            s = dict(self.defs[s["$ref"].split("/")[-1]], _name=s["$ref"].split("/")[-1])
        if s and s.get("format") == "int-or-string":
            s = dict(s, _name="IntOrString")
        return s or {}


class Site:
    """One node of a base with its paths, type and surroundings."""
    __slots__ = "path generic type key node parent parent_type grand seq index".split()

    def __init__(self, **k):
        for s in self.__slots__:
            setattr(self, s, k.get(s))


def walk(schema, node, stype, path, generic, parent=None, parent_type=None, key=None, grand=None, seq=None, index=None):
    stype = schema.resolve(stype)
    yield Site(path=path, generic=generic, type=stype, key=key, node=node, parent=parent, parent_type=parent_type, grand=grand, seq=seq, index=index)
    if isinstance(node, yaml.MappingNode):
        props = stype.get("properties", {})
        extra = stype.get("additionalProperties")
        for k, v in node.value:
            name = getattr(k, "value", "?")
            sub = props.get(name) or (extra if isinstance(extra, dict) else {})
            p = f"{path}.{name}" if path else name
            g = (generic + "." if generic else "") + (name if name in props else "*" if extra else name)
            yield from walk(schema, v, sub, p, g, node, stype, k, parent)
    elif isinstance(node, yaml.SequenceNode):
        for i, v in enumerate(node.value):
            yield from walk(schema, v, stype.get("items", {}), f"{path}[{i}]", generic + "[]", parent, parent_type, None, grand, node, i)


def typos(r, name):
    i = r.randrange(len(name))
    out = [name[:i] + name[i + 1:], name[:i] + name[i] + name[i:], name[:1].swapcase() + name[1:], name.lower(), name.upper(),
           re.sub(r"([A-Z])", r"_\1", name).lower(), re.sub(r"([A-Z])", r"-\1", name).lower(), name[:-1] if name.endswith("s") else name + "s",
           name[:i] + r.choice("abcdefghijklmnopqrstuvwxyz") + name[i + 1:], f'"{name} "']
    if i + 1 < len(name):
        out += [name[:i] + name[i + 1] + name[i] + name[i + 2:]] * 2
    out = [o for o in out if o not in (name, "")]
    return r.choice(out)


def scalar_variants(site, bank):
    t, v = site.type, site.node.value
    name = t.get("_name") or ""
    if name.endswith("Quantity"):
        return QUANTITIES
    if name.endswith("IntOrString"):
        return INT_OR_STRING
    kind = t.get("type")
    if kind in ("integer", "number"):
        return INTS
    if kind == "boolean":
        return BOOLS
    own = [v.upper(), v.lower(), v.capitalize(), v + "_", v + "-", "-" + v, "." + v, "/" + v, v.lstrip("/"), v + "/..", v + "x", v[:-1], f'" {v}"', f'"{v} "', v + "/", v + ":", v + "." + v]
    own = [json.dumps(o) if not o.startswith('"') else o for o in own if o != v]
    return STRINGS + own * 2 + [json.dumps(o) for o in bank.get(site.generic.split(".")[-1], []) if o != v] * 2


def cut(text, a, b):
    """Removes text[a:b], and the line itself when nothing but spaces is left on it."""
    start = text.rfind("\n", 0, a) + 1
    stop = text.find("\n", b)
    stop = len(text) if stop < 0 else stop + 1
    if text[start:a].strip() == "" and text[b:stop].strip() == "":
        return text[:start] + text[stop:]
    return text[:a] + text[b:]


def line_of(text, index):
    return text.count("\n", 0, index)


def insert_pair(text, mapping, pair):
    """text with `pair` as the first entry of a mapping, and the index where it is; None where there's no room."""
    if not mapping.value:
        return None
    at = mapping.value[0][0].start_mark
    if mapping.flow_style:
        return text[:at.index] + pair + ", " + text[at.index:], at.index
    if at.index and text[at.index - 1] not in " \n":
        return None
    return text[:at.index] + pair + "\n" + " " * at.column + text[at.index:], at.index


def text_ops(r, text):
    """Edits of the bare text: what a hand does wrong in YAML itself."""
    lines = text.split("\n")
    n = r.choice([i for i, l in enumerate(lines) if l.strip() and not l.strip().startswith("#")])
    l = lines[n]
    ind = len(l) - len(l.lstrip())
    ops = {
        "tab": lambda: "\t" * max(1, ind // 2) + l.lstrip() if ind else None,
        "indent+1": lambda: " " + l,
        "indent+2": lambda: "  " + l,
        "indent-1": lambda: l[1:] if ind else None,
        "indent-2": lambda: l[2:] if ind > 1 else None,
        "no-colon": lambda: l.replace(":", "", 1) if ":" in l else None,
        "no-space-after-colon": lambda: l.replace(": ", ":", 1) if ": " in l else None,
        "space-before-colon": lambda: l.replace(":", " :", 1) if ":" in l else None,
        "double-colon": lambda: l.replace(":", "::", 1) if ":" in l else None,
        "equals": lambda: l.replace(": ", " = ", 1) if ": " in l else None,
        "no-dash": lambda: l.replace("- ", "  ", 1) if l.lstrip().startswith("- ") else None,
        "dash-no-space": lambda: l.replace("- ", "-", 1) if l.lstrip().startswith("- ") else None,
        "extra-dash": lambda: l[:ind] + "- " + l[ind:],
        "open-quote": lambda: l.replace(": ", ': "', 1) if ": " in l and '"' not in l else None,
        "close-quote-lost": lambda: l[::-1].replace('"', "", 1)[::-1] if '"' in l else None,
        "open-bracket": lambda: l.replace(": ", ": [", 1) if re.search(r": [^\[{|>&]", l) else None,
        "bracket-lost": lambda: re.sub(r"[\]}]", "", l, count=1) if re.search(r"[\]}]", l) else None,
        "trailing-colon": lambda: l + ":",
        "at-sign": lambda: l.replace(": ", ": @", 1) if ": " in l else None,
        "percent": lambda: l.replace(": ", ": %", 1) if ": " in l else None,
        "alias": lambda: l.replace(": ", ": *nowhere ", 1) if ": " in l else None,
        "template": lambda: re.sub(r": .*", ": {{ .Values.x }}", l) if ": " in l else None,
        "half-line": lambda: l[: ind + r.randrange(1, max(2, len(l) - ind))],
        "key-only": lambda: l.split(":")[0] if ":" in l else None,
        "comment-glued": lambda: l + "#x",
        "separator": lambda: "---\n" + l,
        "document-end": lambda: l + "\n...",
        "comment-value": lambda: l.replace(": ", ": #", 1) if ": " in l else None,
    }
    whole = {"crlf": text.replace("\r", "").replace("\n", "\r\n"), "bom": "\ufeff" + text, "leading-separator": "---\n" + text, "trailing-separator": text + "---\n", "directive": "%YAML 1.2\n---\n" + text,
             "no-final-newline": text.rstrip("\n"), "trailing-spaces": "\n".join(x + "  " for x in lines), "cr": text.replace("\r", "").replace("\n", "\r")}
    if r.random() < 0.1:
        op = r.choice(sorted(whole))
        return "text/" + op, whole[op], None
    op = r.choice(sorted(ops))
    new = ops[op]()
    if new is None or new == l:
        return None
    lines[n] = new
    return "text/" + op, "\n".join(lines), n


def mutations(r, schema, text, doc, bank, examples):
    """Yields (op, site, text, line) for one object of a base."""
    for s in schema.sites(doc):
        n = s.node
        a, b = n.start_mark.index, end_of(text, n)
        if s.key is not None:
            ka, kb = s.key.start_mark.index, s.key.end_mark.index
            key = s.key.value
            for _ in range(2):
                t = typos(r, key)
                if text[ka] == '"' and not t.startswith('"'):
                    t = f'"{t}"'
                yield "key/typo", s, text[:ka] + t + text[kb:], line_of(text, ka)
            if s.parent.flow_style:
                m = re.compile(r"\s*,\s*").match(text, b)
                yield "key/delete", s, text[:ka] + text[(m.end() if m else b):], None
            else:
                yield "key/delete", s, cut(text, ka, max(b, s.key.end_mark.index + 1)), None
            ins = insert_pair(text, s.parent, f"{key}: {json_text(n)}")
            if ins:
                yield "key/duplicate", s, ins[0], None
            if s.grand is not None and isinstance(s.grand, yaml.MappingNode):
                gone = cut(text, ka, max(b, kb + 1)) if not s.parent.flow_style else None
                if gone and s.grand.value[0][0].start_mark.index < ka:
                    ins = insert_pair(gone, s.grand, f"{key}: {json_text(n)}")
                    if ins:
                        yield "key/moved-up", s, ins[0], line_of(ins[0], ins[1])
        if isinstance(n, yaml.ScalarNode) and n.style not in ("|", ">"):
            for v in r.sample(scalar_variants(s, bank), 4):
                yield "value/changed", s, text[:a] + v + text[b:], line_of(text, a)
            yield "value/to-null", s, text[:a] + "" + text[b:], line_of(text, a)
        elif isinstance(n, (yaml.MappingNode, yaml.SequenceNode)) and s.key is not None:
            ins = r.choice(["5", "text", "true", "~", "[]", "{}", "[1]", "{a: b}", '""', "[~]", "[{}]", "[a, a]"])
            yield "value/other-type", s, text[:a] + ins + text[b:], line_of(text, a)
            if isinstance(n, yaml.SequenceNode):
                yield "value/list-to-map", s, text[:a] + json.dumps(construct(n)[0] if construct(n) else {}, default=str) + text[b:], line_of(text, a)
            else:
                yield "value/map-to-list", s, text[:a] + json.dumps([construct(n)], default=str) + text[b:], line_of(text, a)
        if s.seq is not None and not s.seq.flow_style:
            dash = text.rfind("-", 0, a)
            if text[dash + 1:a].strip() == "" and text[text.rfind("\n", 0, dash) + 1:dash].strip(" -") == "":
                col = dash - (text.rfind("\n", 0, dash) + 1)
                yield "item/duplicate", s, text[:b] + "\n" + " " * col + text[dash:b] + text[b:], None
                yield "item/delete", s, cut(text, dash, b), None
                yield "item/null", s, text[:dash + 1] + text[b:], line_of(text, dash)
        if isinstance(n, yaml.MappingNode) and n.value:
            have = {k.value for k, _ in n.value}
            props = s.type.get("properties", {})
            own = [k for k in props if k not in have and (s.type.get("_name"), k) in examples]
            for k in r.sample(own, min(3, len(own))):
                ins = insert_pair(text, n, f"{k}: {json.dumps(r.choice(examples[s.type.get('_name'), k]), default=str)}")
                if ins:
                    yield "field/added", Site(path=(s.path + "." if s.path else "") + k, generic=(s.generic + "." if s.generic else "") + k), ins[0], line_of(ins[0], ins[1])
            if props:
                ty, k = r.choice(list(examples))
                if k not in props and k not in have:
                    ins = insert_pair(text, n, f"{k}: {json.dumps(r.choice(examples[ty, k]), default=str)}")
                    if ins:
                        yield "field/foreign", Site(path=(s.path + "." if s.path else "") + k, generic=s.generic + ".?"), ins[0], line_of(ins[0], ins[1])
            elif s.type.get("additionalProperties"):
                k = r.choice(["-a", "a/b/c", "a" * 64, "x.y/" + "a" * 64, "é", "a b", "_a", "/a", "a/", "A.b/c", "1", "true", "app.kubernetes.io/name", "example.com/Gpu", "cpu", "memory", "hugepages-2Mi",
                              "ephemeral-storage", "nvidia.com/gpu", "kubernetes.io/x", "requests.cpu"])
                v = r.choice(['"1"', "1", "true", '"a b"', '"-"', '""', '"' + "a" * 64 + '"', "[a]", "~", "1Gi", "1.5"])
                ins = insert_pair(text, n, f"{json.dumps(k)}: {v}")
                if ins:
                    yield "map/entry", Site(path=f"{s.path}[{k}]", generic=s.generic + ".*"), ins[0], line_of(ins[0], ins[1])
    for _ in range(25):
        m = text_ops(r, text)
        if m:
            yield m[0], Site(path="", generic=m[0]), m[1], m[2]


def bases(schema, dirs):
    for d in dirs:
        for folder, _, files in sorted(os.walk(d)):
            for f in sorted(files):
                if f.endswith((".yaml", ".yml", ".json")):
                    p = os.path.join(folder, f)
                    try:
                        text = open(p, encoding="utf-8", newline="").read()
                        docs = [x for d in yaml.compose_all(text, Loader=Loader) if d is not None for x in schema.objects(d)]
                    except Exception:
                        continue
                    if docs and "\t" not in text and len(text) < 20000:
                        yield os.path.relpath(p, d), text, docs


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--bases", nargs="+", required=True)
    a.add_argument("--schema", required=True)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--per", type=int, default=1, help="cases for each operator and generic path")
    a.add_argument("--limit", type=int, default=10**9)
    a.add_argument("--out", required=True)
    o = a.parse_args()
    r, schema = random.Random(o.seed), Schema(o.schema)
    loaded = list(bases(schema, o.bases))
    bank, examples = collections.defaultdict(list), collections.defaultdict(list)
    for _, text, docs in loaded:
        for doc in docs:
            for s in schema.sites(doc):
                if s.key is not None and s.parent_type and s.key.value in s.parent_type.get("properties", {}) and len(examples[s.parent_type.get("_name"), s.key.value]) < 12:
                    examples[s.parent_type.get("_name"), s.key.value].append(construct(s.node))
                if isinstance(s.node, yaml.ScalarNode) and s.type.get("type") == "string" and s.node.value not in bank[s.generic.split(".")[-1]][:12]:
                    bank[s.generic.split(".")[-1]].append(s.node.value)
    strata, seen = collections.defaultdict(list), set()
    for name, text, docs in loaded:
        for doc in docs:
            for op, site, new, line in mutations(r, schema, text, doc, bank, examples):
                if new == text or hash(new) in seen:
                    continue
                seen.add(hash(new))
                generic = re.sub(r"^.*?((initC|c)ontainers\[\]|podSpec)", "C", site.generic or "")
                stratum = strata[op, generic]
                keep = o.per * (4 if op == "value/changed" else 2 if op == "key/typo" else 40 if op.startswith("text/") else 1)
                item = (op, site.path, line, name, new)
                if len(stratum) < keep:
                    stratum.append(item)
                elif r.random() < 0.15:
                    stratum[r.randrange(keep)] = item
    flat = [i for k in sorted(strata) for i in strata[k]]
    r.shuffle(flat)
    with open(o.out, "w") as f:
        for i, (op, path, line, name, new) in enumerate(flat[:o.limit]):
            f.write(json.dumps({"id": f"{o.seed}-{i:05}", "op": op, "base": name, "path": path, "line": line, "yaml": new}) + "\n")
    print(len(flat), "made,", min(len(flat), o.limit), "written;", collections.Counter(i[0].split("/")[0] for i in flat))


if __name__ == "__main__":
    main()
