//! Who may work on what, until when. Rules only: the store applies them, each as one guarded
//! statement.
//!
//! A worker *claims* blocks under a *lease*. A lease's number is its *fence*: every machine write
//! names it, and a write under a lease that has passed on changes nothing.

pub mod admission;
mod backoff;
mod lease;
pub mod protocol;
mod rounds;
mod settle;

pub use backoff::{Backoff, Dice};
pub use lease::LeaseTerm;
pub use rounds::Rounds;
pub use settle::{ClaimState, Ending, ReleaseCause, RetryLimits, Settlement, settle};
