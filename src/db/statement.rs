//! Statements whose prepared form the connection keeps.
//!
//! [`Statement`] is written as text, for what the query builder cannot say, and for UPDATEs, which it prepares anew each time; [`kept`]
//! takes a SELECT with an IN, for which it does so too. To prepare costs the server as much as to run what reads one row. There must be
//! few texts, so values are bound and never written into them.

use chrono::NaiveDateTime;
use diesel::{
    QueryResult, RunQueryDsl,
    mysql::Mysql,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Binary, Datetime, Nullable, Text},
};
use std::marker::PhantomData;

/// A value in place of a question mark.
#[derive(Debug, Clone)]
enum Value {
    Number(i64),
    Text(String),
    Time(NaiveDateTime),
    Bytes(Vec<u8>),
    Null,
}

/// A statement: `{}` in the text stands for `columns` of a SELECT, each `?` behind it for a value. `T` is the SQL type of a row.
#[derive(Debug, Clone)]
pub struct Statement<C, T> {
    text: String,
    columns: C,
    values: Vec<Value>,
    kept: bool,
    row: PhantomData<fn() -> T>,
}

impl<C, T> Statement<C, T> {
    /// The statement without its values.
    pub fn new(text: impl Into<String>, columns: C) -> Statement<C, T> {
        Statement { text: text.into(), columns, values: Vec::new(), kept: true, row: PhantomData }
    }

    /// Whether the connection keeps it: not where something of the one who asks is written into the text.
    pub fn kept_if(self, few: bool) -> Self {
        Statement { kept: few, ..self }
    }

    /// The next value: a number or a key.
    pub fn number(mut self, value: i64) -> Self {
        self.values.push(Value::Number(value));
        self
    }

    /// The next value: text.
    pub fn text(mut self, value: impl Into<String>) -> Self {
        self.values.push(Value::Text(value.into()));
        self
    }

    /// The next value: a time.
    pub fn time(mut self, value: NaiveDateTime) -> Self {
        self.values.push(Value::Time(value));
        self
    }
}

impl Statement<(), ()> {
    /// A statement that brings no rows.
    pub fn change(text: &'static str) -> Statement<(), ()> {
        Statement::new(text, ())
    }

    /// The next value: bytes.
    pub fn bytes(mut self, value: &[u8]) -> Self {
        self.values.push(Value::Bytes(value.to_vec()));
        self
    }

    /// The next value: a number, a key, or NULL.
    pub fn number_if(mut self, value: Option<i64>) -> Self {
        self.values.push(value.map_or(Value::Null, Value::Number));
        self
    }
}

impl<C: QueryFragment<Mysql>, T> QueryFragment<Mysql> for Statement<C, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        if !self.kept {
            out.unsafe_to_cache_prepared();
        }
        let (head, tail) = self.text.split_once("{}").unwrap_or(("", &self.text));
        out.push_sql(head);
        if !head.is_empty() {
            self.columns.walk_ast(out.reborrow())?;
        }
        let mut values = self.values.iter();
        for (place, piece) in tail.split('?').enumerate() {
            if place > 0 {
                match values.next() {
                    Some(Value::Number(value)) => out.push_bind_param::<BigInt, _>(value)?,
                    Some(Value::Text(value)) => out.push_bind_param::<Text, _>(value)?,
                    Some(Value::Time(value)) => out.push_bind_param::<Datetime, _>(value)?,
                    Some(Value::Bytes(value)) => out.push_bind_param::<Binary, _>(value)?,
                    Some(Value::Null) => out.push_bind_param::<Nullable<BigInt>, _>(&None::<i64>)?,
                    None => return Err(diesel::result::Error::QueryBuilderError("a question mark has no value".into())),
                }
            }
            out.push_sql(piece);
        }
        if values.next().is_some() {
            return Err(diesel::result::Error::QueryBuilderError("a value has no question mark".into()));
        }
        Ok(())
    }
}

/// Known by its text.
impl<C, T> QueryId for Statement<C, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, T> Query for Statement<C, T> {
    type SqlType = T;
}

impl<C, T, Conn> RunQueryDsl<Conn> for Statement<C, T> {}

/// A SELECT of the query builder, known by its text. See [`kept`].
#[derive(Debug, Clone)]
pub struct Kept<Q> {
    select: Q,
    whole: bool,
}

/// This SELECT, prepared once for each connection. Its text must be one of few: an IN of what a form or a row can hold, or of
/// keys that are [`filled`], not of whatever a job finds.
pub fn kept<Q: Query + QueryFragment<Mysql>>(select: Q) -> Kept<Q> {
    Kept { select, whole: true }
}

/// The same for an IN of so many values that is mostly asked for one: only then it is kept.
pub fn kept_for<Q: Query + QueryFragment<Mysql>>(values: usize, select: Q) -> Kept<Q> {
    Kept { select, whole: values == 1 }
}

/// These keys, and the last again until there are 1, 2, 4, 8 or so on: an IN of them has one of few texts.
pub fn filled<K: Copy>(keys: &[K]) -> Vec<K> {
    let mut filled = keys.to_vec();
    if let Some(last) = keys.last() {
        filled.resize(keys.len().next_power_of_two(), *last);
    }
    filled
}

impl<Q: QueryFragment<Mysql>> QueryFragment<Mysql> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
        self.select.walk_ast(out)
    }

    // Asked when rows are loaded. Of a statement that only runs, Diesel asks the AST instead, so UPDATEs are written as [`Statement`].
    fn is_safe_to_cache_prepared(&self, backend: &Mysql) -> QueryResult<bool> {
        if self.whole { Ok(true) } else { self.select.is_safe_to_cache_prepared(backend) }
    }
}

impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, Conn> RunQueryDsl<Conn> for Kept<Q> {}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn keys_are_filled_up_to_few_numbers_of_them() {
        assert_eq!(filled(&[7]), [7]);
        assert_eq!(filled(&[7, 8, 9]), [7, 8, 9, 9]);
        assert_eq!(filled::<i64>(&[]), [0; 0]);
        assert_eq!(filled(&[1; 31]).len(), 32);
    }
}
