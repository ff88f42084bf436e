//! Small things that every page needs, kept in memory until a change touches them: settings, menus, topics.
//!
//! They follow the same tags as the pages. While the page cache is off nobody tells this process of changes, and nothing is
//! kept here either.

use super::{PageCache, changes::Stamp};
use crate::db::Conn;
use diesel::QueryResult;
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, RwLock},
};

/// Something that can be kept: one value for the whole site.
pub trait Remembered: Send + Sync + Sized + 'static {
    /// Whatever tells one of these makes it be read anew.
    const TAGS: &'static [&'static str];

    /// Reads it.
    fn read(conn: &mut Conn) -> QueryResult<Self>;
}

/// What is kept, by its type.
#[derive(Default)]
pub struct Memory(RwLock<HashMap<TypeId, Kept>>);

type Kept = (Arc<dyn Any + Send + Sync>, Arc<Stamp>);

impl PageCache {
    /// The value as it is now; read only when something has changed since it was read last.
    pub fn remembered<T: Remembered>(&self, conn: &mut Conn) -> QueryResult<Arc<T>> {
        if !self.is_on() {
            return T::read(conn).map(Arc::new);
        }
        let kept = self.memory.0.read().expect("nothing panics while it holds the memory").get(&TypeId::of::<T>()).cloned();
        if let Some((value, stamp)) = kept
            && self.changes.hold(&stamp)
            && let Ok(value) = value.downcast()
        {
            return Ok(value);
        }
        let begun = self.changes.number();
        let value = Arc::new(T::read(conn)?);
        let fresh: Kept = (value.clone(), Arc::new(Stamp::new(T::TAGS, begun)));
        self.memory.0.write().expect("nothing panics while it holds the memory").insert(TypeId::of::<T>(), fresh);
        Ok(value)
    }
}
