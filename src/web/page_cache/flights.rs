//! One request makes a page, the others that want it wait for that.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex},
};
use tokio::sync::watch;

/// What became of a page that was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the cache, or the request that made it broke off: look again.
    Look,
    /// It is none that is kept: each for itself.
    Alone,
}

/// The pages that are being made at this moment.
#[derive(Default)]
pub struct Flights(Mutex<HashMap<String, watch::Receiver<Outcome>>>);

/// Whether to make a page or to wait.
pub enum Turn {
    /// Make it.
    Lead(Lead),
    /// Somebody makes it.
    Follow(watch::Receiver<Outcome>),
}

impl Flights {
    /// Asks whose turn it is to make the page.
    pub fn turn(flights: &Arc<Flights>, key: &str) -> Turn {
        let mut open = flights.0.lock().expect("nothing panics while it holds the list");
        match open.entry(key.to_owned()) {
            Entry::Occupied(other) => Turn::Follow(other.get().clone()),
            Entry::Vacant(free) => {
                let (tell, told) = watch::channel(Outcome::Look);
                free.insert(told);
                Turn::Lead(Lead { flights: flights.clone(), key: key.to_owned(), tell })
            }
        }
    }
}

/// Waits until the page is made, or its making broken off.
pub async fn landed(mut told: watch::Receiver<Outcome>) -> Outcome {
    while told.changed().await.is_ok() {}
    *told.borrow_and_update()
}

/// The right to make a page; whoever waits is woken when it is dropped, for whatever reason.
pub struct Lead {
    flights: Arc<Flights>,
    key: String,
    tell: watch::Sender<Outcome>,
}

impl Lead {
    /// Tells those who wait that each has to ask for itself.
    pub fn not_kept(&self) {
        self.tell.send_replace(Outcome::Alone);
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.flights.0.lock().expect("nothing panics while it holds the list").remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn one_leads_the_others_follow_until_it_is_done() {
        let flights = Arc::new(Flights::default());
        let Turn::Lead(lead) = Flights::turn(&flights, "/") else { panic!("the first leads") };
        let Turn::Follow(told) = Flights::turn(&flights, "/") else { panic!("the second follows") };
        assert!(matches!(Flights::turn(&flights, "/posts"), Turn::Lead(_)), "another page");
        lead.not_kept();
        drop(lead);
        assert_eq!(landed(told).await, Outcome::Alone);
        let Turn::Lead(broken_off) = Flights::turn(&flights, "/") else { panic!("free again") };
        let Turn::Follow(told) = Flights::turn(&flights, "/") else { panic!("follows") };
        drop(broken_off);
        assert_eq!(landed(told).await, Outcome::Look);
    }
}
