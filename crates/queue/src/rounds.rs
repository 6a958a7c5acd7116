//! Whose turn it is: round-robin over owners, and over each owner's runs.

use std::collections::VecDeque;

/// Everybody with work, in the order of their next turn. An owner with many runs gets as many
/// turns as an owner with one, and a long run as many as a short one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounds<Owner, Run> {
    owners: VecDeque<(Owner, VecDeque<Run>)>,
}

impl<Owner, Run> Default for Rounds<Owner, Run> {
    fn default() -> Self {
        Self { owners: VecDeque::new() }
    }
}

impl<Owner: Copy + Eq, Run: Copy + Eq> Rounds<Owner, Run> {
    /// Takes over what has work now. Who was there keeps the place, who is new comes last.
    pub fn refresh(&mut self, work: &[(Owner, Run)]) {
        for (owner, runs) in &mut self.owners {
            runs.retain(|run| work.contains(&(*owner, *run)));
        }
        self.owners.retain(|(_, runs)| !runs.is_empty());
        for (owner, run) in work {
            match self.owners.iter_mut().find(|(known, _)| known == owner) {
                Some((_, runs)) if runs.contains(run) => {}
                Some((_, runs)) => runs.push_back(*run),
                None => self.owners.push_back((*owner, VecDeque::from([*run]))),
            }
        }
    }

    /// The next turn. Its run and its owner go to the end of their lines.
    pub fn turn(&mut self) -> Option<(Owner, Run)> {
        let (owner, mut runs) = self.owners.pop_front()?;
        let run = runs.pop_front()?;
        runs.push_back(run);
        self.owners.push_back((owner, runs));
        Some((owner, run))
    }

    /// The run has nothing to give until the next refresh.
    pub fn skip(&mut self, run: Run) {
        for (_, runs) in &mut self.owners {
            runs.retain(|known| *known != run);
        }
        self.owners.retain(|(_, runs)| !runs.is_empty());
    }

    /// Turns until everybody had one.
    pub fn len(&self) -> usize {
        let longest = self.owners.iter().map(|(_, runs)| runs.len()).max();
        longest.unwrap_or(0) * self.owners.len()
    }

    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }
}

#[cfg(test)]
mod tests;
