//! The two state machines, printed whole.

use std::fmt::Write as _;

use gloss_core_model::{OverlayEvent, OverlayStatus, RunEvent, RunStatus};

#[test]
fn run_transitions() {
    let mut table = format!("{:<10}", "");
    for event in RunEvent::ALL {
        let _ = write!(table, "{event:<10}");
    }
    for from in RunStatus::ALL {
        let _ = write!(table, "\n{from:<10}");
        for event in RunEvent::ALL {
            let to = from.on(*event).map_or("·", RunStatus::as_str);
            let _ = write!(table, "{to:<10}");
        }
    }
    insta::assert_snapshot!(trimmed(&table), @"
              finish    fail      cancel    resume    reopen
    running   complete  failed    cancelled ·         running
    complete  ·         ·         ·         ·         running
    failed    ·         ·         ·         ·         ·
    cancelled ·         ·         ·         running   ·
    ");
}

#[test]
fn overlay_transitions() {
    let mut table = format!("{:<12}", "");
    for event in OverlayEvent::ALL {
        let _ = write!(table, "{event:<13}");
    }
    for from in OverlayStatus::ALL {
        let _ = write!(table, "\n{from:<12}");
        for event in OverlayEvent::ALL {
            let to = from.on(*event).map_or("·", OverlayStatus::as_str);
            let _ = write!(table, "{to:<13}");
        }
    }
    insta::assert_snapshot!(trimmed(&table), @"
                claim        skip         stage        return       fail         retry_failed confirm      reject       edit         reopen
    pending     claimed      skipped      ·            ·            ·            ·            ·            ·            ·            ·
    claimed     ·            ·            ai_complete  pending      failed       ·            ·            ·            ·            ·
    ai_complete ·            ·            ·            ·            ·            ·            confirmed    pending      ai_complete  ·
    confirmed   ·            ·            ·            ·            ·            ·            ·            ·            ·            ai_complete
    failed      ·            ·            ·            ·            ·            pending      ·            ·            ·            ·
    skipped     ·            ·            ·            ·            ·            ·            ·            ·            ·            ·
    ");
}

fn trimmed(table: &str) -> String {
    table.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
