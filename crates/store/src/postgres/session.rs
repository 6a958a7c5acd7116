//! Connections as the statements use them, straight to the server or through a pooler.

use std::ops::{Deref, DerefMut};

use sqlx::PgConnection;

use super::Query;
use super::connections::{Connections, Lent};

/// How statements reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    Direct,
    /// Each transaction may meet another server connection: nothing may outlive one, neither a
    /// prepared statement nor a subscription.
    TransactionPooler,
}

impl Route {
    /// A pooler's server connections are nobody's own, so each transaction brings its time-outs.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Direct => "BEGIN",
            Self::TransactionPooler => {
                "BEGIN; SET LOCAL statement_timeout = '60s'; \
                 SET LOCAL idle_in_transaction_session_timeout = '5s'"
            }
        }
    }

    pub(crate) fn query(self, sql: &'static str) -> Query<'static> {
        sqlx::query(sql).persistent(self == Self::Direct)
    }
}

/// A unit of work. Dropped before its end, it is rolled back.
pub(crate) struct Tx {
    connection: Lent,
    route: Route,
}

impl Tx {
    pub(super) async fn begin(connections: &Connections, route: Route) -> sqlx::Result<Self> {
        Ok(Self { connection: connections.take(Some(route.begin())).await?, route })
    }

    pub(crate) fn query(&self, sql: &'static str) -> Query<'static> {
        self.route.query(sql)
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        self.connection.end("COMMIT").await
    }

    pub(crate) async fn rollback(self) -> sqlx::Result<()> {
        self.connection.end("ROLLBACK").await
    }
}

impl Deref for Tx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

/// For one statement by itself. Preparing and running it are two messages, so behind a pooler even
/// one statement needs a transaction to meet the same server connection twice.
pub(crate) enum Single {
    Direct(Lent),
    Pooled(Tx),
}

impl Single {
    pub(super) async fn begin(connections: &Connections, route: Route) -> sqlx::Result<Self> {
        Ok(match route {
            Route::Direct => Self::Direct(connections.take(None).await?),
            Route::TransactionPooler => Self::Pooled(Tx::begin(connections, route).await?),
        })
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Direct(connection) => {
                connection.give_back();
                Ok(())
            }
            Self::Pooled(tx) => tx.commit().await,
        }
    }
}

impl Deref for Single {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        match self {
            Self::Direct(connection) => connection,
            Self::Pooled(tx) => tx,
        }
    }
}

impl DerefMut for Single {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self {
            Self::Direct(connection) => connection,
            Self::Pooled(tx) => tx,
        }
    }
}
