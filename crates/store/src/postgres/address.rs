//! The database's URL: what is for the server, and what is for us.

use super::session::Route;

/// Connections of one process, unless the URL says otherwise.
const CONNECTIONS: u32 = 10;

/// `postgres://…?connections=20&pooler=transaction`: both are ours, the rest is the driver's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) url: String,
    pub(super) connections: u32,
    pub(super) route: Route,
}

impl Address {
    /// None where one of our parameters has no meaning.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut address =
            Self { url: base.to_owned(), connections: CONNECTIONS, route: Route::Direct };
        let mut separator = '?';
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("connections", n)) => {
                    address.connections = n.parse().ok().filter(|n| *n > 0)?;
                }
                Some(("pooler", "transaction")) => address.route = Route::TransactionPooler,
                Some(("pooler", _)) => return None,
                _ => {
                    address.url.push(separator);
                    address.url.push_str(pair);
                    separator = '&';
                }
            }
        }
        Some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn check(url: &str, expect: &str) {
        let told = match Address::parse(url) {
            Some(a) => format!("{} {} {:?}", a.url, a.connections, a.route),
            None => "invalid".to_owned(),
        };
        assert_eq!(told, expect);
    }

    #[test]
    fn our_parameters_are_taken_out() {
        check("postgres://h/d", "postgres://h/d 10 Direct");
        check("postgres://h/d?connections=3", "postgres://h/d 3 Direct");
        check(
            "postgres://h/d?options=-c%20a%3Db&pooler=transaction&sslmode=require",
            "postgres://h/d?options=-c%20a%3Db&sslmode=require 10 TransactionPooler",
        );
        check("postgres://h/d?connections=0", "invalid");
        check("postgres://h/d?pooler=session", "invalid");
    }
}
