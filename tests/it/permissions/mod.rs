//! Who may open what: every route of the application × every role × one's own and somebody else's.
//!
//! [`TABLE`] is the one place where this is written down. It is held against the routes that the source registers
//! ([`routes`]), so a new route fails here until somebody has decided who may use it.

mod pages;
pub mod routes;
pub mod things;

use crate::support::{
    answer::Answer,
    site::{Site, Visitor, a_page},
};
use actix_web::test::TestRequest;
use diesel::prelude::*;
use mainstay::{
    content::model::entry::EntryId,
    schema::{user_branches, users},
    web::person::{Reach, Role, UserId},
};
use things::Things;

/// The status that each gets: a visitor, a contributor, an author, an editor, an admin, an owner. Forms are sent empty but for
/// their token, so 422 means that this person may send it. After a slash: when the thing is somebody else's (an entry) or an
/// owner (a person). A visitor who must log in is sent there (303) or told so (401). Two have no
/// column: a reader ([`of_reader`]), and an editor who is limited to a branch of the page tree ([`of_limited`]).
const TABLE: &str = "
    GET  /                                               200  200      200      200  200      200
    GET  /posts                                          200  200      200      200  200      200
    GET  /posts/{slug}                                   200  200      200      200  200      200
    GET  /posts/{year:[0-9]{4}}/{month:[0-9]{2}}         200  200      200      200  200      200
    GET  /categories                                     200  200      200      200  200      200
    GET  /categories/{path:.+}                           200  200      200      200  200      200
    GET  /tags                                           200  200      200      200  200      200
    GET  /tags/{slug}                                    200  200      200      200  200      200
    GET  /authors/{slug}                                 200  200      200      200  200      200
    GET  /series                                         200  200      200      200  200      200
    GET  /series/{slug}                                  200  200      200      200  200      200
    GET  /search                                         200  200      200      200  200      200
    GET  /search/suggestions                             200  200      200      200  200      200
    POST /search/clicks                                  204  403      403      403  403      403
    GET  /opensearch.xml                                 200  200      200      200  200      200
    GET  /feeds/{format}                                 200  200      200      200  200      200
    GET  /share/{id}.png                                 200  200      200      200  200      200
    GET  /feeds/{format}/comments                        200  200      200      200  200      200
    GET  /feeds/{format}/comments/{path:.+}              200  200      200      200  200      200
    GET  /feeds/{format}/categories/{path:.+}            200  200      200      200  200      200
    GET  /feeds/{format}/tags/{slug}                     200  200      200      200  200      200
    GET  /feeds/{format}/authors/{slug}                  200  200      200      200  200      200
    GET  /sitemap.xml                                    200  200      200      200  200      200
    GET  /sitemaps/topics.xml                            200  200      200      200  200      200
    GET  /sitemaps/{part}.xml                            200  200      200      200  200      200
    GET  /robots.txt                                     200  200      200      200  200      200
    GET  /llms.txt                                       200  200      200      200  200      200
    GET  /oembed                                         404  404      404      404  404      404
    GET  /static/css/theme.css                           200  200      200      200  200      200
    GET  /favicon.ico                                    302  302      302      302  302      302
    GET  /files/{hash}/{name}                            404  404      404      404  404      404
    GET  /pictures/{folder}/{name}                       404  404      404      404  404      404
    GET  /pictures/embeds/{name}                         404  404      404      404  404      404
    GET  /healthz/live                                   200  200      200      200  200      200
    GET  /healthz/ready                                  200  200      200      200  200      200

    # Whoever has the link reads the draft; what has ended is tried in `sharing`.
    GET  /review/{token}                                  200  200      200      200  200      200
    POST /review/{token}/notes                            422  422      422      422  422      422

    # Whoever wrote a comment changes it, which is tried in `comments`; so are links of letters that work.
    GET  /comments/new                                   200  200      200      200  200      200
    POST /comments                                       422  422      422      422  422      422
    GET  /comments/avatars/{seed}.svg                    200  200      200      200  200      200
    GET  /comments/confirmation                          403  403      403      403  403      403
    POST /comments/confirmation                          403  403      403      403  403      403
    GET  /comments/moderation                            403  403      403      403  403      403
    POST /comments/moderation                            403  403      403      403  403      403
    GET  /unsubscribe/comments                           403  403      403      403  403      403
    POST /unsubscribe/comments                           403  403      403      403  403      403
    GET  /comments/{id}                                  302  302      302      302  302      302
    GET  /comments/{id}/edit                             403  403      403      403  403      403
    POST /comments/{id}/edit                             403  403      403      403  403      403
    GET  /comments/{id}/withdrawal                       403  403      403      403  403      403
    POST /comments/{id}/withdrawal                       403  403      403      403  403      403
    # Whoever sees the page writes by its form; a form that is gone is tried in `contact`.
    POST /contact-forms/{id}                              422  422      422      422  422      422
    GET  /contact-forms/{id}/thanks                       200  200      200      200  200      200

    # Doors. A link that is used up or made up opens nothing; live ones are tried in `accounts`.
    GET  /login                                          200  303      303      303  303      303
    POST /login                                          422  422      422      422  422      422
    POST /logout                                         303  303      303      303  303      303
    GET  /login/confirmation                             303  200      200      200  200      200
    POST /login/confirmation                             401  422      422      422  422      422
    GET  /login/second-factor                            303  303      303      303  303      303
    POST /login/second-factor                            303  303      303      303  303      303
    GET  /login/reset                                    200  200      200      200  200      200
    POST /login/reset                                    422  422      422      422  422      422
    GET  /login/new-password                             403  403      403      403  403      403
    POST /login/new-password                             403  403      403      403  403      403
    GET  /login/email                                    403  403      403      403  403      403
    POST /login/email                                    403  403      403      403  403      403
    POST /login/email/cancellation                       403  403      403      403  403      403
    POST /login/passkey/options                          200  409      409      409  409      409
    POST /login/passkey                                  403  403      403      403  403      403
    POST /password-strength                              200  200      200      200  200      200
    GET  /setup                                          403  403      403      403  403      403
    POST /setup                                          403  403      403      403  403      403
    GET  /invitation                                     403  403      403      403  403      403
    POST /invitation                                     403  403      403      403  403      403

    # Nobody signs up where no setting allows it; where one does is tried in `accounts`.
    GET  /sign-up                                        404  303      303      303  303      303
    POST /sign-up                                        404  404      404      404  404      404
    GET  /sign-up/confirmation                           404  404      404      404  404      404
    POST /sign-up/confirmation                           404  404      404      404  404      404

    GET  /admin                                          303  200      200      200  200      200
    GET  /admin/markdown                                 303  200      200      200  200      200
    GET  /admin/profile                                  303  200      200      200  200      200
    POST /admin/profile                                  401  422      422      422  422      422
    GET  /admin/profile/password                         303  200      200      200  200      200
    POST /admin/profile/password                         401  422      422      422  422      422
    GET  /admin/profile/email                            303  200      200      200  200      200
    POST /admin/profile/email                            401  422      422      422  422      422
    POST /admin/profile/email/deletion                   401  303      303      303  303      303
    GET  /admin/profile/second-factor                    303  200      200      200  200      200
    POST /admin/profile/second-factor                    401  422      422      422  422      422
    POST /admin/profile/second-factor/codes              401  409      409      409  409      409
    GET  /admin/profile/second-factor/deletion           303  200      200      200  200      200
    POST /admin/profile/second-factor/deletion           401  303      303      303  303      303
    GET  /admin/profile/passkeys                         303  200      200      200  200      200
    POST /admin/profile/passkeys                         401  422      422      422  422      422
    POST /admin/profile/passkeys/options                 401  200      200      200  200      200
    POST /admin/profile/passkeys/{id}                    401  422      422      422  422      422
    GET  /admin/profile/passkeys/{id}/deletion           303  404      404      404  404      404
    POST /admin/profile/passkeys/{id}/deletion           401  404      404      404  404      404
    GET  /admin/profile/sessions                         303  200      200      200  200      200
    POST /admin/profile/sessions/revocation              401  303      303      303  303      303
    POST /admin/profile/sessions/{handle}/revocation     401  303      303      303  303      303

    # An author changes only what is by that author; so does a contributor, who takes nothing off the site.
    GET  /admin/entries                                   303  200      200      200  200      200
    POST /admin/entries                                   401  422      422      422  422      422
    GET  /admin/entries/new                               303  200      200      200  200      200
    GET  /admin/entries/suggestions                       303  200      200      200  200      200
    POST /admin/entries/preview                           401  200      200      200  200      200
    GET  /admin/entries/{id}                              303  200/403  200/403  200  200      200
    POST /admin/entries/{id}                              401  422/403  422/403  422  422      422
    GET  /admin/entries/{id}/preview                      303  200/403  200/403  200  200      200
    GET  /admin/entries/{id}/preview/frames               303  200/403  200/403  200  200      200
    GET  /admin/entries/{id}/revisions/{number}/preview   303  200/403  200/403  200  200      200
    GET  /admin/entries/{id}/notes                        303  200/403  200/403  200  200      200
    POST /admin/entries/{id}/notes                        401  422/403  422/403  422  422      422
    POST /admin/entries/{id}/notes/{note}/resolution      401  303/403  303/403  303  303      303
    GET  /admin/entries/{id}/sharing                      303  200/403  200/403  200  200      200
    POST /admin/entries/{id}/sharing                      401  422/403  422/403  422  422      422
    POST /admin/entries/{id}/sharing/{link}/revocation    401  303/403  303/403  303  303      303
    GET  /admin/entries/{id}/unpublication                303  403      200/403  200  200      200
    POST /admin/entries/{id}/unpublication                401  403      303/403  303  303      303
    GET  /admin/entries/{id}/trash                        303  200/403  200/403  200  200      200
    POST /admin/entries/{id}/trash                        401  303/403  303/403  303  303      303
    POST /admin/entries/{id}/restoration                  401  303/403  303/403  303  303      303
    GET  /admin/entries/{id}/deletion                     303  200/403  200/403  200  200      200
    POST /admin/entries/{id}/deletion                     401  303/403  303/403  303  303      303
    GET  /admin/entries/{id}/duplication                  303  200/403  200/403  200  200      200
    POST /admin/entries/{id}/duplication                  401  303/403  303/403  303  303      303

    # Below one's own entries an author decides about comments; bans hold for the whole site.
    GET  /admin/entries/{id}/comments                     303  403      200/403  200  200      200
    POST /admin/entries/{id}/comments                     401  403      422/403  422  422      422
    GET  /admin/comments                                  303  403      200      200  200      200
    POST /admin/comments                                  401  403      303      303  303      303
    POST /admin/comments/undo                             401  403      303      303  303      303
    GET  /admin/comments/deletion                         303  403      303      303  303      303
    POST /admin/comments/deletion                         401  403      303      303  303      303
    GET  /admin/comments/bans                             303  403      403      200  200      200
    POST /admin/comments/bans                             401  403      403      422  422      422
    POST /admin/comments/bans/{id}/deletion               401  403      403      303  303      303
    GET  /admin/comments/settings                         303  403      403      403  200      200
    POST /admin/comments/settings                         401  403      403      403  422      422
    GET  /admin/comments/{id}                             303  403      200/403  200  200      200
    POST /admin/comments/{id}                             401  403      422/403  422  422      422

    # Each entry of many by its own rules; what became of them is told to who asked for it, and to editors.
    GET  /admin/entries/bulk                              303  200      200      200  200      200
    POST /admin/entries/bulk                              401  422      422      422  422      422
    GET  /admin/entries/bulk/{id}                         303  200/403  200/403  200  200      200
    GET  /admin/entries/{id}/links                        303  200/403  200/403  200  200      200
    POST /admin/entries/{id}/links                        401  303/403  303/403  303  303      303
    GET  /admin/entries/{id}/revisions                    303  200/403  200/403  200  200      200
    POST /admin/entries/{id}/revisions/{number}/name      401  303/403  303/403  303  303      303
    GET  /admin/entries/{id}/revisions/{number}/restoration 303  200/403  200/403  200  200      200
    POST /admin/entries/{id}/revisions/{number}/restoration 401  303/403  303/403  303  303      303
    POST /admin/entries/autosave                          401  422      422      422  422      422
    POST /admin/entries/autosave/discard                  401  303      303      303  303      303
    GET  /admin/entries/{id}/autosave                     303  303/403  303/403  303  303      303
    POST /admin/entries/{id}/autosave                     401  200/403  200/403  200  200      200
    POST /admin/entries/{id}/autosave/discard             401  303/403  303/403  303  303      303
    POST /admin/entries/{id}/presence                     401  200/403  200/403  200  200      200

    # A review is read by who handed it in, its author, those asked, and editors.
    GET  /admin/reviews                                  303  200      200      200  200      200
    GET  /admin/reviews/{id}                             303  200/403  200/403  200  200      200
    GET  /admin/reviews/{id}/preview                     303  200/403  200/403  200  200      200
    POST /admin/reviews/{id}/approval                    401  422/403  422/403  422  422      422
    POST /admin/reviews/{id}/changes                     401  422/403  422/403  422  422      422
    POST /admin/reviews/{id}/withdrawal                  401  303/403  303/403  303  303      303

    # Everybody who writes looks into the library; authors change what they have brought, editors everything.
    GET  /admin/media                                     303  200      200      200  200      200
    POST /admin/media                                     401  403      422      422  422      422
    GET  /admin/media/new                                 303  403      200      200  200      200
    GET  /admin/media/picker                              303  200      200      200  200      200
    GET  /admin/media/deletion                            303  403      422      422  422      422
    POST /admin/media/deletion                            401  403      422      422  422      422
    GET  /admin/media/move                                303  403      422      422  422      422
    POST /admin/media/move                                401  403      422      422  422      422
    GET  /admin/media/{id}                                303  200      200      200  200      200
    POST /admin/media/{id}                                401  403      422/403  422  422      422
    GET  /admin/media/{id}/replacement                    303  403      200/403  200  200      200
    POST /admin/media/{id}/replacement                    401  403      422/403  422  422      422
    GET  /admin/media/{id}/deletion                       303  403      200/403  200  200      200
    POST /admin/media/{id}/deletion                       401  403      303/403  303  303      303
    GET  /admin/media/folders/new                         303  403      403      200  200      200
    POST /admin/media/folders                             401  403      403      422  422      422
    GET  /admin/media/folders/{id}                        303  403      403      200  200      200
    POST /admin/media/folders/{id}                        401  403      403      422  422      422
    GET  /admin/media/folders/{id}/deletion               303  403      403      200  200      200
    POST /admin/media/folders/{id}/deletion               401  403      403      303  303      303

    # Who edits everything puts siblings in order; a page of one's own is moved as it is edited.
    GET  /admin/pages                                     303  200      200      200  200      200
    GET  /admin/pages/suggestions                         303  200      200      200  200      200
    POST /admin/pages/{id}/position                       401  403      403      400  400      400
    GET  /admin/pages/{id}/move                           303  200/403  200/403  200  200      200
    POST /admin/pages/{id}/move                           401  422/403  422/403  422  422      422

    GET  /admin/snippets                                  303  403      403      200  200      200
    POST /admin/snippets                                  401  403      403      422  422      422
    GET  /admin/snippets/new                              303  403      403      200  200      200
    GET  /admin/snippets/{id}                             303  403      403      200  200      200
    POST /admin/snippets/{id}                             401  403      403      422  422      422
    GET  /admin/snippets/{id}/deletion                    303  403      403      200  200      200
    POST /admin/snippets/{id}/deletion                    401  403      403      303  303      303

    # An editor sees what is asked about links, an admin decides who is.
    GET  /admin/embeds                                    303  403      403      200  200      200
    POST /admin/embeds/{id}/again                         401  403      403      303  303      303
    GET  /admin/embeds/settings                           303  403      403      403  200      200
    POST /admin/embeds/settings                           401  403      403      403  303      303
    POST /admin/embeds/providers                          401  403      403      403  422      422
    GET  /admin/embeds/providers/new                      303  403      403      403  200      200
    GET  /admin/embeds/providers/{id}                     303  403      403      403  200      200
    POST /admin/embeds/providers/{id}                     401  403      403      403  422      422
    GET  /admin/embeds/providers/{id}/deletion            303  403      403      403  200      200
    POST /admin/embeds/providers/{id}/deletion            401  403      403      403  303      303

    GET  /admin/calendar                                  303  200      200      200  200      200
    GET  /admin/categories                                303  403      403      200  200      200
    POST /admin/categories                                401  403      403      422  422      422
    GET  /admin/categories/new                            303  403      403      200  200      200
    GET  /admin/categories/{id}                           303  403      403      200  200      200
    POST /admin/categories/{id}                           401  403      403      422  422      422
    GET  /admin/categories/{id}/deletion                  303  403      403      200  200      200
    POST /admin/categories/{id}/deletion                  401  403      403      303  303      303
    GET  /admin/tags                                      303  403      403      200  200      200
    GET  /admin/tags/{id}                                 303  403      403      200  200      200
    POST /admin/tags/{id}                                 401  403      403      422  422      422
    GET  /admin/tags/{id}/merge                           303  403      403      200  200      200
    POST /admin/tags/{id}/merge                           401  403      403      422  422      422
    GET  /admin/tags/{id}/deletion                        303  403      403      200  200      200
    POST /admin/tags/{id}/deletion                        401  403      403      303  303      303
    GET  /admin/series                                    303  403      403      200  200      200
    POST /admin/series                                    401  403      403      422  422      422
    GET  /admin/series/new                                303  403      403      200  200      200
    GET  /admin/series/{id}                               303  403      403      200  200      200
    POST /admin/series/{id}                               401  403      403      422  422      422
    GET  /admin/series/{id}/deletion                      303  403      403      200  200      200
    POST /admin/series/{id}/deletion                      401  403      403      303  303      303
    POST /admin/series/{id}/parts                         401  403      403      422  422      422
    POST /admin/series/{id}/parts/{entry}/position        401  403      403      400  400      400
    POST /admin/series/{id}/parts/{entry}/removal         401  403      403      303  303      303
    GET  /admin/search                                    303  200      200      200  200      200
    GET  /admin/searches                                  303  403      403      200  200      200
    GET  /admin/searches/promotions                       303  403      403      200  200      200
    POST /admin/searches/promotions                       401  403      403      422  422      422
    GET  /admin/searches/promotions/new                   303  403      403      200  200      200
    GET  /admin/searches/promotions/{id}/deletion         303  403      403      200  200      200
    POST /admin/searches/promotions/{id}/deletion         401  403      403      303  303      303
    GET  /admin/journal                                   303  403      403      200  200      200
    GET  /admin/journal.csv                               303  403      403      403  200      200

    # What visitors write. Who gets it by mail is for those who change the settings.
    GET  /admin/messages                                  303  403      403      200  200      200
    GET  /admin/messages.csv                              303  403      403      200  200      200
    GET  /admin/messages/{id}                             303  403      403      200  200      200
    POST /admin/messages/{id}/decision                    401  403      403      400  400      400
    GET  /admin/messages/{id}/deletion                    303  403      403      200  200      200
    POST /admin/messages/{id}/deletion                    401  403      403      303  303      303
    GET  /admin/messages/forms                            303  403      403      403  200      200
    POST /admin/messages/forms                            401  403      403      403  422      422
    GET  /admin/messages/forms/new                        303  403      403      403  200      200
    GET  /admin/messages/forms/{id}                       303  403      403      403  200      200
    POST /admin/messages/forms/{id}                       401  403      403      403  422      422
    GET  /admin/messages/forms/{id}/deletion              303  403      403      403  200      200
    POST /admin/messages/forms/{id}/deletion              401  403      403      403  303      303

    # The outbox.
    GET  /admin/mail                                      303  403      403      403  200      200
    GET  /admin/mail/test                                 303  403      403      403  200      200
    POST /admin/mail/test                                 401  403      403      403  303      303
    GET  /admin/mail/suppressed                           303  403      403      403  200      200
    POST /admin/mail/suppressed                           401  403      403      403  422      422
    POST /admin/mail/suppressed/{id}/deletion             401  403      403      403  303      303
    GET  /admin/mail/sender                               303  403      403      403  200      200
    POST /admin/mail/sender/key                           401  403      403      403  303      303
    POST /admin/mail/sender/signing                       401  403      403      403  303      303
    GET  /admin/mail/sender/deletion                      303  403      403      403  200      200
    POST /admin/mail/sender/deletion                      401  403      403      403  303      303
    GET  /admin/mail/{id}                                 303  403      403      403  200      200
    GET  /admin/mail/{id}/html                            303  403      403      403  200      200
    POST /admin/mail/{id}/resend                          401  403      403      403  303      303
    GET  /admin/mail/{id}/cancellation                    303  403      403      403  200      200
    POST /admin/mail/{id}/cancellation                    401  403      403      403  303      303

    # Addresses.
    GET  /admin/redirects                                303  403      403      200  200      200
    POST /admin/redirects                                401  403      403      422  422      422
    GET  /admin/redirects.csv                            303  403      403      200  200      200
    GET  /admin/redirects/new                            303  403      403      200  200      200
    GET  /admin/redirects/deletion                       303  403      403      303  303      303
    POST /admin/redirects/deletion                       401  403      403      303  303      303
    GET  /admin/redirects/imports                        303  403      403      200  200      200
    POST /admin/redirects/imports                        401  403      403      422  422      422
    GET  /admin/redirects/imports/{id}                   303  403      403      200  200      200
    POST /admin/redirects/imports/{id}                   401  403      403      303  303      303
    GET  /admin/redirects/{id}                           303  403      403      200  200      200
    POST /admin/redirects/{id}                           401  403      403      422  422      422
    GET  /admin/lost                                     303  403      403      200  200      200
    POST /admin/lost                                     401  403      403      303  303      303
    GET  /admin/lost/deletion                            303  403      403      303  303      303
    POST /admin/lost/deletion                            401  403      403      303  303      303
    GET  /admin/lost/rules                               303  403      403      200  200      200
    POST /admin/lost/rules                               401  403      403      303  303      303
    POST /admin/lost/{id}/redirect                       401  403      403      303  303      303
    GET  /admin/links                                    303  403      403      200  200      200
    POST /admin/links                                    401  403      403      303  303      303
    GET  /admin/links/outside                            303  403      403      200  200      200
    POST /admin/links/outside                            401  403      403      303  303      303
    GET  /admin/links/{id}                               303  403      403      200  200      200
    POST /admin/links/{id}/mending                       401  403      403      303  303      303

    # Nobody but an owner touches an owner.
    GET  /admin/people                                   303  403      403      403  200      200
    POST /admin/people                                   401  403      403      403  422      422
    GET  /admin/people/new                               303  403      403      403  200      200
    GET  /admin/people/roles                             303  403      403      403  200      200
    GET  /admin/people/{id}                              303  403      403      403  200/403  200
    POST /admin/people/{id}                              401  403      403      403  422/403  422
    POST /admin/people/{id}/invitation                   401  403      403      403  303/403  303
    GET  /admin/people/{id}/second-factor                303  403      403      403  200/403  200
    POST /admin/people/{id}/second-factor                401  403      403      403  303/403  303
    GET  /admin/people/{id}/disabled                     303  403      403      403  200/403  200
    POST /admin/people/{id}/disabled                     401  403      403      403  303/403  303
    POST /admin/people/{id}/disabled/delete              401  403      403      403  303/403  303
    GET  /admin/reach                                     303  403      403      403  200      200
    POST /admin/reach                                     401  403      403      403  422      422
    POST /admin/people/{id}/erasure                      401  403      403      403  422/403  422
    GET  /admin/people/{id}/erasure                      303  403      403      403  200/403  200
    GET  /admin/people/{id}/data                         303  403      403      403  200/403  200
    POST /admin/people/{id}/data                         401  403      403      403  303/403  303
    GET  /admin/people/{id}/data.zip                     303  403      403      403  303/403  303

    GET  /admin/personal-data                            303  403      403      403  200      200
    POST /admin/personal-data                            401  403      403      403  422      422
    GET  /admin/personal-data.json                       303  403      403      403  400      400

    # What is kept of oneself. The file itself is fetched when it is made, which is tried in `privacy`.
    GET  /admin/profile/data                             303  200      200      200  200      200
    GET  /account/data.zip                               303  303      303      303  303      303

    # The account of a reader ([`of_reader`]); pages lead whoever has a profile there.
    GET  /account                                        303  303      303      303  303      303
    POST /account                                        401  422      422      422  422      422
    GET  /account/email                                  303  303      303      303  303      303
    POST /account/email                                  401  422      422      422  422      422
    POST /account/email/deletion                         401  303      303      303  303      303
    GET  /account/password                               303  303      303      303  303      303
    POST /account/password                               401  422      422      422  422      422
    GET  /account/sessions                               303  303      303      303  303      303
    POST /account/sessions/revocation                    401  303      303      303  303      303
    POST /account/sessions/{handle}/revocation           401  303      303      303  303      303
    GET  /account/data                                   303  303      303      303  303      303
    POST /account/data                                   401  303      303      303  303      303
    GET  /account/erasure                                303  303      303      303  303      303
    POST /account/erasure                                401  422      422      422  422      422

    GET  /admin/settings                                 303  403      403      403  200      200
    POST /admin/settings                                 401  403      403      403  422      422
    GET  /admin/appearance                               303  403      403      403  200      200
    POST /admin/appearance                               401  403      403      403  422      422
    GET  /admin/appearance/preview                       303  403      403      403  200      200
    POST /admin/appearance/preview                       401  403      403      403  422      422
    GET  /admin/appearance/preview.css                   303  403      403      403  200      200
    POST /admin/appearance/undo                          401  403      403      403  409      409
    GET  /admin/appearance/reset                         303  403      403      403  200      200
    POST /admin/appearance/reset                         401  403      403      403  303      303
    GET  /admin/menus                                    303  403      403      403  200      200
    POST /admin/menus                                    401  403      403      403  422      422
    GET  /admin/menus/new                                303  403      403      403  200      200
    GET  /admin/menus/{menu}                             303  403      403      403  200      200
    POST /admin/menus/{menu}                             401  403      403      403  422      422
    POST /admin/menus/{menu}/order                       401  403      403      403  422      422
    GET  /admin/menus/{menu}/deletion                    303  403      403      403  200      200
    POST /admin/menus/{menu}/deletion                    401  403      403      403  303      303
    POST /admin/menus/{menu}/items                       401  403      403      403  422      422
    GET  /admin/menus/{menu}/items/new                   303  403      403      403  200      200
    GET  /admin/menus/{menu}/items/{item}                303  403      403      403  200      200
    POST /admin/menus/{menu}/items/{item}                401  403      403      403  422      422
    GET  /admin/menus/{menu}/items/{item}/deletion       303  403      403      403  200      200
    POST /admin/menus/{menu}/items/{item}/deletion       401  403      403      403  303      303
    GET  /admin/gate                                     303  403      403      403  200      200
    POST /admin/gate                                     401  403      403      403  303      303
    GET  /admin/workflows                                303  403      403      403  200      200
    POST /admin/workflows                                401  403      403      403  422      422
    GET  /admin/workflows/new                            303  403      403      403  200      200
    GET  /admin/workflows/{id}                           303  403      403      403  200      200
    POST /admin/workflows/{id}                           401  403      403      403  422      422
    GET  /admin/workflows/{id}/deletion                  303  403      403      403  200      200
    POST /admin/workflows/{id}/deletion                  401  403      403      403  303      303
    POST /webmention                                     404  404      404      404  404      404
    GET  /admin/comments/filter                          303  403      403      200  200      200
    POST /admin/comments/filter                          401  403      403      422  422      422
    GET  /admin/comments/filter/reset                    303  403      403      200  200      200
    POST /admin/comments/filter/reset                    401  403      403      303  303      303
    GET  /admin/comments/mentions                        303  403      403      200  200      200
    POST /admin/comments/mentions                        401  403      403      403  303      303
    POST /admin/comments/mentions/{id}/again             401  403      403      409  409      409
    POST /csp-reports                                    403  403      403      403  403      403
    GET  /admin/security                                 303  403      403      403  200      200
    GET  /admin/security/reports                         303  403      403      403  200      200
    GET  /admin/security/reports/deletion                303  403      403      403  200      200
    POST /admin/security/reports/deletion                401  403      403      403  303      303
    GET  /admin/cache                                    303  403      403      403  200      200
    POST /admin/cache                                    401  403      403      403  303      303
