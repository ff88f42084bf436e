//! What came back, and the forms found on it.

use actix_web::{
    body::{MessageBody, to_bytes},
    cookie::Cookie,
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{AsHeaderName, CONTENT_TYPE, HeaderMap, LOCATION},
    },
};
use scraper::{ElementRef, Html, Selector};

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub cookies: Vec<Cookie<'static>>,
    pub bytes: Vec<u8>,
    pub body: String,
}

impl Answer {
    pub async fn of(res: ServiceResponse<impl MessageBody>) -> Answer {
        let (status, headers) = (res.status(), res.headers().clone());
        let cookies = res.response().cookies().map(Cookie::into_owned).collect();
        let Ok(bytes) = to_bytes(res.into_body()).await else { panic!("the body broke off") };
        Answer { status, headers, cookies, body: String::from_utf8_lossy(&bytes).into_owned(), bytes: bytes.to_vec() }
    }

    pub fn header(&self, name: impl AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn kind(&self) -> &str {
        self.header(CONTENT_TYPE)
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    /// 303, as after a form.
    #[track_caller]
    pub fn assert_redirects_to(&self, path: &str) -> &Self {
        self.assert_status(303);
        assert_eq!(self.header(LOCATION), path);
        self
    }

    /// 301, as from an old address.
    #[track_caller]
    pub fn assert_moved_to(&self, path: &str) -> &Self {
        self.assert_status(301);
        assert_eq!(self.header(LOCATION), path);
        self
    }

    #[track_caller]
    pub fn assert_shows(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "no {text:?} in\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn assert_lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} in\n{}", self.body);
        self
    }

    /// The text of every element that the selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        page.select(&Selector::parse(selector).unwrap()).map(|it| squeeze(&it.text().collect::<String>())).collect()
    }

    /// An attribute of every element that the selector finds and that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        page.select(&Selector::parse(selector).unwrap()).filter_map(|it| it.attr(name).map(str::to_owned)).collect()
    }

    /// Where the link with this text leads.
    #[track_caller]
    pub fn link(&self, text: &str) -> String {
        let page = Html::parse_document(&self.body);
        let links = Selector::parse("a[href]").unwrap();
        let found = page.select(&links).find(|it| squeeze(&it.text().collect::<String>()) == text);
        found.and_then(|it| it.attr("href")).unwrap_or_else(|| panic!("no link {text:?} in\n{}", self.body)).to_owned()
    }

    /// Reads the form as a browser would send it when its submit button is pressed.
    #[track_caller]
    pub fn form(&self, selector: &str) -> Form {
        form_of(&self.body, selector).unwrap_or_else(|| panic!("no form {selector} in\n{}", self.body))
    }
}

/// Reads a form of a page, if it is there.
pub fn form_of(page: &str, selector: &str) -> Option<Form> {
    let page = Html::parse_document(page);
    let form = page.select(&Selector::parse(selector).unwrap()).next()?;
    let mut fields = Vec::new();
    let mut known = Vec::new();
    for control in form.select(&Selector::parse("input[name], textarea[name], select[name], button[name]").unwrap()) {
        let name = control.attr("name").unwrap().to_owned();
        known.push(name.clone());
        fields.extend(values(&control).into_iter().map(|value| (name.clone(), value)));
    }
    Some(Form { action: form.attr("action").unwrap_or("").to_owned(), fields, known })
}

/// What a control adds to a form: nothing, one value, or several.
fn values(control: &ElementRef<'_>) -> Vec<String> {
    match (control.value().name(), control.attr("type")) {
        ("button", _) | (_, Some("submit")) => Vec::new(),
        (_, Some("checkbox" | "radio")) if control.attr("checked").is_none() => Vec::new(),
        ("textarea", _) => {
            let text: String = control.text().collect();
            vec![text.strip_prefix('\n').unwrap_or(&text).to_owned()]
        }
        ("select", _) => {
            let options: Vec<_> = control.select(&Selector::parse("option").unwrap()).collect();
            let value = |option: &ElementRef<'_>| option.attr("value").map_or_else(|| option.text().collect(), str::to_owned);
            let chosen: Vec<String> = options.iter().filter(|option| option.attr("selected").is_some()).map(value).collect();
            if chosen.is_empty() && control.attr("multiple").is_none() { options.first().map(value).into_iter().collect() } else { chosen }
        }
        (_, Some("checkbox" | "radio")) => vec![control.attr("value").unwrap_or("on").to_owned()],
        _ => vec![control.attr("value").unwrap_or("").to_owned()],
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[derive(Clone)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
    known: Vec<String>,
}

impl Form {
    /// A form that is on no page, for what a forger might send.
    pub fn forged(action: &str, fields: &[(&str, &str)]) -> Form {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Form { action: action.to_owned(), fields, known: Vec::new() }
    }

    /// Types into fields that the form has; presses a button by its name and value.
    #[track_caller]
    pub fn fill<const N: usize>(mut self, values: [(&str, &str); N]) -> Form {
        for (name, value) in values {
            assert!(self.known.iter().any(|known| known == name), "no field {name} on the form, only {:?}", self.known);
            match self.fields.iter_mut().find(|(known, _)| known == name) {
                Some(field) => field.1 = value.to_owned(),
                None => self.fields.push((name.to_owned(), value.to_owned())),
            }
        }
        self
    }

    /// Ticks a box, or one of several of the same name.
    #[track_caller]
    pub fn tick(mut self, name: &str, value: &str) -> Form {
        assert!(self.known.iter().any(|known| known == name), "no box {name} on the form, only {:?}", self.known);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes every value of a field away.
    pub fn without(mut self, name: &str) -> Form {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// The form with files in one of its fields, as a browser sends it: the type of the body, and the body.
    pub fn multipart(&self, field: &str, files: &[(&str, &[u8])]) -> (&'static str, Vec<u8>) {
        let mut body = Vec::new();
        for (name, value) in self.fields.iter().filter(|(name, _)| name != field) {
            body.extend(format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let none: [(&str, &[u8]); 1] = [("", b"")]; // so does a browser where nothing is chosen
        for (name, bytes) in if files.is_empty() { &none } else { files } {
            let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n");
            body.extend(format!("{head}Content-Type: application/octet-stream\r\n\r\n").bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--cut--\r\n");
        ("multipart/form-data; boundary=cut", body)
    }

    /// Sends it elsewhere, as a button with `formaction` does.
    pub fn to(mut self, action: &str) -> Form {
        self.action = action.to_owned();
        self
    }

    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}
