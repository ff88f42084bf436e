//! Small things that pages are made of, kept in memory until a change touches them.
//!
//! What every page needs (settings, menus, topics) is there once; of what many pages have in common (rows of lists, titles) the
//! most used are kept. They follow the same tags as the pages. While the page cache is off nobody tells this process of changes, and nothing is
//! kept here either.

use super::{
    PageCache,
    changes::{Stamp, Step},
};
use crate::db::Conn;
use diesel::QueryResult;
use foldhash::fast::RandomState;
use moka::sync::Cache;
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

/// Something large that is kept as long as the program runs, and brings itself up to date by what it hears.
pub trait Listens: Default + Send + Sync + 'static {
    /// Is told what a change touches, before whoever made it is answered.
    fn hear(&self, tags: &[String]);
}

/// Things of which there are many: the most used are kept. They may take about so many kilobytes.
const MANY: u64 = 16_000;

/// What is kept: one of a type, and many, each by a number.
pub struct Memory {
    one: RwLock<HashMap<TypeId, Kept>>,
    many: Cache<(TypeId, i64), (Kept, u32), RandomState>,
    listeners: RwLock<HashMap<TypeId, Listener>>,
}

/// The same value twice: to be had, and to be told.
struct Listener {
    value: Arc<dyn Any + Send + Sync>,
    hear: Hears,
}

/// What is done with the tags of a change.
type Hears = Box<dyn Fn(&[String]) + Send + Sync>;

impl Default for Memory {
    fn default() -> Memory {
        let many = Cache::builder().max_capacity(MANY).weigher(|_, (_, kilobytes)| *kilobytes);
        let many = many.build_with_hasher(RandomState::default());
        Memory { one: RwLock::default(), many, listeners: RwLock::default() }
    }
}

type Kept = (Arc<dyn Any + Send + Sync>, Arc<Stamp>);

/// Something that was true at a moment, in microseconds since 1970.
struct Hint<T>(i64, T);

/// For so many microseconds it is taken for true.
const HINTED: i64 = 60_000_000;

impl Memory {
    /// Tells all that listen.
    pub(super) fn tell(&self, tags: &[String]) {
        self.listeners.read().expect("nothing panics while it holds the list").values().for_each(|one| (one.hear)(tags));
    }
}

impl PageCache {
    /// The one of its type, which hears of every change from its first use on; `None`: nobody tells of changes here.
    pub fn listener<T: Listens>(&self) -> Option<Arc<T>> {
        if !self.is_on() {
            return None;
        }
        let kind = TypeId::of::<T>();
        let listeners = self.memory.listeners.read().expect("nothing panics while it holds the list");
        if let Some(known) = listeners.get(&kind) {
            return known.value.clone().downcast().ok();
        }
        drop(listeners);
        let mut listeners = self.memory.listeners.write().expect("nothing panics while it holds the list");
        let fresh = || {
            let value = Arc::new(T::default());
            let hearing = value.clone();
            Listener { value, hear: Box::new(move |tags: &[String]| hearing.hear(tags)) }
        };
        listeners.entry(kind).or_insert_with(fresh).value.clone().downcast().ok()
    }

    /// The value as it is now; read only when something has changed since it was read last.
    pub fn remembered<T: Remembered>(&self, conn: &mut Conn) -> QueryResult<Arc<T>> {
        if !self.is_on() {
            return T::read(conn).map(Arc::new);
        }
        let kept = self.memory.one.read().expect("nothing panics while it holds the memory").get(&TypeId::of::<T>()).cloned();
        if let Some((value, stamp)) = kept
            && self.changes.hold(&stamp, Step::Memory)
            && let Ok(value) = value.downcast()
        {
            return Ok(value);
        }
        let begun = self.changes.number();
        let value = Arc::new(T::read(conn)?);
        let fresh: Kept = (value.clone(), Arc::new(Stamp::new(T::TAGS, begun)));
        self.memory.one.write().expect("nothing panics while it holds the memory").insert(TypeId::of::<T>(), fresh);
        Ok(value)
    }

    /// One of many of its type, if it is kept and nothing has changed that it says.
    pub fn recall<T: Send + Sync + 'static>(&self, number: i64) -> Option<Arc<T>> {
        let key = (TypeId::of::<T>(), number);
        let ((value, stamp), _) = self.memory.many.get(&key).filter(|_| self.is_on())?;
        if !self.changes.hold(&stamp, Step::Memory) {
            self.memory.many.invalidate(&key);
            return None;
        }
        value.downcast().ok()
    }

    /// One of many of its type, read where it is not known; whatever tells one of `tags` makes it forgotten.
    pub fn kept<T: Send + Sync + 'static>(
        &self,
        number: i64,
        tags: &[String],
        read: impl FnOnce() -> QueryResult<T>,
    ) -> QueryResult<Arc<T>> {
        let begun = self.changes.number();
        match self.recall(number) {
            Some(value) => Ok(value),
            None => Ok(self.remember(number, read()?, 1, tags, begun)),
        }
    }

    /// Keeps one of many, which takes about so many kilobytes; whatever tells one of `tags` makes it forgotten. `begun` is
    /// [`PageCache::number`] from before it was read.
    pub fn remember<T: Send + Sync + 'static>(&self, number: i64, value: T, kilobytes: u32, tags: &[String], begun: u64) -> Arc<T> {
        let value = Arc::new(value);
        if self.is_on() {
            self.memory.many.insert((TypeId::of::<T>(), number), ((value.clone(), Arc::new(Stamp::new(tags, begun))), kilobytes));
        }
        value
    }

    /// What only tells which way to an answer is short, and changes nothing that is found: asked for once a minute, however much has
    /// changed meanwhile, and kept while the page cache is off as well.
    pub fn hint<T: Copy + Send + Sync + 'static>(&self, number: i64, ask: impl FnOnce() -> QueryResult<T>) -> QueryResult<T> {
        let (key, now) = ((TypeId::of::<Hint<T>>(), number), self.now());
        let known = self.memory.many.get(&key).and_then(|((value, _), _)| value.downcast::<Hint<T>>().ok());
        if let Some(known) = known.filter(|known| now - known.0 < HINTED) {
            return Ok(known.1);
        }
        let value = ask()?;
        let kept: Kept = (Arc::new(Hint(now, value)), Arc::new(Stamp::new::<&str>(&[], 0)));
        self.memory.many.insert(key, (kept, 1));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use chrono::TimeDelta;

    #[test]
    fn which_way_is_short_is_asked_once_a_minute_even_without_a_cache_and_by_what_it_is_about() {
        for megabytes in [0, 1] {
            let clock = Clock::default();
            let cache = PageCache::new(megabytes, clock.clone());
            let ask = |number: i64, answer: i32| cache.hint(number, || Ok(answer)).expect("it asks no database");
            assert_eq!([ask(1, 10), ask(2, 20), ask(1, 30)], [10, 20, 10]);
            cache.tell(&["all".to_owned()]);
            clock.set(clock.now() + TimeDelta::seconds(59));
            assert_eq!(ask(1, 40), 10);
            assert!(cache.hint(1, || Ok(true)).expect("it asks no database"), "something else of that number");
            clock.set(clock.now() + TimeDelta::seconds(2));
            assert_eq!(ask(1, 50), 50);
        }
    }
}