";

const ROLES: [Option<Role>; 7] =
    [None, Some(Role::Reader), Some(Role::Contributor), Some(Role::Author), Some(Role::Editor), Some(Role::Admin), Some(Role::Owner)];

/// A line of the table.
pub struct Rule {
    pub method: &'static str,
    pub route: &'static str,
    /// For each of [`ROLES`]: what is one's own, what is not.
    statuses: Vec<(u16, u16)>,
}

impl Rule {
    pub fn is_post(&self) -> bool {
        self.method == "POST"
    }
}

pub fn rules() -> Vec<Rule> {
    let lines = TABLE.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rule = |line: &'static str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |cell: &str| cell.parse().unwrap_or_else(|_| panic!("{line}"));
        let statuses = words[2..].iter().map(|cell| cell.split_once('/').unwrap_or((cell, cell)));
        let mut statuses: Vec<_> = statuses.map(|(own, other)| (number(own), number(other))).collect();
        statuses.insert(1, of_reader(words[0], words[1], statuses[1]));
        assert_eq!(statuses.len(), ROLES.len(), "{line}");
        Rule { method: words[0], route: words[1], statuses }
    };
    lines.map(rule).collect()
}

/// Pages that a reader has in the place of a profile.
const OF_READERS: &[&str] = &["/account", "/account/email", "/account/password", "/account/sessions", "/account/data", "/account/erasure"];

