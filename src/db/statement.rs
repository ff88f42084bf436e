//! A statement written as text, for what the query builder cannot say, whose prepared form the connection keeps.
//!
//! `diesel::sql_query` prepares anew each time. There must be few texts, so values are bound and never written into them.

use chrono::NaiveDateTime;
use diesel::{
    QueryResult, RunQueryDsl,
    mysql::Mysql,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Datetime, Text},
};
use std::marker::PhantomData;

/// A value in place of a question mark.
#[derive(Debug, Clone)]
enum Value {
    Number(i64),
    Text(String),
    Time(NaiveDateTime),
}

/// A SELECT: `{}` in the text stands for `columns`, each `?` behind it for a value. `T` is the SQL type of a row.
#[derive(Debug, Clone)]
pub struct Statement<C, T> {
    text: String,
    columns: C,
    values: Vec<Value>,
    row: PhantomData<fn() -> T>,
}

impl<C, T> Statement<C, T> {
    /// The statement without its values.
    pub fn new(text: impl Into<String>, columns: C) -> Statement<C, T> {
        Statement { text: text.into(), columns, values: Vec::new(), row: PhantomData }
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

impl<C: QueryFragment<Mysql>, T> QueryFragment<Mysql> for Statement<C, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Mysql>) -> QueryResult<()> {
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
