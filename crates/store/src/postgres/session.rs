//! Connections as the statements use them, straight to the server or through a pooler.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Transaction};

use super::Query;

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

/// A unit of work.
pub(crate) struct Tx {
    inner: Transaction<'static, Postgres>,
    route: Route,
}

impl Tx {
    pub(crate) fn new(inner: Transaction<'static, Postgres>, route: Route) -> Self {
        Self { inner, route }
    }

    pub(crate) fn query(&self, sql: &'static str) -> Query<'static> {
        self.route.query(sql)
    }

    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        self.inner.commit().await
    }

    pub(crate) async fn rollback(self) -> sqlx::Result<()> {
        self.inner.rollback().await
    }
}

impl Deref for Tx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

/// For one statement by itself. Preparing and running it are two messages, so behind a pooler even
/// one statement needs a transaction to meet the same server connection twice.
pub(crate) enum Single {
    Direct(PoolConnection<Postgres>),
    Pooled(Transaction<'static, Postgres>),
}

impl Single {
    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Direct(_) => Ok(()),
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
