//! Letters that tell somebody what happened to the own account, so that whoever did not do it themselves learns of it.

use crate::{accounts::jobs::SendNotice, db::Conn, jobs::Job, web::person::UserId};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A log-in on a device that was not known.
    NewDevice,
    /// A new password.
    PasswordChanged,
    /// An authenticator app is asked for from now on.
    SecondFactorOn,
    /// No second factor is asked for any more.
    SecondFactorOff,
    /// A recovery code stood in for the second factor.
    RecoveryCodeUsed,
    /// There are new recovery codes.
    RecoveryCodesMade,
    /// The account has another address.
    EmailChanged,
}

/// Where from something was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// What the browser calls itself; empty: no browser.
    pub agent: String,
    /// Address of the net, or empty.
    pub address: String,
}

impl Place {
    /// The machine that Mainstay runs on.
    pub fn command_line() -> Place {
        Place::default()
    }
}

impl Notice {
    /// Files the letter in the caller's transaction.
    pub fn send(self, conn: &mut Conn, user: UserId, place: &Place, now: NaiveDateTime) -> QueryResult<()> {
        SendNotice { user, notice: self, place: place.clone(), at: now }.enqueue(conn, now)
    }

    /// The subject of the letter.
    pub fn subject(self, site: &str) -> String {
        match self {
            Notice::NewDevice => format!("A new device logged in to {site}"),
            Notice::PasswordChanged => format!("Your password for {site} was changed"),
            Notice::SecondFactorOn => format!("{site} asks for a second factor now"),
            Notice::SecondFactorOff => format!("{site} asks for no second factor any more"),
            Notice::RecoveryCodeUsed => format!("A recovery code was used at {site}"),
            Notice::EmailChanged => format!("You log in to {site} with this address now"),
            Notice::RecoveryCodesMade => format!("New recovery codes for {site}"),
        }
    }

    /// What happened, in a sentence or two.
    pub fn sentence(self) -> &'static str {
        match self {
            Notice::NewDevice => "Somebody logged in to your account with a browser that it did not know.",
            Notice::PasswordChanged => "Your account has a new password, and was logged out everywhere else.",
            Notice::SecondFactorOn => {
                "Your account asks for a code of your authenticator app from now on, and was logged out everywhere else."
            }
            Notice::SecondFactorOff => "Your account asks for its password alone from now on, and was logged out everywhere else.",
            Notice::RecoveryCodeUsed => "Somebody logged in to your account with a recovery code. That code does not work any more.",
            Notice::EmailChanged => "Your account has a new address: the one that this letter went to.",
            Notice::RecoveryCodesMade => "Your account has ten new recovery codes. Those from before do not work any more.",
        }
    }
}
