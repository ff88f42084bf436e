//! Known ways to smuggle scripts into a page. None may leave anything that could run.

use super::html;
use scraper::Html;

const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.example/a.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=\"x\" ONERROR = \"alert(1)\" alt=\"><script>alert(1)</script>\">",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text x=1 y=20>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math href=\"javascript:alert(1)\">x</math>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"java&#x09;script:alert(1)\">x</a>",
    "<a href=\"&#106;avascript&colon;alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "[x](javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](javascript&colon;alert(1))",
    "[x](JAVASCRIPT:alert(1) \"t\")",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    "![\" onerror=\"alert(1)](x)",
    "[x](x \"\\\" onmouseover=alert(1) y=\\\"\")",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "```\"><script>alert(1)</script>\nx\n```",
    "```rust title=\"\\\"><img src=x onerror=alert(1)>\"\nx\n```",
    "# <img src=x onerror=alert(1)> `\"><script>`",
    "| <script>alert(1)</script> |\n|---|\n| \" onload=\"x |",
    "[^\"><script>]\n\n[^\"><script>]: <script>alert(1)</script>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=\"javascript:alert(1)\"></object><embed src=\"javascript:alert(1)\">",
    "<form action=\"javascript:alert(1)\"><button formaction=\"javascript:alert(1)\">x</button></form>",
    "<input autofocus onfocus=alert(1)> <select onfocus=alert(1)> <textarea onfocus=alert(1)>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<base href=\"javascript:alert(1)//\"><link rel=stylesheet href=\"//x.example/a.css\">",
    "<style>@import '//x.example/a.css'; * { background: url(javascript:alert(1)) }</style>",
    "<p style=\"background:url(javascript:alert(1));width:expression(alert(1))\">x</p>",
    "<video><source onerror=\"alert(1)\" src=x></video><audio src=x onerror=alert(1)>",
    "<video poster=\"javascript:alert(1)\" src=\"/v\"></video>",
    "<details open ontoggle=alert(1)><summary onclick=alert(1)>x</summary></details>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<p title=\"</p><script>alert(1)</script>\">x</p>",
    "<listing>&lt;img src=1 onerror=alert(1)&gt;</listing>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml <img src=x onerror=alert(1)> ?>",
    "<a href=x\" onclick=\"alert(1)>x</a> <b \"<script>alert(1)</script>\">",
    "<img srcset=\"javascript:alert(1) 1x, data:text/html;x 2x\" src=\"/a\">",
    "<table background=\"javascript:alert(1)\"><td background=\"javascript:alert(1)\">x",
    "<pre><code class=\"language-html\"><img src=x onerror=alert(1)></code></pre>",
    "<section class=footnotes aria-label=\"x\" onclick=alert(1)>x</section>",
];

/// What in a page could run something, or fetch it from elsewhere.
fn dangers(html: &str) -> Vec<String> {
    let elements =
        ["script", "style", "iframe", "object", "embed", "form", "base", "meta", "link", "svg", "math", "template", "noscript", "button"];
    let mut found = Vec::new();
    for element in Html::parse_fragment(html).tree.nodes().filter_map(|node| node.value().as_element().cloned()) {
        if elements.contains(&element.name()) {
            found.push(element.name().to_owned());
        }
        for (name, value) in element.attrs() {
            let forbidden =
                name.starts_with("on") || ["style", "srcdoc", "action", "formaction", "background", "xlink:href"].contains(&name);
            let address = ["href", "src", "poster", "srcset"].contains(&name) && !is_harmless(value);
            if forbidden || address {
                found.push(format!("{name}={value}"));
            }
        }
    }
    found
}

/// Relative, or of a scheme that only leads somewhere.
fn is_harmless(address: &str) -> bool {
    let address: String = address.chars().filter(|c| *c > ' ').collect();
    let Some((scheme, _)) = address.split_once(':') else { return true };
    let is_scheme = scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    !is_scheme || ["http", "https", "mailto", "tel"].contains(&scheme.to_ascii_lowercase().as_str())
}

#[test]
fn no_payload_leaves_anything_that_could_run() {
    for payload in PAYLOADS {
        for markdown in [(*payload).to_owned(), format!("x {payload} y"), format!("> - {payload}"), format!("<div>\n\n{payload}\n\n</div>")]
        {
            let html = html(&markdown);
            assert_eq!(dangers(&html), [""; 0], "{markdown}\ngave\n{html}");
        }
    }
}

#[test]
fn all_payloads_together_are_as_harmless() {
    let html = html(&PAYLOADS.join("\n\n"));
    assert_eq!(dangers(&html), [""; 0], "{html}");
}

/// A browser must build the same tree from the output that was checked: else a mutation could
/// bring a script back.
#[test]
fn reading_the_output_again_changes_nothing() {
    for payload in PAYLOADS {
        let once = Html::parse_fragment(&html(payload)).root_element().inner_html();
        let twice = Html::parse_fragment(&once).root_element().inner_html();
        assert_eq!(once, twice, "{payload}");
    }
}
