//! Completion: from the document alone where that is enough, else from all others too.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tower_lsp_server::jsonrpc::Result;

use super::ask::AT_ONCE;
use super::backend::Backend;
use super::names::NamesAround;
use super::session::Place;
use super::types::*;
use super::{from_proto, setup, to_proto};
use crate::analysis::Document;
use crate::ide;

impl Backend {
    /// Completes what is typed at a position.
    pub async fn complete(&self, position: TextDocumentPositionParams) -> Result<Option<CompletionResponse>> {
        const METHOD: &str = "textDocument/completion";
        let TextDocumentPositionParams { text_document, position } = position;
        let Some(place) = self.session.place(&text_document.uri, from_proto::position(position)) else { return Ok(None) };
        // Only where names are wanted does anybody look at other documents, and that may take longer.
        let bytes = place.at.range.len();
        if bytes <= AT_ONCE {
            let wanted = Arc::new(AtomicBool::new(false));
            let asked = Wanted(wanted.clone());
            let answer = self.ask_at(METHOD, place.clone(), bytes, move |_, place| {
                let mut others = std::iter::from_fn(|| asked.note());
                complete(place, &mut others, &asked)
            });
            let answer = answer.await?;
            if !wanted.load(Ordering::Relaxed) {
                return Ok(answer);
            }
        }
        self.ask_at(METHOD, place, usize::MAX, |session, place| {
            let (at, _) = place.at.at(place.offset)?;
            let names = NamesAround { session, file: setup::key(&place.at.setup.uri) };
            complete(place, &mut session.siblings(place, &at), &names)
        })
        .await
    }
}

/// Takes note of that other documents are wanted, and knows none.
struct Wanted(Arc<AtomicBool>);

impl Wanted {
    fn note<T>(&self) -> Option<T> {
        self.0.store(true, Ordering::Relaxed);
        None
    }
}

impl ide::Names for Wanted {
    fn look_up(&self, _: ide::Lookup<'_>, _: Option<&str>) -> Vec<ide::Named> {
        self.note().into_iter().collect()
    }
}

/// What may be at a place, where `others` are the other documents of its file.
fn complete(place: &Place, others: &mut dyn Iterator<Item = Arc<Document>>, names: &dyn ide::Names) -> Option<CompletionResponse> {
    let (at, offset) = place.at.at(place.offset)?;
    let list = ide::completion(&at.document, offset, place.at.options(), others, names);
    Some(to_proto::completions(list, &at))
}
