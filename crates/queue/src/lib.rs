//! Who may work on what, until when. Rules only: the store applies them, each as one guarded
//! statement.
//!
//! A worker *claims* blocks under a *lease*. A lease's number is its *fence*: every machine write
//! names it, and a write under a lease that has passed on changes nothing.

mod backoff;
mod lease;
pub mod protocol;
mod settle;

pub use backoff::{Backoff, Dice};
pub use lease::LeaseTerm;
pub use settle::{ClaimState, Ending, ReleaseCause, RetryLimits, Settlement, settle};
