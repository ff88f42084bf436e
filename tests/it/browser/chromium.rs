//! Chromium by its driver: what a person does and sees.

use super::driver::Driver;
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    error::{CmdError, ErrorStatus},
    wd::Capabilities,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    cell::Cell,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// Until a page has come; generous, as the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(50);

/// A fresh browser with one window. Every step is looked at: no sideways scrolling, nothing in the console.
pub struct Browser {
    driver: &'static Driver,
    client: Client,
    session: String,
    name: String,
    width: u32,
    shots: Cell<u32>,
    folder: PathBuf,
}

impl Browser {
    pub async fn open(name: &str, width: u32, scripts: bool) -> Browser {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let driver = Driver::shared();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{}-{number}", std::process::id()));
        let capabilities = capabilities(&folder, width, scripts);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connected = builder.capabilities(capabilities).connect(&format!("http://127.0.0.1:{}", driver.port)).await;
        let client = connected.unwrap_or_else(|error| panic!("Chromium does not start ({error}): run scripts/setup --test"));
        let session = client.session_id().await.unwrap().unwrap();
        Browser { driver, client, session, name: name.to_owned(), width, shots: Cell::new(0), folder }
    }

    /// Ends it; so does the end of a test that has failed.
    pub fn close(self) {
        drop(self);
    }

