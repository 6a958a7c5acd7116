//! One macro for closed sets that are stored and shown by name.

use std::fmt;

/// A stored or typed word that is not one of a closed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no {kind}; there is {allowed}")]
pub struct UnknownName {
    pub kind: &'static str,
    pub found: String,
    pub allowed: String,
}

/// Declares an enum whose every variant has exactly one lower-case name, used in the database,
/// in JSON and on the screen alike.
#[macro_export]
macro_rules! named_enum {
    ($(#[$meta:meta])* $name:ident, $kind:literal {
        $($(#[$vmeta:meta])* $variant:ident = $text:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::names::UnknownName;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::names::find(Self::ALL, $kind, text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

#[doc(hidden)]
pub fn find<T: Copy + fmt::Display>(
    all: &[T],
    kind: &'static str,
    text: &str,
) -> Result<T, UnknownName> {
    all.iter().copied().find(|item| item.to_string() == text).ok_or_else(|| UnknownName {
        kind,
        found: text.to_owned(),
        allowed: all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    })
}