/// Whoever is a reader has no admin at all, and elsewhere what everybody has who is signed in.
fn of_reader(method: &str, route: &str, of_contributor: (u16, u16)) -> (u16, u16) {
    match route {
        _ if route.starts_with("/admin") => (403, 403),
        _ if method == "GET" && OF_READERS.contains(&route) => (200, 200),
        _ => of_contributor,
    }
}

/// One person for each of [`ROLES`].
fn people(site: &Site) -> Vec<Option<UserId>> {
    let people = ROLES.iter().map(|role| role.map(|role| site.given_user(role))).collect();
    // Who has no password was only invited, and the last owner beside them cannot be disabled.
    let known = diesel::update(users::table.filter(users::role.eq(Role::Owner))).set(users::password_hash.eq("x"));
    known.execute(&mut site.database.conn()).unwrap();
    people
}

/// A session of its own for each try; nobody's where there is no user.
fn guest(site: &Site, user: Option<UserId>) -> Visitor {
    user.map_or_else(|| site.visitor(), |user| site.session_of(user))
}

/// A form without a field but the token.
async fn post(by: &Visitor, address: &str, token: &str, from: &str) -> Answer {
    let request = TestRequest::post()
        .uri(address)
        .insert_header(("Sec-Fetch-Site", from))
        .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
        .set_payload(if token.is_empty() { String::new() } else { format!("token={token}") });
    by.send(request).await
}

