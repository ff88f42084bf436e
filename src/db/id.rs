//! Keys as types of their own, so that one table's key cannot be used for another's.

/// Declares a newtype for the key of a table. The name stands on a line of its own, or it is part of the comment.
#[macro_export]
macro_rules! typed_id { ($(#[$doc:meta])* $name:ident) => {
    $(#[$doc])*
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
             diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    #[serde(transparent)]
    pub struct $name(i64);

    impl $name {
        /// The bare number, for the journal and for keys that stand for several tables.
        pub fn number(self) -> i64 {
            self.0
        }
    }

    impl From<i64> for $name {
        fn from(number: i64) -> Self {
            Self(number)
        }
    }

    impl std::str::FromStr for $name {
        type Err = std::num::ParseIntError;
        fn from_str(text: &str) -> Result<Self, Self::Err> {
            text.parse().map(Self)
        }
    }

    impl diesel::serialize::ToSql<diesel::sql_types::BigInt, diesel::mysql::Mysql> for $name {
        fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::mysql::Mysql>) -> diesel::serialize::Result {
            diesel::serialize::ToSql::<diesel::sql_types::BigInt, diesel::mysql::Mysql>::to_sql(&self.0, out)
        }
    }

    impl diesel::deserialize::FromSql<diesel::sql_types::BigInt, diesel::mysql::Mysql> for $name {
        fn from_sql(value: diesel::mysql::MysqlValue<'_>) -> diesel::deserialize::Result<Self> {
            diesel::deserialize::FromSql::<diesel::sql_types::BigInt, diesel::mysql::Mysql>::from_sql(value).map(Self)
        }
    }

    // A number needs no escaping in a page, and no formatter.
    impl askama::filters::HtmlSafe for $name {}

    impl askama::FastWritable for $name {
        fn write_into(&self, out: &mut dyn std::fmt::Write, values: &dyn askama::Values) -> askama::Result<()> {
            askama::FastWritable::write_into(&self.0, out, values)
        }
    }

    impl std::fmt::Display for $name {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.fmt(f)
        }
    }
} }
