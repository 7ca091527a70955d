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

    context = types.CodeActionContext(diagnostics=[finding])
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
