//! Which of many things belong together.

/// Things by their numbers. A group is known by the first thing in it.
#[derive(Debug, Default)]
pub(super) struct Groups(Vec<usize>);

impl Groups {
    /// Each thing by itself.
    pub(super) fn new(things: usize) -> Self {
        Self((0..things).collect())
    }

    /// One more thing, by itself.
    pub(super) fn add(&mut self) {
        self.0.push(self.0.len());
    }

    pub(super) fn of(&mut self, mut thing: usize) -> usize {
        while self.0[thing] != thing {
            // The way is half as long for whoever asks next.
            self.0[thing] = self.0[self.0[thing]];
            thing = self.0[thing];
        }
        thing
    }

    /// Makes one group of two, and answers with it.
    pub(super) fn join(&mut self, one: usize, other: usize) -> usize {
        let (one, other) = (self.of(one), self.of(other));
        let first = one.min(other);
        self.0[one.max(other)] = first;
        first
    }
}
