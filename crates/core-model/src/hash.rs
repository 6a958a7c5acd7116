//! Content identity: what the same bytes are called, everywhere and for ever.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::document::{Representation, SourceType, Tool};
use crate::id::InvalidId;

macro_rules! digests {
    ($($(#[$meta:meta])* $name:ident, $kind:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let hex = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                if text.len() == 64 && hex {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidId { kind: $kind, found: text.to_owned() })
                }
            }
        }
    )+};
}

digests! {
    /// sha256(source_type "\n" source bytes)
    SourceUid, "source";
    /// sha256(parsing_tool "\n" representation_type "\n" representation bytes)
    ConvUid, "conversion";
    /// sha256(RFC 8785 canonical JSON of the artifact)
    SchemaUid, "schema artifact";
}

impl SourceUid {
    pub fn of(source_type: SourceType, bytes: &[u8]) -> Self {
        Self(sha256_hex(&[source_type.as_str().as_bytes(), b"\n", bytes]))
    }
}

impl ConvUid {
    pub fn of(tool: Tool, representation: Representation, bytes: &[u8]) -> Self {
        let mut hasher = ConvHasher::new(tool, representation);
        hasher.update(bytes);
        hasher.finish()
    }
}

/// Names a conversion while its representation is being written.
#[derive(Debug, Clone)]
pub struct ConvHasher(Sha256);

impl ConvHasher {
    pub fn new(tool: Tool, representation: Representation) -> Self {
        let mut hasher = Sha256::new();
        for part in [tool.as_str(), "\n", representation.as_str(), "\n"] {
            hasher.update(part.as_bytes());
        }
        Self(hasher)
    }

    /// Takes the next bytes of the representation.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn finish(self) -> ConvUid {
        ConvUid(hex(self.0))
    }
}

impl SchemaUid {
    pub fn of(artifact: &Value) -> Self {
        Self(sha256_hex(&[canonical_json(artifact).as_bytes()]))
    }
}

/// A block's public name: `conv_uid ":" block_index`. Sort by the index, never by this text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlockUid {
    pub conv_uid: ConvUid,
    pub block_index: u32,
}

impl fmt::Display for BlockUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.conv_uid, self.block_index)
    }
}

/// RFC 8785 (JCS): sorted keys, ECMAScript numbers, no white space.
///
/// Numbers are doubles there, so integers beyond 2^53 share a text with their neighbours.
pub fn canonical_json(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).expect("a JSON value always has a canonical form")
}

/// Lower-case hexadecimal SHA-256 of the parts, one after the other.
pub fn sha256_hex(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hex(hasher)
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{BlockUid, ConvUid, SchemaUid, SourceUid};
    use crate::document::{Representation, SourceType, Tool};

    /// Computed by `printf … | sha256sum`, which knows nothing of this code.
    #[test]
    fn ids_are_what_another_tool_computes() {
        let bytes = b"# Hello\n";
        assert_eq!(
            SourceUid::of(SourceType::Md, bytes).as_str(),
            "6ad84fe9b673fd11e934ee6226d1763f2dfda3cd01baa4f8224ff1b0062deae2"
        );
        let conv_uid = ConvUid::of(Tool::Mdast, Representation::MarkdownBytes, bytes);
        assert_eq!(
            conv_uid.as_str(),
            "4c67e186bffee14032578f003b3537028b782643533fcbbbb6e6700371086ae2"
        );
        assert_eq!(
            BlockUid { conv_uid, block_index: 12 }.to_string(),
            "4c67e186bffee14032578f003b3537028b782643533fcbbbb6e6700371086ae2:12"
        );
    }

    /// sha256 of `{"a":1,"b":[true,null,"é"],"z":0.1}`: sorted, compact, 1.0 written as 1.
    #[test]
    fn a_schema_is_named_by_its_canonical_form() {
        let artifact = json!({ "z": 0.1, "b": [true, null, "é"], "a": 1.0 });
        assert_eq!(
            SchemaUid::of(&artifact).as_str(),
            "52382045c017774f2ca52d8c50c689b3aeb425e62550f0137badecc6471cb236"
        );
    }
}