#[test]
fn the_table_names_every_route_and_no_other() {
    let registered = routes::registered();
    let told: Vec<(String, String)> = rules().iter().map(|rule| (rule.method.to_owned(), rule.route.to_owned())).collect();
    let unknown: Vec<_> = registered.iter().filter(|route| !told.contains(route)).collect();
    let gone: Vec<_> = told.iter().filter(|route| !registered.contains(route)).collect();
    assert!(unknown.is_empty(), "who may use these? Say so in TABLE: {unknown:?}");
    assert!(gone.is_empty(), "no longer registered: {gone:?}");
    assert_eq!(told.len(), registered.len(), "a route stands there twice");
}

#[actix_web::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let site = Site::start().await;
    let things = Things::new(&site);
    let people = people(&site);
    let mut wrong = Vec::new();
    for rule in rules() {
        for (person, (own, other)) in people.iter().zip(&rule.statuses) {
            for (is_own, expected) in [(true, own), (false, other)] {
                if !is_own && !things.differ(rule.route) {
                    continue;
                }
                let address = things.address(rule.method, rule.route, *person, is_own);
                let guest = guest(&site, *person);
                let answer = match rule.is_post() {
                    true => post(&guest, &address, &guest.token, "same-origin").await,
                    false => guest.get(&address).await,
                };
                if answer.status.as_u16() != *expected {
                    let role = person.map_or("a visitor".to_owned(), |id| things.role(id).to_string());
                    let which = if is_own { "" } else { " (somebody else's)" };
                    wrong.push(format!("{} {}{which} by {role}: {} instead of {expected}", rule.method, rule.route, answer.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    site.run_jobs();
}

/// What an editor loses who is limited to a branch.
const BEYOND_BRANCHES: &[&str] = &[
    "/admin/snippets",
    "/admin/embeds",
    "/admin/categories",
    "/admin/tags",
    "/admin/series",
    "/admin/searches",
    "/admin/redirects",
    "/admin/lost",
    "/admin/links",
    "/admin/media/folders",
    "/admin/messages",
    "/admin/comments/bans",
    "/admin/comments/filter",
    "/admin/comments/mentions",
];

/// Routes about one entry or page. Nothing of these is done outside of the branch.
fn is_about_an_entry(route: &str) -> bool {
    let answers = ["/approval", "/changes", "/withdrawal"];
    let review = route.starts_with("/admin/reviews/{id}") && answers.iter().any(|end| route.ends_with(end));
    review
        || route.starts_with("/admin/comments/{id}")
        || route.starts_with("/admin/entries/{id}")
        || route.starts_with("/admin/pages/{id}")
}

/// The status that an editor of a branch gets inside and outside of it. Files are those of an author: one's own.
fn of_limited(rule: &Rule) -> (u16, u16) {
    let (author, editor) = (rule.statuses[3], rule.statuses[4]);
    match rule.route {
        route if BEYOND_BRANCHES.iter().any(|lost| route.starts_with(lost)) => (403, 403),
        "/admin/pages/{id}/position" => editor, // an empty form says of no page what to do; `reach` sends whole ones
        route if is_about_an_entry(route) => (editor.0, 403),
        route if route.starts_with("/admin/media") => author,
        _ => editor,
    }
}

#[actix_web::test]
async fn an_editor_of_a_branch_does_nothing_outside_of_it() {
    let site = Site::start().await;
    let things = Things::new(&site);
    let [inside, outside] = ["Inside", "Outside"].map(|title| site.given(a_page(title).published()));
    let mut wrong = Vec::new();
    for rule in rules() {
        let editor = site.given_user(Role::Editor);
        limit(&site, editor, inside);
        let (within, beyond) = of_limited(&rule);
        for (branch, is_own, expected) in [(inside, true, within), (outside, false, beyond)] {
            things.below(Some(branch));
            let address = things.address(rule.method, rule.route, Some(editor), is_own);
            let guest = site.session_of(editor);
            let answer = match rule.is_post() {
                true => post(&guest, &address, &guest.token, "same-origin").await,
                false => guest.get(&address).await,
            };
            if answer.status.as_u16() != expected {
                let place = if is_own { "inside" } else { "outside" };
                wrong.push(format!("{} {} {place}: {} instead of {expected}", rule.method, rule.route, answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    site.run_jobs();
}

/// Limits somebody to the branch of a page.
fn limit(site: &Site, user: UserId, branch: EntryId) {
    let conn = &mut site.database.conn();
    diesel::update(users::table.find(user)).set(users::reach.eq(Reach::Branches)).execute(conn).unwrap();
    let row = (user_branches::user_id.eq(user), user_branches::page_id.eq(branch.number()));
    diesel::insert_into(user_branches::table).values(row).execute(conn).unwrap();
}

#[actix_web::test]
async fn no_form_is_taken_from_another_site_or_without_its_token() {
    let site = Site::start().await;
    let things = Things::new(&site);
    let owner = site.given_user(Role::Owner);
    for rule in rules().iter().filter(|rule| rule.is_post()) {
        let address = things.address(rule.method, rule.route, Some(owner), true);
        let (guest, visitor) = (guest(&site, Some(owner)), site.visitor());
        let changes = site.count("journal");
        for (by, token, from, what) in [
            (&guest, "", "same-origin", "without the token"),
            (&guest, "0123456789012345678901234567890123456789012345678901234567890123", "same-origin", "with another token"),
            (&guest, guest.token.as_str(), "cross-site", "from another site"),
            (&guest, guest.token.as_str(), "same-site", "from a neighbour"),
            (&visitor, "", "cross-site", "by a visitor from another site"),
        ] {
            let status = post(by, &address, token, from).await.status;
            assert_eq!(status.as_u16(), 403, "{} {what}", rule.route);
        }
        assert_eq!(site.count("journal"), changes, "{}", rule.route);
        let still = guest.get("/admin").await.status;
        assert_eq!(still.as_u16(), 200, "{} ended the session", rule.route);
    }
    site.run_jobs();
}
