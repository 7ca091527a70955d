#!/usr/bin/env python3
"""validate.py LOG: checks every server message of a log of tap.py against LSP 3.18 (pip install lsprotocol).

Reports unknown methods, unknown or missing properties, wrong types and enum values, answers to requests that were never
made, and requests left unanswered. Exit code 1 when there is any. Stricter than editors: they forgive most of this.
"""
import collections
import collections.abc
import enum
import json
import re
import sys
import types
import typing

import attrs
import lsprotocol.types as lsp


def camel(name):
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(w[:1].upper() + w[1:] for w in rest)


# Enumerations that allow values of one's own.
OPEN_ENUMS = {"CodeActionKind", "FoldingRangeKind", "SemanticTokenTypes", "SemanticTokenModifiers", "PositionEncodingKind",
              "LanguageKind", "ErrorCodes", "LSPErrorCodes", "WatchKind"}


def check(kind, value, path):
    """Problems of a JSON value against a Python type of lsprotocol; [] when it fits."""
    origin = typing.get_origin(kind)
    if kind is typing.Any or kind is object:
        return []
    if origin in (typing.Union, types.UnionType):
        tries = [check(k, value, path) for k in typing.get_args(kind)]
        return min(tries, key=len)
    if origin is typing.Literal:
        return [] if value in typing.get_args(kind) else [f"{path}: {value!r} is not {typing.get_args(kind)}"]
    if origin is tuple:
        fits = isinstance(value, list) and len(value) == len(typing.get_args(kind))
        return [] if fits else [f"{path}: no tuple"]
    if origin in (list, collections.abc.Sequence):
        if not isinstance(value, list):
            return [f"{path}: no array"]
        return [p for v in value for p in check(typing.get_args(kind)[0], v, path + "[]")]
    if origin in (dict, collections.abc.Mapping):
        if not isinstance(value, dict):
            return [f"{path}: no map"]
        return [p for v in value.values() for p in check(typing.get_args(kind)[1], v, path + ".*")]
    if kind is type(None) or kind is None:
        return [] if value is None else [f"{path}: not null"]
    if attrs.has(kind):
        if not isinstance(value, dict):
            return [f"{path}: no object"]
        attrs.resolve_types(kind)
        fields = {camel(f.name): f for f in attrs.fields(kind)}
        bad = [f"{path}.{k}: not in the specification" for k in value if k not in fields]
        for name, f in fields.items():
            if name in value:
                bad += check(f.type, value[name], f"{path}.{name}") or against(f, value[name], f"{path}.{name}")
                if value[name] is None and f.default is None and name not in MAY_BE_NULL:
                    bad.append(f"{path}.{name}: null where it may only be absent")
            elif f.default is attrs.NOTHING:
                bad.append(f"{path}.{name}: missing")
        return bad
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        known = [m.value for m in kind]
        return [] if value in known or kind.__name__ in OPEN_ENUMS else [f"{path}: {value!r} is no {kind.__name__}"]
    if kind is int:
        fits = isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31
    elif kind is float:
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
    else:
        fits = isinstance(value, kind)
    return [] if fits else [f"{path}: {value!r:.60} is no {kind.__name__}"]


def against(field, value, path):
    """Problems that the field's own validator sees (the range of numbers), and addresses without a scheme."""
    if field.name.lower().endswith("uri") and isinstance(value, str) and not re.match(r"[a-zA-Z][\w+.-]*:", value):
        return [f"{path}: {value!r} is no URI"]
    try:
        if field.validator and isinstance(value, (int, float, str)):
            field.validator(None, field, value)
    except Exception as e:
        return [f"{path}: {e.args[0]}"]
    return []


# Absent in Python and null on the wire are one thing to lsprotocol; these are the fields that may really be null.
MAY_BE_NULL = {"result", "version", "processId", "rootPath", "rootUri", "workspaceFolders", "activeParameter", "data", "id"}


def findings(path):
    """How many server messages the log holds, and what is wrong with them: each kind of problem with its count."""
    asked = {"client": {}, "server": {}}
    problems, checked = collections.Counter(), 0
    for line in open(path, encoding="utf-8"):
        entry = json.loads(line)
        if "ended" in entry:
            continue
        who, message = entry["from"], entry["message"]
        other = "server" if who == "client" else "client"
        method = message.get("method")
        if method and "id" in message:
            asked[who][message["id"]] = method
        elif not method:
            method = asked[other].pop(message.get("id"), None)
        if who != "server":
            continue
        checked += 1
        kinds = lsp.METHOD_TO_TYPES.get(method)
        if method is None:
            found = [f"answer to request {message.get('id')!r}, which was never made"]
        elif kinds is None:
            found = [] if method.startswith("$/") else ["method not in the specification"]
        elif "method" in message:
            found = check(kinds[0], message, "message")
        elif "error" in message:
            found = check(lsp.ResponseError, message["error"], "error")
        else:
            found = check(kinds[1], message, "message") if "result" in message else ["neither result nor error"]
        problems.update(f"{method}  {problem}" for problem in found)
    # An editor that goes away need not wait for the answer to its last word.
    problems.update(f"{method}  request {i!r} was never answered" for i, method in asked["client"].items() if method != "shutdown")
    return checked, problems


if __name__ == "__main__":
    checked, problems = findings(sys.argv[1])
    for problem, count in problems.items():
        print(f"{count:4} x {problem}")
    print(f"{checked} server messages checked, {len(problems)} kinds of problem")
    sys.exit(bool(problems))
