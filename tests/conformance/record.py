#!/usr/bin/env python3
"""record.py --oracles DIR --bases DIR --in CASES.ndjson... --out CASES.ndjson[.gz]: what the API server of each release answers.

A recorded case: {"id","op","base","edit","path","line","expect","differs"}. "edit" [from, to, text] makes the text out of its base (bytes).
"expect" is the answer of the newest release: "accepted" (false if one document is refused), "errors" and "then" (what validation says
after a decoding error) as {"class","field","message"}, "warnings", and "lines": the 0-based lines of the fields that the server names, and
of the edit. "differs" holds the answers of the older releases that are not the same. The cases "base/NAME" are the bases themselves.
Cases that hold no workload are left out. The first line names the releases.
"""
import argparse, glob, gzip, json, os, re, subprocess
import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def plain(field):
    """A field path without the keys of maps, which the server prints in brackets."""
    return re.sub(r"\[(?!\d+\])[^\]]*\]", "", field or "").strip(".")


def lines_of(docs, fields):
    """The lines of fields: of their key, and of the first line of their value. A field that is missing is where its parent is."""
    out = set()
    for field in fields:
        for doc in docs:
            node, lines = doc, set()
            for part in re.findall(r"\[\d+\]|[^.\[\]]+", field):
                if part.startswith("[") and isinstance(node, yaml.SequenceNode) and int(part[1:-1]) < len(node.value):
                    node = node.value[int(part[1:-1])]
                    lines = {node.start_mark.line}
                elif isinstance(node, yaml.MappingNode) and (hit := [kv for kv in node.value if kv[0].value == part]):
                    lines, node = {hit[-1][0].start_mark.line, hit[-1][1].start_mark.line}, hit[-1][1]
                else:
                    break
            out |= lines
    return out


def flat(case, docs, parsed):
    if not any(d["accepted"] is not None for d in docs):
        return None
    out = {"accepted": not any(d["accepted"] is False for d in docs)}
    for k in ("errors", "then"):
        every = [{"class": e["class"], "field": e.get("field", ""), "message": e["message"][:100]} for d in docs for e in d.get(k) or []]
        # The server walks maps in any order.
        out[k] = sorted(every, key=lambda e: (e["field"], e["message"]))
    out["warnings"] = sorted(w for d in docs for w in d.get("warnings") or [])
    named = {plain(e["field"]) for e in out["errors"] + out["then"]} - {""}
    out["lines"] = sorted(lines_of(parsed, named) | ({case["line"]} if case["line"] is not None else set()))
    return {k: v for k, v in out.items() if v != []}


def ask(binary, cases):
    lines = "\n".join(json.dumps({"id": c["id"], "yaml": c["yaml"]}) for c in cases)
    r = subprocess.run([binary], input=lines, text=True, capture_output=True)
    if r.returncode:
        raise SystemExit(f"{binary}: {r.stderr[-2000:]}")
    return [json.loads(line)["docs"] for line in r.stdout.splitlines()]


def edit(base, text):
    """The shortest edit that makes one text out of another."""
    a, b = base.encode(), text.encode()
    n = min(len(a), len(b))
    start = next((i for i in range(n) if a[i] != b[i]), n)
    n -= start
    tail = next((i for i in range(n) if a[-1 - i] != b[-1 - i]), n)
    # Not within a character.
    while start and any(start < len(x) and x[start] & 0xC0 == 0x80 for x in (a, b)):
        start -= 1
    while tail and a[len(a) - tail] & 0xC0 == 0x80:
        tail -= 1
    return [start, len(a) - tail, b[start : len(b) - tail].decode()]


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--oracles", required=True)
    a.add_argument("--bases", required=True)
    a.add_argument("--in", dest="src", required=True, nargs="+")
    a.add_argument("--out", required=True)
    o = a.parse_args()
    texts = {f: open(os.path.join(o.bases, f), encoding="utf-8", newline="").read() for f in sorted(os.listdir(o.bases))}
    cases = [{"id": "base/" + f, "op": "base", "base": f, "path": "", "line": None, "yaml": t} for f, t in texts.items()]
    seen = set(texts.values())
    for c in (json.loads(line) for p in o.src for line in open(p)):
        if c["yaml"] not in seen:
            seen.add(c["yaml"])
            cases.append(c)
    cases.sort(key=lambda c: (c["base"], c["id"]))
    releases = {re.search(r"oracle-(1\.\d+)$", b)[1]: b for b in glob.glob(os.path.join(o.oracles, "oracle-1.*"))}
    newest = max(releases, key=lambda v: int(v.split(".")[1]))
    answers = {v: ask(b, cases) for v, b in sorted(releases.items())}
    n, out = {True: 0, False: 0}, []
    for i, c in enumerate(cases):
        try:
            parsed = list(yaml.compose_all(c["yaml"], Loader=Loader))
        except yaml.YAMLError:
            parsed = []
        each = {v: flat(c, docs[i], parsed) for v, docs in answers.items()}
        if None in each.values():
            continue
        c["edit"] = edit(texts[c["base"]], c.pop("yaml"))
        c["expect"] = each[newest]
        if differs := {v: x for v, x in each.items() if x != c["expect"]}:
            c["differs"] = differs
        n[c["expect"]["accepted"]] += 1
        out.append(json.dumps(c, ensure_ascii=False, separators=(",", ":")))
    names = sorted(releases, key=lambda v: int(v.split(".")[1]))
    out.insert(0, json.dumps({"releases": names}))
    packed = "\n".join(out).encode() + b"\n"
    with open(o.out, "wb") as f:
        f.write(gzip.compress(packed, 9, mtime=0) if o.out.endswith(".gz") else packed)
    print(f"{len(out) - 1} cases, {newest}: {n[True]} accepted, {n[False]} refused; releases {', '.join(names)}; {os.path.getsize(o.out)} bytes")


if __name__ == "__main__":
    main()
