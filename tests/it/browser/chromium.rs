//! Chromium by its driver: what a person does and sees.

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
    elements::Element,
    wd::Capabilities,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    cell::Cell,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Until a page has come; generous, as the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// A chromedriver of our own; it ends with the value, and its browsers with it.
pub struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    #[track_caller]
    pub fn start() -> Driver {
        let mut command = Command::new("chromedriver");
        let spawned = command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut child) = spawned else { panic!("chromedriver is missing: run scripts/setup --test, which installs it with Chromium") };
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| line.ok()?.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok());
        thread::spawn(move || lines.for_each(drop)); // or it would block once its pipe is full
        Driver { child, port: port.expect("chromedriver tells its port") }
    }

    /// One request of the protocol, for what fantoccini leaves out.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Option<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let body = body.to_string();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close");
        write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).ok()?;
        // It keeps the connection open whatever it is told.
        let mut answer = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            answer.read_line(&mut line).ok()?;
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body).ok()?;
        serde_json::from_slice(&body).ok()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.ask("GET", "/shutdown", &json!({})); // It closes the browsers that a failed test left open.
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A fresh browser with one window. Every step is looked at: no sideways scrolling, nothing in the console.
pub struct Browser<'a> {
    driver: &'a Driver,
    client: Client,
    session: String,
    name: String,
    width: u32,
    shots: Cell<u32>,
    folder: PathBuf,
}

impl<'a> Browser<'a> {
    pub async fn open(driver: &'a Driver, name: &str, width: u32, scripts: bool) -> Browser<'a> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{}-{number}", std::process::id()));
        let capabilities = capabilities(&folder, width, scripts);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connected = builder.capabilities(capabilities).connect(&format!("http://127.0.0.1:{}", driver.port)).await;
        let client = connected.unwrap_or_else(|error| panic!("Chromium does not start ({error}): run scripts/setup --test"));
        let session = client.session_id().await.unwrap().unwrap();
        Browser { driver, client, session, name: name.to_owned(), width, shots: Cell::new(0), folder }
    }

    pub async fn close(self) {
        self.client.close().await.unwrap();
        let _ = fs::remove_dir_all(&self.folder);
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
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn find(&self, locator: Locator<'_>) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(locator).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("{}: {locator:?} at {}: {error}\n{}", self.name, self.path().await, self.client.source().await.unwrap()),
        }
    }

    /// Types into a field instead of what stands there.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.find(Locator::Css(selector)).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Types where the cursor is; what is selected gives way.
    pub async fn type_into(&self, selector: &str, text: &str) {
        self.find(Locator::Css(selector)).await.send_keys(text).await.unwrap();
    }

    /// What is selected in the field that has the focus.
    pub async fn selected(&self) -> String {
        let script = "const field = document.activeElement; return field.value.slice(field.selectionStart, field.selectionEnd)";
        self.client.execute(script, Vec::new()).await.unwrap().as_str().unwrap_or_default().to_owned()
    }

    pub async fn value(&self, selector: &str) -> String {
        match self.find(Locator::Css(selector)).await.prop("value").await {
            // The page has just been left for the next one, which has it too.
            Err(gone) if gone.is_stale_element_reference() => self.find(Locator::Css(selector)).await.prop("value").await,
            found => found,
        }
        .unwrap()
        .unwrap_or_default()
    }

    pub async fn text(&self, selector: &str) -> String {
        match self.find(Locator::Css(selector)).await.text().await {
            Err(gone) if gone.is_stale_element_reference() => self.find(Locator::Css(selector)).await.text().await,
            found => found,
        }
        .unwrap()
    }

    pub async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    pub async fn click(&self, selector: &str) {
        self.find(Locator::Css(selector)).await.click().await.unwrap();
    }

    /// Drags an element to the upper edge of another with the mouse.
    pub async fn drag(&self, selector: &str, to: &str) {
        let (element, target) = (self.find(Locator::Css(selector)).await, self.find(Locator::Css(to)).await);
        let height = target.rectangle().await.unwrap().3;
        let over = |y: f64| PointerAction::MoveToElement { element: target.clone(), duration: Some(Duration::from_millis(100)), x: 0.0, y };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(over(0.0))
            .then(over(5.0 - height / 2.0))
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.unwrap();
    }

    /// With the mouse, which goes where it is told without asking the driver what is visible.
    pub async fn point_at_and_click(&self, selector: &str) {
        let element = self.find(Locator::Css(selector)).await;
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.unwrap();
    }

    /// Presses the button with this text.
    pub async fn press(&self, label: &str) {
        self.find(Locator::XPath(&format!("//button[normalize-space()='{label}']"))).await.click().await.unwrap();
    }

    /// Follows the first link with this text.
    pub async fn follow(&self, label: &str) {
        self.find(Locator::XPath(&format!("//a[normalize-space()='{label}']"))).await.click().await.unwrap();
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
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
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
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
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
