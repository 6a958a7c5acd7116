//! What `gloss-server` is told by environment variables.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use gloss_app::{Config, Error, Flags, Result, data_dir_default};

const LISTEN_DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7437);

/// Where to listen and what to open.
#[derive(Debug, Clone)]
pub struct Environment {
    pub listen: SocketAddr,
    pub config: Config,
}

impl Environment {
    /// Reads `GLOSS_LISTEN`, and what [`Config::read`] reads. An empty variable is not set.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let listen = lookup("GLOSS_LISTEN").filter(|text| !text.trim().is_empty());
        Ok(Self {
            listen: listen.map_or(Ok(LISTEN_DEFAULT), |text| address(&text))?,
            config: Config::read(Flags::default(), lookup, data_dir_default())?,
        })
    }
}

fn address(text: &str) -> Result<SocketAddr> {
    text.trim().parse().map_err(|_| {
        Error::invalid("invalid_listen", format!("GLOSS_LISTEN is `{text}`, not ADDRESS:PORT"))
            .hint(format!("for example GLOSS_LISTEN={LISTEN_DEFAULT}"))
    })
}

#[cfg(test)]
mod tests {
    use super::Environment;

    fn check(listen: &str) -> String {
        let lookup = |name: &str| match name {
            "GLOSS_LISTEN" => Some(listen.to_owned()),
            "GLOSS_DATA_DIR" => Some("/srv/gloss".to_owned()),
            _ => None,
        };
        match Environment::read(lookup) {
            Ok(environment) => format!("listen {}", environment.listen),
            Err(error) => {
                format!("error: {error}\nhint: {}", error.hint.as_deref().unwrap_or_default())
            }
        }
    }

    #[test]
    fn an_address_needs_a_port() {
        assert_eq!(check(""), "listen 127.0.0.1:7437");
        assert_eq!(check("[::1]:80"), "listen [::1]:80");
        insta::assert_snapshot!(check("localhost"), @r"
        error: GLOSS_LISTEN is `localhost`, not ADDRESS:PORT
        hint: for example GLOSS_LISTEN=127.0.0.1:7437
        ");
    }
}
