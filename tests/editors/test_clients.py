"""The protocol as each editor speaks it, by the capabilities that it announces: also of editors that are not at hand here."""
import asyncio
import json
import os

import pytest
import pytest_lsp
from lsprotocol import converters, types
from pygls.workspace import PositionCodec
from pytest_lsp import client_capabilities

from conftest import EXAMPLE, HERE

# A mistake after letters that UTF-8, UTF-16 and UTF-32 count differently.
TEXT = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - {name: a, args: ["ä𝄞"], imge: b}\n'
MENDED = TEXT.replace("imge", "image")


def capabilities(client):
    """What the editor announces: known to pytest-lsp, or recorded from its `initialize` and kept here."""
    recorded = HERE / "clients" / f"{client}.json"
    if recorded.exists():
        return converters.get_converter().structure(json.loads(recorded.read_text()), types.ClientCapabilities)
    return client_capabilities(client)


CLIENTS = ["neovim@0.7.0", "neovim@0.11.0", "emacs@29.1", "visual_studio_code@1.65.2", *sorted(it.stem for it in (HERE / "clients").glob("*.json"))]


@pytest.mark.parametrize("name", CLIENTS)
def test_podls_at_work(name, podls):
    asyncio.run(session(podls, capabilities(name)))
    podls.check()


async def session(podls, announced):
    """A session as the client has it that announces this."""
    client = pytest_lsp.make_test_lsp_client()
    client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda _: None)
    await client.start_io(str(podls.path))
    started = await client.initialize_session(types.InitializeParams(capabilities=announced, process_id=os.getpid(), root_uri=None))
    codec = PositionCodec(started.capabilities.position_encoding or "utf-16")
    uri = EXAMPLE.parent.as_uri() + "/letters.yaml"
    document = types.TextDocumentIdentifier(uri)
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "yaml", 0, TEXT)))

    async def diagnostics():
        if started.capabilities.diagnostic_provider:
            report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
            return report.items
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return client.diagnostics[uri]

    (finding,) = await diagnostics()
    assert finding.code == "unknown-field"
    assert underlined(codec, TEXT, finding.range) == "imge"

    context = types.CodeActionContext(diagnostics=[finding], only=[types.CodeActionKind.QuickFix])
    fix, here, in_file = await client.text_document_code_action_async(types.CodeActionParams(document, finding.range, context))
    assert apply(codec, TEXT, edits(fix.edit, uri, announced)) == MENDED
    assert "# podls: allow(unknown-field)\n" in apply(codec, TEXT, edits(here.edit, uri, announced))
    assert apply(codec, TEXT, edits(in_file.edit, uri, announced)) == f"# podls: allow-file(unknown-field)\n{TEXT}"

    whole = types.TextDocumentContentChangeWholeDocument(MENDED)
    client.text_document_did_change(types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(1, uri), [whole]))
    assert not await diagnostics()

    place = types.Position(4, 4)
    hover = await client.text_document_hover_async(types.HoverParams(document, place))
    assert "containers" in hover.contents.value
    completion = await client.text_document_completion_async(types.CompletionParams(document, types.Position(4, 12)))
    items = completion if isinstance(completion, list) else completion.items
    containers = next(item for item in items if item.label == "containers")
    if not announced.text_document.completion.completion_item.snippet_support:
        assert all(item.insert_text_format != types.InsertTextFormat.Snippet for item in items)
    if announced.text_document.completion.completion_item.resolve_support:
        resolved = await client.completion_item_resolve_async(containers)
        assert resolved.documentation
    await client.shutdown_session()
    await client.stop()


# Objects that name each other, with letters that encodings count differently before a name.
OBJECTS = """apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: fast}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: web
    image: nginx:1.29
    command: ["sh", "-c", "echo ä𝄞 $MODE"]
    resources: {limits: {memory: "134217728"}}
    env: [{name: "MODE", valueFrom: {configMapKeyRef: {name: settings, key: mode}}}]
    volumeMounts: [{mountPath: /ä𝄞, name: data}]
  volumes:
  - {name: data, emptyDir: {}}
"""
# A mount of the volume `data`, and the reference to the ConfigMap.
MOUNT, REFERENCE = "name: data}]", "name: settings, key"


@pytest.mark.parametrize("name", CLIENTS)
def test_all_features(name, podls):
    """Each feature that podls offers to a client is asked for; `check` holds the answers against the protocol."""
    asyncio.run(features(podls, capabilities(name)))
    podls.check()


