//! `mainstay admin`: accounts from the command line, for when nobody can log in.

use super::{export_data::ExportData, host::Host};
use crate::{
    accounts::{
        forms,
        model::{
            email_change, invitation, login,
            notice::Place,
            password, profile, reset,
            second_factor::{self, By},
            setup, strength, throttle,
            user::User,
        },
    },
    app::State,
    db::Conn,
    error::{AnyError, AnyResult, AppError, AppResult},
    journal::Actor,
    settings::Settings,
    web::{form::FormErrors, person::Role},
};
use clap::{Args, Subcommand, builder::PossibleValuesParser, builder::TypedValueParser};
use std::io::{self, BufRead};

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make an account that can log in
    Create(Create),
    /// Give an account a new password and end its sessions
    ResetPassword(ResetPassword),
    /// End what makes an account wait after failed log-ins
    Unlock(Unlock),
    /// Take the second factor off an account whose person has lost it, and end its sessions
    ResetSecondFactor(Whom),
    /// Print a link with which somebody sets a new password, where letters do not arrive
    ResetLink(Whom),
    /// Make an account and print the link with which its person sets a password
    Invite(Invite),
    /// Give an account another address to log in with
    ChangeEmail(ChangeEmail),
    /// Write everything that is kept of somebody into a ZIP file
    ExportData(ExportData),
}

/// Flags of `admin create`.
#[derive(Debug, Args)]
pub struct Create {
    /// Address to log in with
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    email: String,
    /// Name shown under what this person writes
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: String,
    /// What the person may do
    #[arg(long, value_parser = role_parser())]
    role: Role,
    /// Read the password from the first line of standard input instead of asking
    #[arg(long)]
    password_stdin: bool,
}

/// Flags of `admin reset-password`.
#[derive(Debug, Args)]
pub struct ResetPassword {
    /// Address that the person logs in with
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    email: String,
    /// Read the password from the first line of standard input instead of asking
    #[arg(long)]
    password_stdin: bool,
}

/// Flags of `admin unlock`.
#[derive(Debug, Args)]
pub struct Unlock {
    /// Address that the person logs in with
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    email: String,
    /// Address of the net that waits as well, e.g. 203.0.113.9
    #[arg(long, value_name = "ADDRESS")]
    from: Option<std::net::IpAddr>,
}

/// Whose account it is.
#[derive(Debug, Args)]
pub struct Whom {
    /// Address that the person logs in with
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    email: String,
}

/// Flags of `admin invite`.
#[derive(Debug, Args)]
pub struct Invite {
    /// Address to log in with
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    email: String,
    /// Name shown under what this person writes
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: String,
    /// What the person may do
    #[arg(long, value_parser = role_parser())]
    role: Role,
}

/// Flags of `admin change-email`.
#[derive(Debug, Args)]
pub struct ChangeEmail {
    /// Address that the person logs in with so far
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    email: String,
    /// The new one
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    to: String,
}

impl Admin {
    /// Runs the command.
    pub fn run(&self, settings: &Settings) -> AnyResult<()> {
        match self {
            Admin::Create(create) => create.run(settings),
            Admin::ResetPassword(reset) => reset.run(settings),
            Admin::Unlock(unlock) => unlock.run(settings),
            Admin::ResetSecondFactor(whom) => reset_second_factor(settings, &whom.email),
            Admin::ResetLink(whom) => reset_link(settings, &whom.email),
            Admin::Invite(invite) => invite.run(settings),
            Admin::ChangeEmail(change) => change.run(settings),
            Admin::ExportData(export) => export.run(settings),
        }
    }
}

impl Create {
    fn run(&self, settings: &Settings) -> AnyResult<()> {
        let new = forms::new_user(&self.email, &self.name, self.role).map_err(|errors| sentences(&errors))?;
        let typed = read_password(self.password_stdin)?;
        refuse_weak(&typed, &new.email, &new.name)?;
        let hashed = password::hash(&typed)?;
        let host = Host::join(settings)?;
        let now = host.state.clock.now();
        let made = host.state.db.write_here(|conn| setup::create(conn, &new, &hashed, &Actor::default(), now));
        host.close()?;
        made.map_err(told)?;
        log::info!("made the account of {} ({})", new.name, new.role);
        Ok(())
    }
}

impl ResetPassword {
    fn run(&self, settings: &Settings) -> AnyResult<()> {
        let typed = read_password(self.password_stdin)?;
        refuse_weak(&typed, &self.email, "")?;
        let hashed = password::hash(&typed)?;
        let user = on_account(settings, &self.email, |conn, user, state| {
            let (place, now) = (Place::command_line(), state.clock.now());
            profile::set_password(conn, user, &hashed, "account.password_reset", &place, &Actor::default(), now)?;
            Ok(user.clone())
        })?;
        log::info!("gave {} a new password and ended all sessions", user.name);
        if user.disabled_at.is_some() {
            log::warn!("the account is disabled; an admin must enable it before {} can log in", user.name);
        }
        Ok(())
    }
}

impl Unlock {
    fn run(&self, settings: &Settings) -> AnyResult<()> {
        let (waited, name) = on_account(settings, &self.email, |conn, user, state| {
            let from = self.from.map_or(Ok(false), |from| throttle::unlock(conn, &throttle::address(from)))?;
            Ok((login::unlock(conn, user, &Actor::default(), state.clock.now())? || from, user.name.clone()))
        })?;
        log::info!("{name} {}", if waited { "may log in again without waiting" } else { "did not have to wait" });
        Ok(())
    }
}