    /// Plugs in an authenticator that makes and uses passkeys without asking anybody (`WebAuthn`, 11: automation).
    pub fn add_authenticator(&self) {
        let wanted = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true
        });
        let answer = self.driver.ask("POST", &format!("/session/{}/webauthn/authenticator", self.session), &wanted).unwrap();
        assert!(answer["value"].is_string(), "{answer}");
    }

    /// Runs a script in every page and frame before any of their own.
    pub fn trap(&self, script: &str) {
        let command = json!({ "cmd": "Page.addScriptToEvaluateOnNewDocument", "params": { "source": script } });
        let done = self.driver.ask("POST", &format!("/session/{}/goog/cdp/execute", self.session), &command);
        assert!(
            done.is_some_and(|answer| answer["value"]["identifier"].is_string()),
            "the driver takes commands of the protocol of Chromium"
        );
    }

    /// What fantoccini can do beside.
    pub fn client(&self) -> &Client {
        &self.client
    }

    pub async fn go(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub async fn back(&self) {
        self.client.back().await.unwrap();
    }

    /// Path and query of the address bar.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Everything in the address bar from the `#` on.
    pub async fn fragment(&self) -> String {
        self.client.current_url().await.unwrap().fragment().map_or_else(String::new, |fragment| format!("#{fragment}"))
    }

    /// Waits for an address that begins so.
    pub async fn is_at(&self, path: &str) {
        let begun = Instant::now();
        while !self.path().await.starts_with(path) {
            assert!(begun.elapsed() < PATIENCE, "{}: at {} instead of {path}", self.name, self.path().await);
            actix_web::rt::time::sleep(PAUSE).await;
        }
    }

    /// Waits for an element. Whatever the driver says meanwhile may be about a page that is just being left.
    async fn find(&self, locator: Locator<'_>) -> Element {
        self.until(locator, |_| true, |element| async { Ok(element) }).await
    }

    /// Reads something of an element, for as long as its page gives way to the next one.
    async fn read<T, F: Future<Output = Result<T, CmdError>>>(&self, selector: &str, ask: impl Fn(Element) -> F) -> T {
        self.until(Locator::Css(selector), |_| true, ask).await
    }

    /// Does something to an element once it can be done; again only if it was certainly not done.
    async fn act<F: Future<Output = Result<(), CmdError>>>(&self, locator: Locator<'_>, act: impl Fn(Element) -> F) {
        use ErrorStatus::{ElementClickIntercepted, ElementNotInteractable, NoSuchElement, StaleElementReference};
        let undone = |error: &CmdError| {
            let CmdError::Standard(said) = error else { return false };
            matches!(said.error, NoSuchElement | StaleElementReference | ElementNotInteractable | ElementClickIntercepted)
        };
        self.until(locator, undone, act).await;
    }

    async fn until<T, F>(&self, locator: Locator<'_>, again: impl Fn(&CmdError) -> bool, ask: impl Fn(Element) -> F) -> T
    where
        F: Future<Output = Result<T, CmdError>>,
    {
        let begun = Instant::now();
        loop {
            let answer = match self.client.find(locator).await {
                Ok(element) => ask(element).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(found) => return found,
                Err(error) if begun.elapsed() < PATIENCE && again(&error) => actix_web::rt::time::sleep(PAUSE).await,
                Err(error) => {
                    panic!(
                        "{}: {locator:?} at {}: {error}\n{}",
                        self.name,
                        self.path().await,
                        self.client.source().await.unwrap_or_default()
                    )
                }
            }
        }
    }

    /// Types into a field instead of what stands there.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.act(Locator::Css(selector), |field| async move {
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// Types where the cursor is; what is selected gives way.
    pub async fn type_into(&self, selector: &str, text: &str) {
        self.act(Locator::Css(selector), |field| async move { field.send_keys(text).await }).await;
    }

    /// What is selected in the field that has the focus.
    pub async fn selected(&self) -> String {
        let script = "const field = document.activeElement; return field.value.slice(field.selectionStart, field.selectionEnd)";
        self.client.execute(script, Vec::new()).await.unwrap().as_str().unwrap_or_default().to_owned()
    }

    pub async fn value(&self, selector: &str) -> String {
        self.read(selector, |field| async move { field.prop("value").await }).await.unwrap_or_default()
    }

    pub async fn text(&self, selector: &str) -> String {
        self.read(selector, |element| async move { element.text().await }).await
    }

    pub async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    pub async fn click(&self, selector: &str) {
        self.act(Locator::Css(selector), |element| async move { element.click().await }).await;
    }

    /// Takes an element with the mouse and moves it from its middle by so many pixels, until the page shows where it would go;
    /// and holds it there. Chromium begins a drag in its own time, and what is moved before that is no part of it.
    pub async fn hold(&self, selector: &str, (right, down): (f64, f64), shown: &str) {
        let element = self.find(Locator::Css(selector)).await;
        let by = |x: f64, y: f64| PointerAction::MoveBy { duration: Some(Duration::from_millis(20)), x, y };
        let taken = mouse().then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 });
        let taken = taken.then(PointerAction::Down { button: MOUSE_BUTTON_LEFT }).then(by(5.0, 2.0));
        self.client.perform_actions(taken).await.unwrap();
        self.nudge_until(".is-dragged").await;
        self.client.perform_actions(mouse().then(by(right - 5.0, down - 2.0))).await.unwrap();
        self.nudge_until(shown).await;
    }

    /// Lets go of what is held, where the mouse is or over an element.
    pub async fn let_go(&self, over: Option<&str>) {
        let mut actions = mouse();
        if let Some(selector) = over {
            let element = self.find(Locator::Css(selector)).await;
            actions = actions.then(PointerAction::MoveToElement { element, duration: Some(Duration::from_millis(20)), x: 0.0, y: 0.0 });
        }
        self.client.perform_actions(actions.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT })).await.unwrap();
    }

    /// Takes, moves and lets go there.
    pub async fn drag(&self, selector: &str, by: (f64, f64), shown: &str) {
        self.hold(selector, by, shown).await;
        self.let_go(None).await;
    }

    /// The same, to just below the upper edge of another element.
    pub async fn drag_before(&self, selector: &str, other: &str, shown: &str) {
        let (_, from, _, height) = self.find(Locator::Css(selector)).await.rectangle().await.unwrap();
        let (_, to, ..) = self.find(Locator::Css(other)).await.rectangle().await.unwrap();
        self.drag(selector, (0.0, to + 5.0 - (from + height / 2.0)), shown).await;
    }

    /// Moves the mouse to and fro by a pixel until the page has this.
    async fn nudge_until(&self, selector: &str) {
        let begun = Instant::now();
        while self.client.find_all(Locator::Css(selector)).await.unwrap().is_empty() {
            assert!(begun.elapsed() < PATIENCE, "{}: dragged, and no {selector}", self.name);
            let by = |x: f64| PointerAction::MoveBy { duration: Some(Duration::from_millis(20)), x, y: 0.0 };
            self.client.perform_actions(mouse().then(by(1.0)).then(by(-1.0))).await.unwrap();
        }
    }

    /// With the mouse, which goes where it is told without asking the driver what is visible.
    pub async fn point_at_and_click(&self, selector: &str) {
        let element = self.find(Locator::Css(selector)).await;
        let mouse = mouse()
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.unwrap();
    }

    /// Presses the button with this text.
    pub async fn press(&self, label: &str) {
        let locator = format!("//button[normalize-space()='{label}']");
        self.act(Locator::XPath(&locator), |element| async move { element.click().await }).await;
    }

    /// Follows the first link with this text.
    pub async fn follow(&self, label: &str) {
        let locator = format!("//a[normalize-space()='{label}']");
        self.act(Locator::XPath(&locator), |element| async move { element.click().await }).await;
    }

    /// Waits until a text is there.
    pub async fn shows(&self, text: &str) {
        let xpath = format!("//body//*[contains(normalize-space(), '{text}')] | //body//input[contains(@value, '{text}')]");
        self.find(Locator::XPath(&xpath)).await;
    }

    /// Waits until an element has this text.
    pub async fn says(&self, selector: &str, text: &str) {
        let begun = Instant::now();
        loop {
            let said = self.text(selector).await;
            if said.contains(text) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{}: {selector} says {said:?} and not {text:?}", self.name);
            actix_web::rt::time::sleep(PAUSE).await;
        }
    }

    /// Whatever stands in the console was on purpose.
    pub fn forget_console(&self) {
        self.driver.ask("POST", &format!("/session/{}/se/log", self.session), &json!({ "type": "browser" })).unwrap();
    }

    pub async fn to_new_tab(&self) {
        let begun = Instant::now();
        while self.client.windows().await.unwrap().len() < 2 {
            assert!(begun.elapsed() < PATIENCE, "{}: no new tab", self.name);
            actix_web::rt::time::sleep(PAUSE).await;
        }
        let last = self.client.windows().await.unwrap().pop().unwrap();
        self.client.switch_to_window(last).await.unwrap();
    }

    pub async fn back_to_first_tab(&self) {
        self.client.close_window().await.unwrap();
        let first = self.client.windows().await.unwrap().remove(0);
        self.client.switch_to_window(first).await.unwrap();
    }

    /// Keeps a picture, and checks what a picture does not show.
    pub async fn shot(&self, step: &str) {
        let folder = Path::new("target/screenshots");
        fs::create_dir_all(folder).unwrap();
        self.shots.set(self.shots.get() + 1);
        let file = format!("{}-{:02}-{step}.png", self.name, self.shots.get());
        fs::write(folder.join(file), self.client.screenshot().await.unwrap()).unwrap();
        self.fits(step).await;
        self.is_quiet(step);
    }

    /// Nothing is wider than the window.
    async fn fits(&self, step: &str) {
        let script = "return [document.documentElement.scrollWidth, window.innerWidth]";
        let sizes = self.client.execute(script, Vec::new()).await.unwrap();
        let (content, window) = (sizes[0].as_u64().unwrap(), sizes[1].as_u64().unwrap());
        assert_eq!(window, u64::from(self.width), "{} {step}: the window", self.name);
        assert!(content <= window, "{} {step}: {content} px wide in a window of {window} px", self.name);
    }

    /// Neither errors nor refusals in the console since the last look; an answer that says no is one on purpose.
    fn is_quiet(&self, step: &str) {
        let log = self.driver.ask("POST", &format!("/session/{}/se/log", self.session), &json!({ "type": "browser" })).unwrap();
        let loud = |entry: &&Value| {
            entry["level"] == "SEVERE"
                && !entry["message"].as_str().is_some_and(|text| text.contains("the server responded with a status of 4"))
        };
        let loud: Vec<&Value> = log["value"].as_array().unwrap().iter().filter(loud).collect();
        assert!(loud.is_empty(), "{} {step}: {loud:#?}", self.name);
    }
}

/// The one mouse: it stays where it is, and its button as it is, from one act to the next.
fn mouse() -> MouseActions {
    MouseActions::new("mouse".to_owned())
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.driver.ask("DELETE", &format!("/session/{}", self.session), &json!({}));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn capabilities(folder: &Path, width: u32, scripts: bool) -> Capabilities {
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-back-forward-cache", // a page that is left need not be kept: a fifth of the processor time of all browser tests
        "--hide-scrollbars",
        &format!("--window-size={width},900"),
        &format!("--user-data-dir={}", folder.display()),
    ];
    let mut options = json!({ "args": arguments });
    if width < 500 {
        // A window is never narrower than 500 px; a phone is.
        options["mobileEmulation"] =
            json!({ "deviceMetrics": { "width": width, "height": 800, "pixelRatio": 1, "mobile": false, "touch": false } });
    }
    if !scripts {
        options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
    }
    let wanted = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" }, "timeouts": { "pageLoad": 20_000, "script": 20_000 } });
    let Value::Object(wanted) = wanted else { unreachable!("an object is one") };
    wanted
}
