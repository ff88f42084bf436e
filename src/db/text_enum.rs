//! Columns that hold one word of a fixed list: `VARCHAR` with a CHECK in the table, an enum in the code.

/// Declares an enum and the word that the database, forms and addresses use for each of its values.
#[macro_export]
macro_rules! text_enum { ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal),+ $(,)? }) => {
    $(#[$doc])*
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub enum $name { $($(#[$value_doc])* $value),+ }

    impl $name {
        /// Every value, in the order of its declaration.
        pub const ALL: &'static [$name] = &[$($name::$value),+];

        /// The word for it.
        pub fn word(self) -> &'static str {
            match self { $($name::$value => $word),+ }
        }

        /// The value of that word.
        pub fn from_word(word: &str) -> Option<$name> {
            match word { $($word => Some($name::$value),)+ _ => None }
        }
    }

    impl std::fmt::Display for $name {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.word())
        }
    }

    impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::mysql::Mysql> for $name {
        fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::mysql::Mysql>) -> diesel::serialize::Result {
            std::io::Write::write_all(out, self.word().as_bytes())?;
            Ok(diesel::serialize::IsNull::No)
        }
    }

    impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::mysql::Mysql> for $name {
        fn from_sql(value: diesel::mysql::MysqlValue<'_>) -> diesel::deserialize::Result<Self> {
            let word = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::mysql::Mysql>>::from_sql(value)?;
            Self::from_word(&word).ok_or_else(|| format!("{word:?} is no {}", stringify!($name)).into())
        }
    }
} }