impl Invite {
    fn run(&self, settings: &Settings) -> AnyResult<()> {
        let new = forms::new_user(&self.email, &self.name, self.role).map_err(|errors| sentences(&errors))?;
        let host = Host::join(settings)?;
        let now = host.state.clock.now();
        let made = host.state.db.write_here(|conn| invitation::invite_by_hand(conn, &new, &Actor::default(), now));
        let link = made.map(|token| invitation::link(&host.state.base_url, &token));
        host.close()?;
        log::info!("with this link {} sets a password, once, within 7 days: {}", new.name, link.map_err(told)?);
        Ok(())
    }
}

impl ChangeEmail {
    fn run(&self, settings: &Settings) -> AnyResult<()> {
        let name = on_account(settings, &self.email, |conn, user, state| {
            email_change::set(conn, user, &self.to, &Place::command_line(), &Actor::default(), state.clock.now())?;
            Ok(user.name.clone())
        })?;
        log::info!("{name} logs in as {} now", self.to);
        Ok(())
    }
}

fn reset_second_factor(settings: &Settings, email: &str) -> AnyResult<()> {
    let (place, actor) = (Place::command_line(), Actor::default());
    let (had, name) = on_account(settings, email, |conn, user, state| {
        let by = By { keep: "", place: &place, actor: &actor, now: state.clock.now() };
        Ok((second_factor::turn_off(conn, user.id, &by)?, user.name.clone()))
    })?;
    log::info!("{name} {}", if had { "logs in with the password alone now; all sessions are ended" } else { "had no second factor" });
    Ok(())
}

fn reset_link(settings: &Settings, email: &str) -> AnyResult<()> {
    let (link, name) = on_account(settings, email, |conn, user, state| {
        let token = reset::mint(conn, user, state.clock.now())?;
        Ok((reset::link(&state.base_url, &token), user.name.clone()))
    })?;
    log::info!("with this link {name} sets a new password, once, within an hour: {link}");
    Ok(())
}

/// Runs a change on the account with that address.
fn on_account<T>(settings: &Settings, email: &str, work: impl Fn(&mut Conn, &User, &State) -> AppResult<T>) -> AnyResult<T> {
    let host = Host::join(settings)?;
    let done = host.state.db.write_here(|conn| {
        let Some(user) = User::by_email(conn, email)? else { return Ok(None) };
        work(conn, &user, &host.state).map(Some)
    });
    host.close()?;
    done.map_err(told)?.ok_or_else(|| format!("There is no account with the address {email}.").into())
}

fn read_password(from_stdin: bool) -> AnyResult<String> {
    if from_stdin {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let ask = |prompt: &str| {
        rpassword::prompt_password(prompt).map_err(|error| format!("There is no terminal to ask on ({error}). Use --password-stdin."))
    };
    let typed = ask("Password: ")?;
    if typed != ask("Once more: ")? {
        return Err("The two passwords are not the same. Nothing was changed; run the command again.".into());
    }
    Ok(typed)
}

fn refuse_weak(typed: &str, email: &str, name: &str) -> AnyResult<()> {
    strength::fault(typed, email, name).map_or(Ok(()), |fault| Err(fault.into()))
}

/// The sentences of a refused form, since there is no field to show them at.
fn told(error: AppError) -> AnyError {
    match error {
        AppError::Invalid(errors) => sentences(&errors).into(),
        AppError::Internal(source) => source,
        other => other.into(),
    }
}

fn sentences(errors: &FormErrors) -> String {
    let at_fields = errors.fields().map(|(_, sentence)| sentence);
    errors.general().iter().map(String::as_str).chain(at_fields).collect::<Vec<_>>().join(" ")
}

/// Reads an address of an account.
pub(super) fn address(text: &str) -> Result<String, String> {
    let email = forms::email(text);
    match forms::new_user(&email, "x", Role::Author) {
        Ok(_) => Ok(email),
        Err(errors) => Err(sentences(&errors)),
    }
}

fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    match forms::new_user("x@localhost", name, Role::Author) {
        Ok(_) => Ok(name.to_owned()),
        Err(errors) => Err(sentences(&errors)),
    }
}

fn role_parser() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.iter().map(|role| role.word()))
        .map(|word| Role::from_word(&word).expect("the parser lets known words through only"))
}

#[cfg(test)]
mod tests {
    use crate::cli::Cli;
    use clap::Parser;

    fn status(args: &[&str]) -> Option<i32> {
        Cli::try_parse_from([&["mainstay", "admin"], args].concat()).err().map(|error| error.exit_code())
    }

    #[test]
    fn wrong_arguments_end_with_status_2() {
        let right = ["create", "--email", "ada@example.org", "--name", "Ada", "--role", "owner"];
        assert_eq!(status(&right), None);
        for (place, wrong) in [(2, "nowhere"), (4, " "), (6, "captain")] {
            let mut args = right;
            args[place] = wrong;
            assert_eq!(status(&args), Some(2), "{args:?}");
        }
        assert_eq!(status(&right[..5]), Some(2));
        assert_eq!(status(&["reset-password"]), Some(2));
        assert_eq!(status(&["create", "--help"]), Some(0));
    }
}
