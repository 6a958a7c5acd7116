//! Bytes of HTML to a tree, with bounds on what a small page can ask for.
//!
//! Some steps of HTML's algorithm look at every open element, and some open again each style that
//! was left open. So elements beyond a depth are not opened, and what is in them is read as
//! part of those around; nodes have a number that no page reaches.

use std::cell::Cell;

use gloss_ingest::{IngestError, Limits};
use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::{Tracer, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};

use super::sink::Builder;
use super::tree::{Id, Tree};

/// Twice as many as a page of the largest size has.
const NODES_MAX: usize = 4_000_000;

/// Parsed between two looks at the number of nodes: what they grow by meanwhile has to fit.
const STEP_BYTES: usize = 2 * 1024;

/// Start tags between two looks at how many elements are open.
const TAGS_PER_LOOK: u32 = 16;

pub(super) fn parse(text: &str, limits: &Limits) -> Result<Tree, IngestError> {
    let options = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
    let sink = Bounded {
        parser: TreeBuilder::new(Builder::new(text.len()), options),
        depth_max: limits.depth_max,
        is_deep: Cell::new(false),
        tags: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(sink, Default::default());
    let queue = BufferQueue::default();
    let whole = StrTendril::from_slice(text);
    let mut from = 0;
    while from < text.len() {
        let to = text.floor_char_boundary((from + STEP_BYTES).min(text.len()));
        let (start, length) = (from as u32, (to - from) as u32);
        queue.push_back(whole.subtendril(start, length));
        // Nothing runs scripts, and the encoding is known.
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        if tokenizer.sink.parser.sink.len() > NODES_MAX {
            let what = "it opens elements without end".to_owned();
            return Err(IngestError::BeyondLimit { what, max: NODES_MAX as u64 });
        }
        from = to;
    }
    tokenizer.end();
    Ok(tokenizer.sink.parser.sink.finish())
}

/// Hands tokens on, but for start tags that are too deep.
struct Bounded {
    parser: TreeBuilder<Id, Builder>,
    depth_max: usize,
    is_deep: Cell<bool>,
    tags: Cell<u32>,
}

impl TokenSink for Bounded {
    type Handle = Id;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<Id> {
        if let Token::TagToken(tag) = &token {
            self.look();
            if tag.kind == TagKind::StartTag && self.is_deep.get() && opens(&tag.name) {
                return TokenSinkResult::Continue;
            }
        }
        self.parser.process_token(token, line_number)
    }

    fn end(&self) {
        self.parser.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.parser.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Bounded {
    fn look(&self) {
        let tags = self.tags.get() + 1;
        self.tags.set(tags % TAGS_PER_LOOK);
        if tags == TAGS_PER_LOOK || self.is_deep.get() {
            let open = Open::default();
            self.parser.trace_handles(&open);
            self.is_deep.set(open.0.get() > self.depth_max);
        }
    }
}

/// Counts open elements and styles.
#[derive(Default)]
struct Open(Cell<usize>);

impl Tracer for Open {
    type Handle = Id;

    fn trace_handle(&self, _: &Id) {
        self.0.set(self.0.get() + 1);
    }
}

/// Whether other elements may stand in it. What holds plain text is read as such even if deep, or
/// a script would be taken for text.
fn opens(name: &str) -> bool {
    !matches!(
        name,
        "area"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "iframe"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "noembed"
            | "noframes"
            | "noscript"
            | "script"
            | "style"
            | "textarea"
            | "title"
            | "wbr"
            | "xmp"
    )
}