async def features(podls, announced):
    client = pytest_lsp.make_test_lsp_client()
    client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda _: None)
    await client.start_io(str(podls.path))
    started = await client.initialize_session(types.InitializeParams(capabilities=announced, process_id=os.getpid(), root_uri=None))
    offered = started.capabilities
    codec = PositionCodec(offered.position_encoding or "utf-16")
    uri = EXAMPLE.parent.as_uri() + "/objects.yaml"
    document = types.TextDocumentIdentifier(uri)
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "yaml", 0, OBJECTS)))

    def position(text):
        before = OBJECTS[: OBJECTS.index(text) + len("name: ")]
        line = before.count("\n")
        return codec.position_to_client_units(OBJECTS.splitlines(keepends=True), types.Position(line, len(before) - before.rfind("\n") - 1))

    everything = types.Range(types.Position(0, 0), types.Position(OBJECTS.count("\n"), 0))
    announces_links = announced.text_document.definition and announced.text_document.definition.link_support
    for text, defined in [(MOUNT, "data"), (REFERENCE, "settings")]:
        place = position(text)
        (found,) = await client.text_document_definition_async(types.DefinitionParams(document, place))
        range_ = found.target_selection_range if isinstance(found, types.LocationLink) else found.range
        assert underlined(codec, OBJECTS, range_) == defined
        assert isinstance(found, types.LocationLink) == bool(announces_links)
        context = types.ReferenceContext(include_declaration=True)
        references = await client.text_document_references_async(types.ReferenceParams(context, document, place))
        assert {underlined(codec, OBJECTS, it.range) for it in references} == {defined} and len(references) == 2
        highlights = await client.text_document_document_highlight_async(types.DocumentHighlightParams(document, place))
        assert {underlined(codec, OBJECTS, it.range) for it in highlights} == {defined}
    renamed = await client.text_document_rename_async(types.RenameParams(document, position(MOUNT), "files"))
    assert apply(codec, OBJECTS, edits(renamed, uri, announced)) == OBJECTS.replace("name: data", "name: files")

    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    nested = announced.text_document.document_symbol.hierarchical_document_symbol_support
    assert all(isinstance(it, types.DocumentSymbol if nested else types.SymbolInformation) for it in symbols)
    if offered.folding_range_provider:
        assert await client.text_document_folding_range_async(types.FoldingRangeParams(document))
    if offered.selection_range_provider:
        assert await client.text_document_selection_range_async(types.SelectionRangeParams(document, [position(MOUNT)]))
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("web"))
    assert [it.name for it in found] == ["Pod web"]
    if offered.inlay_hint_provider:
        hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, everything))
        assert any("128Mi" in str(hint.label) for hint in hints)
    tokens = offered.semantic_tokens_provider
    if tokens and tokens.full:
        answer = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
        assert answer.data and len(answer.data) % 5 == 0
        assert max(answer.data[3::5]) < len(tokens.legend.token_types)
    if tokens and tokens.range:
        assert (await client.text_document_semantic_tokens_range_async(types.SemanticTokensRangeParams(document, everything))).data
    if offered.document_link_provider:
        links = await client.text_document_document_link_async(types.DocumentLinkParams(document))
        assert [link.target for link in links] == ["https://hub.docker.com/_/nginx"]
    if offered.code_lens_provider:
        lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
        assert any("mount" in lens.command.title for lens in lenses)
    at = position("name: web, labels")
    context = types.CodeActionContext(diagnostics=[], only=[types.CodeActionKind.Refactor])
    actions = await client.text_document_code_action_async(types.CodeActionParams(document, types.Range(at, at), context))
    assert all(action.kind.startswith("refactor") for action in actions or [])
    await client.shutdown_session()
    await client.stop()


def edits(edit, uri, announced):
    """The edits of the one file, in the form that the client announces."""
    support = announced.workspace and announced.workspace.workspace_edit
    if support and support.document_changes:
        (change,) = edit.document_changes
        assert change.text_document.uri == uri
        return change.edits
    assert list(edit.changes) == [uri]
    return edit.changes[uri]


def offset(codec, text, position):
    """Where a position is in the text, in characters."""
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: position.line])) + codec.position_from_client_units(lines, position).character


def underlined(codec, text, range_):
    return text[offset(codec, text, range_.start) : offset(codec, text, range_.end)]


def apply(codec, text, changes):
    for change in sorted(changes, key=lambda it: (it.range.start.line, it.range.start.character), reverse=True):
        text = text[: offset(codec, text, change.range.start)] + change.new_text + text[offset(codec, text, change.range.end) :]
    return text
