//! The limit that `make bench` measures against: actix-web with one handler that answers the same bytes with the same headers, and
//! nothing else.
//!
//! `raw PORT WORKERS HEADERS PLAIN BROTLI`: the last three are files, the headers one to a line as `name: value`.
//! `raw photo WIDTH HEIGHT FILE` draws something like a photo instead, to measure renditions of it.

mod photo;

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderName, HeaderValue, VARY},
    web::{self, Bytes},
};
use std::{env, error::Error, fs};

struct Page {
    headers: Vec<(HeaderName, HeaderValue)>,
    plain: Bytes,
    brotli: Bytes,
}

async fn show(req: HttpRequest, page: web::Data<Page>) -> HttpResponse {
    let brotli = req.headers().get(ACCEPT_ENCODING).is_some_and(|value| value == "br");
    let mut answer = HttpResponse::Ok();
    for (name, value) in &page.headers {
        answer.insert_header((name.clone(), value.clone()));
    }
    if brotli {
        answer.insert_header((CONTENT_ENCODING, "br")).insert_header((VARY, "accept-encoding")).body(page.brotli.clone())
    } else {
        answer.body(page.plain.clone())
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [what, width, height, file] = arguments.as_slice()
        && what == "photo"
    {
        return photo::draw(width.parse()?, height.parse()?, file);
    }
    let [port, workers, headers, plain, brotli] = arguments.as_slice() else { return Err("PORT WORKERS HEADERS PLAIN BROTLI".into()) };
    let header = |line: &str| -> Option<(HeaderName, HeaderValue)> {
        let (name, value) = line.split_once(": ")?;
        Some((name.parse().ok()?, value.parse().ok()?))
    };
    let headers = fs::read_to_string(headers)?.lines().filter_map(header).collect();
    let page = web::Data::new(Page { headers, plain: fs::read(plain)?.into(), brotli: fs::read(brotli)?.into() });
    HttpServer::new(move || App::new().app_data(page.clone()).default_service(web::to(show)))
        .workers(workers.parse()?)
        .bind(("127.0.0.1", port.parse()?))?
        .run()
        .await?;
    Ok(())
}
