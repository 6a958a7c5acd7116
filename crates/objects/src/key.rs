//! What an object is called: its owner, its kind and its content id, and nothing a user has typed.

use std::fmt;

use gloss_core_model::{
    ConvUid, ConversionFacts, OwnerId, Representation, SourceType, SourceUid, Tool,
};
use object_store::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Source,
    Representation,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Source, Self::Representation];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Representation => "representation",
        }
    }
}

/// What an object holds: its content id, and what went into that beside the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    Source { uid: SourceUid, source_type: SourceType },
    Representation { uid: ConvUid, tool: Tool, representation: Representation },
}

impl Object {
    pub fn key(&self, owner: OwnerId) -> Key {
        match self {
            Self::Source { uid, .. } => Key::new(owner, Kind::Source, uid.as_str()),
            Self::Representation { uid, .. } => Key::new(owner, Kind::Representation, uid.as_str()),
        }
    }

    /// Whether these are the bytes that the id was made of.
    pub fn is(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Source { uid, source_type } => SourceUid::of(*source_type, bytes) == *uid,
            Self::Representation { uid, tool, representation } => {
                ConvUid::of(*tool, *representation, bytes) == *uid
            }
        }
    }
}

impl From<&ConversionFacts> for Object {
    fn from(facts: &ConversionFacts) -> Self {
        Self::Representation {
            uid: facts.conv_uid.clone(),
            tool: facts.tool,
            representation: facts.representation,
        }
    }
}

/// Where an object lies, below the folder or prefix: `OWNER/source/ab/abcdef…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub owner: OwnerId,
    pub kind: Kind,
    /// 64 lower-case hexadecimal digits.
    hash: String,
}

impl Key {
    fn new(owner: OwnerId, kind: Kind, hash: &str) -> Self {
        Self { owner, kind, hash: hash.to_owned() }
    }

    pub fn hash(&self) -> &str {
        &self.hash
    }

    pub(crate) fn path(&self, prefix: &Path) -> Path {
        let Self { owner, kind, hash } = self;
        let parts = [&owner.to_string(), kind.as_str(), &hash[..2], hash.as_str()];
        prefix.parts().chain(parts.map(Into::into)).collect()
    }

    /// None for what is not an object of ours.
    pub(crate) fn read(path: &Path, prefix: &Path) -> Option<Self> {
        let parts: Vec<_> = path.prefix_match(prefix)?.collect();
        let [owner, kind, shard, hash] = parts.as_slice() else { return None };
        let owner = owner.as_ref().parse().ok()?;
        let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind.as_ref())?;
        let hash: SourceUid = hash.as_ref().parse().ok()?;
        let key = Self::new(owner, kind, hash.as_str());
        (shard.as_ref() == &key.hash[..2] && key.path(prefix) == *path).then_some(key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { owner, kind, hash } = self;
        write!(f, "{owner}/{}/{}/{hash}", kind.as_str(), &hash[..2])
    }
}

#[cfg(test)]
mod tests {
    use object_store::path::Path;

    use super::Key;

    #[track_caller]
    fn check(path: &str, expect: bool) {
        let prefix = Path::from("team/gloss");
        let found = Key::read(&Path::from(path), &prefix);
        assert_eq!(found.is_some(), expect, "{path}: {found:?}");
        if let Some(key) = found {
            assert_eq!(format!("team/gloss/{key}"), path);
        }
    }

    #[test]
    fn only_a_whole_name_of_ours_is_a_key() {
        const OWNER: &str = "00000000-0000-7000-8000-000000000001";
        let hash = "ab".repeat(32);
        check(&format!("team/gloss/{OWNER}/source/ab/{hash}"), true);
        check(&format!("team/gloss/{OWNER}/representation/ab/{hash}"), true);
        check(&format!("team/gloss/{OWNER}/source/cd/{hash}"), false);
        check(&format!("team/gloss/{OWNER}/source/ab/{hash}/more"), false);
        check(&format!("team/gloss/{OWNER}/source/ab/{}", hash.to_uppercase()), false);
        check(&format!("team/gloss/{OWNER}/thumbnail/ab/{hash}"), false);
        check(&format!("team/gloss/{}/source/ab/{hash}", OWNER.replace('-', "")), false);
        check(&format!("team/{OWNER}/source/ab/{hash}"), false);
        check("team/gloss/clock", false);
    }
}
