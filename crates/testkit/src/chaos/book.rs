//! The journal in order: what has to be in the database, and nothing else.

use std::collections::BTreeMap;

use super::journal::{Action, Effect, Reviewed};

#[derive(Debug, Default)]
pub(super) struct Book {
    /// By number: the id, once it was told.
    pub(super) documents: BTreeMap<u32, Option<String>>,
    /// By key.
    pub(super) runs: BTreeMap<String, Asked>,
    /// By run and block, in the order in which they took place.
    pub(super) reviews: BTreeMap<(String, u32), Vec<Reviewed>>,
}

#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) document: u32,
    /// The run, once it was told.
    pub(super) run_id: Option<String>,
}

/// Where a block has to be when all work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) confirmed: bool,
    pub(super) revision: u32,
}

impl Book {
    pub(super) fn read(effects: Vec<Effect>) -> Self {
        let mut book = Self::default();
        for effect in effects {
            match effect {
                Effect::DocumentAsked { number } => {
                    book.documents.insert(number, None);
                }
                Effect::DocumentStored { number, document_id } => {
                    book.documents.insert(number, Some(document_id));
                }
                Effect::RunAsked { key, document } => {
                    book.runs.insert(key, Asked { document, run_id: None });
                }
                Effect::RunCreated { key, run_id } => {
                    book.runs.entry(key).or_default().run_id = Some(run_id);
                }
                Effect::Reviewed(reviewed) => {
                    let at = (reviewed.run_id.clone(), reviewed.block);
                    book.reviews.entry(at).or_default().push(reviewed);
                }
            }
        }
        book
    }

    /// The model answers once, and once more after each reject; every answer and every decision
    /// raises the revision by one.
    ///
    /// # Errors
    /// A decision found the block at another revision than one answer per generation leads to.
    pub(super) fn due(&self, run_id: &str, block: u32) -> Result<Due, String> {
        let mut due = Due { confirmed: false, revision: 1 };
        let reviews = self.reviews.get(&(run_id.to_owned(), block));
        for reviewed in reviews.into_iter().flatten() {
            if due.confirmed || reviewed.revision != due.revision + 1 {
                return Err(format!("{reviewed:?} does not follow from {due:?}"));
            }
            due = match reviewed.action {
                Action::Confirm => Due { confirmed: true, revision: reviewed.revision },
                Action::Reject => Due { confirmed: false, revision: reviewed.revision + 1 },
            };
        }
        Ok(due)
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal::HeardBy;
    use super::{Action, Book, Due, Effect, Reviewed};

    #[track_caller]
    fn check(decisions: &[(Action, u32)], expect: Option<Due>) {
        let effects = decisions.iter().map(|(action, revision)| {
            Effect::Reviewed(Reviewed {
                run_id: "r".to_owned(),
                block: 3,
                action: *action,
                revision: *revision,
                heard: HeardBy::Answer,
            })
        });
        let book = Book::read(effects.collect());
        assert_eq!(book.due("r", 3).ok(), expect, "{decisions:?}");
    }

    #[test]
    fn one_answer_per_generation_leads_to_one_revision() {
        use Action::{Confirm, Reject};
        check(&[], Some(Due { confirmed: false, revision: 1 }));
        check(&[(Confirm, 2)], Some(Due { confirmed: true, revision: 2 }));
        check(&[(Reject, 2)], Some(Due { confirmed: false, revision: 3 }));
        check(&[(Reject, 2), (Confirm, 4)], Some(Due { confirmed: true, revision: 4 }));
        // The machine wrote twice, or a decision was taken twice.
        check(&[(Confirm, 3)], None);
        check(&[(Reject, 2), (Reject, 3)], None);
        check(&[(Confirm, 2), (Confirm, 3)], None);
    }
}
