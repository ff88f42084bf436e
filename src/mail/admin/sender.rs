//! The sender: which server, which signature, and what the DNS of the domain should say.

use crate::{
    error::{AppError, AppResult},
    mail::{
        dkim,
        model::dkim_key::{self, KeyState, PublicKey},
        paths,
    },
    site::Page,
    web::{
        blocking::blocking,
        ctx::Ctx,
        form::{Confirmed, Submitted},
        person::Right,
    },
};
use actix_web::HttpResponse;
use askama::Template;
use std::net::SocketAddr;

#[derive(Template)]
#[template(path = "mail/admin/sender.html")]
struct Show {
    page: Page,
    from: String,
    domain: String,
    server: Option<String>,
    keys: Vec<PublicKey>,
}

impl Show {
    fn record_name(&self, key: &PublicKey) -> String {
        dkim::record_name(&self.domain, &key.selector)
    }

    fn record(key: &PublicKey) -> String {
        dkim::record(&key.public_key)
    }

    fn is_new(key: &PublicKey) -> bool {
        key.state == KeyState::New
    }

    fn signs(&self) -> bool {
        self.keys.iter().any(|key| key.state == KeyState::Signing)
    }

    fn has_new(&self) -> bool {
        self.keys.iter().any(Show::is_new)
    }

    /// The mail server as an SPF record names it (RFC 7208, 5): by its name, or by its address where it is given by that.
    fn mechanism(&self) -> Option<String> {
        let server = self.server.as_deref()?;
        if let Ok(ip) = server.parse::<SocketAddr>().map(|address| address.ip()).or_else(|_| server.trim_matches(['[', ']']).parse()) {
            return Some(if ip.is_ipv4() { format!("ip4:{ip}") } else { format!("ip6:{ip}") });
        }
        Some(format!("a:{}", server.rsplit_once(':').map_or(server, |(host, _)| host)))
    }

    /// Whether the address of the sender is one that nobody else's server will take.
    fn is_unset(&self) -> bool {
        self.domain == "localhost"
    }
}

/// `GET /admin/mail/sender` — what there is, and what is missing.
pub async fn show(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let (visit, mail) = (ctx.visit(), ctx.state.mail.clone());
    ctx.draw(move |conn| {
        Ok(Show {
            page: Page::admin(conn, visit)?,
            from: mail.from().to_string(),
            domain: mail.domain().to_owned(),
            server: mail.server().map(str::to_owned),
            keys: dkim_key::all(conn)?,
        })
    })
    .await
}

/// `POST /admin/mail/sender/key` — makes a key that signs nothing yet.
pub async fn make(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let key = blocking(|| dkim::generate().map_err(AppError::Internal)).await?;
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db.write(move |conn| dkim_key::add(conn, &key, &actor, now)).await?;
    ctx.flash("Made a key. Publish its record, then let it sign.").see_other(paths::SENDER)
}

/// `POST /admin/mail/sender/signing` — lets the new key sign from now on.
pub async fn sign(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let (actor, now) = (ctx.actor(), ctx.now());
    match ctx.db.write(move |conn| dkim_key::start(conn, &actor, now)).await {
        Ok(()) => ctx.flash("Letters are signed from now on.").see_other(paths::SENDER),
        Err(AppError::Conflict(why)) => ctx.warn(why).see_other(paths::SENDER),
        Err(other) => Err(other),
    }
}

#[derive(Template)]
#[template(path = "mail/admin/unsigned.html")]
struct Ask {
    page: Page,
}

/// `GET /admin/mail/sender/deletion` — asks whether to send without a signature.
pub async fn ask(ctx: Ctx) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let visit = ctx.visit();
    ctx.draw(move |conn| Ok(Ask { page: Page::admin(conn, visit)? })).await
}

/// `POST /admin/mail/sender/deletion` — deletes the keys.
pub async fn drop_key(ctx: Ctx, _: Submitted<Confirmed>) -> AppResult<HttpResponse> {
    ctx.require(Right::ManageMail)?;
    let (actor, now) = (ctx.actor(), ctx.now());
    ctx.db.write(move |conn| Ok(dkim_key::drop_all(conn, &actor, now)?)).await?;
    ctx.flash("Letters go out without a signature from now on.").see_other(paths::SENDER)
}
