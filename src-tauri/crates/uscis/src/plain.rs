//! Untrusted HTML reduced to plain text and a list of trusted links.

use casefolio_domain::Link;
use reqwest::Url;
use scraper::{Html, Node};

/// A text of the service is a few sentences. What is longer is cut before it is parsed, so that hostile nesting costs
/// little.
const TEXT_CAP: usize = 32 * 1024;
/// More links than this are not kept.
const LINK_CAP: usize = 20;
/// Longer addresses are not kept.
const URL_CAP: usize = 2_048;
/// Hosts whose links are kept, with every host below them.
const TRUSTED: [&str; 2] = ["uscis.gov", "usps.com"];
/// Elements whose text a reader never sees.
const HIDDEN: [&str; 11] =
    ["script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head", "title", "textarea"];
/// Elements that begin and end a line.
const BLOCKS: [&str; 17] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "hr",
    "blockquote",
];

/// A text without markup.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Plain {
    /// The words; lines are separated by one line feed.
    pub(crate) text: String,
    /// Links to trusted hosts, in their order, each once.
    pub(crate) links: Vec<Link>,
}

/// Reduces a status text: markup gone, entities decoded, white space collapsed, control and direction characters removed.
pub(crate) fn text(markup: &str) -> Plain {
    let markup = head(markup, TEXT_CAP);
    let mut writer = Writer::default();
    if markup.contains(['<', '&']) {
        walk(markup, &mut writer);
    } else {
        writer.write(markup);
    }
    Plain { text: tidy(&writer.text, "\n"), links: writer.links }
}

/// Reduces a title or a sentence: as [`text`], on one line.
pub(crate) fn line(markup: &str) -> String {
    text(markup).text.replace('\n', " ")
}

/// The beginning of `text`, at most `cap` bytes, cut between characters.
pub(crate) fn head(text: &str, cap: usize) -> &str {
    let mut end = cap.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Visits every node in the order of the text, without recursion.
fn walk(markup: &str, writer: &mut Writer) {
    let html = Html::parse_fragment(markup);
    let root = html.tree.root();
    let mut node = root;
    loop {
        writer.open(node.value());
        if let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            writer.close(node.value());
            if node == root {
                return;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return };
            node = parent;
        }
    }
}

#[derive(Default)]
struct Writer {
    text: String,
    links: Vec<Link>,
    /// Elements open whose text is hidden.
    hidden: usize,
    /// The trusted address of the open link and where its words begin.
    anchor: Option<(Url, usize)>,
}

impl Writer {
    fn open(&mut self, node: &Node) {
        if let Some(text) = node.as_text() {
            self.write(text);
        }
        let Some(element) = node.as_element() else { return };
        let name = element.name();
        if HIDDEN.contains(&name) {
            self.hidden += 1;
        }
        if BLOCKS.contains(&name) {
            self.text.push('\n');
        }
        if name == "a" {
            self.anchor = element.attr("href").and_then(trusted).map(|url| (url, self.text.len()));
        }
    }

    fn close(&mut self, node: &Node) {
        let Some(element) = node.as_element() else { return };
        let name = element.name();
        if HIDDEN.contains(&name) {
            self.hidden = self.hidden.saturating_sub(1);
        }
        if BLOCKS.contains(&name) {
            self.text.push('\n');
        }
        if name == "a" {
            self.close_link();
        }
    }

    fn close_link(&mut self) {
        let Some((url, start)) = self.anchor.take() else { return };
        let words = tidy(self.text.get(start..).unwrap_or_default(), " ");
        let label = if words.is_empty() { url.host_str().unwrap_or_default().to_owned() } else { words };
        let url = url.to_string();
        if self.hidden == 0 && self.links.len() < LINK_CAP && self.links.iter().all(|link| link.url != url) {
            self.links.push(Link { label, url });
        }
    }

    /// White space, line feeds included, is a space in HTML.
    fn write(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        for letter in text.chars() {
            if letter.is_whitespace() {
                self.text.push(' ');
            } else if !unseen(letter) {
                self.text.push(letter);
            }
        }
    }
}

/// The address, if it is `https` on a trusted host, at the usual port, without user name and password.
fn trusted(href: &str) -> Option<Url> {
    let url = Url::parse(href.trim()).ok()?;
    let host = url.host_str()?;
    let known =
        TRUSTED.iter().any(|name| host == *name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')));
    let bare = url.username().is_empty() && url.password().is_none() && url.port().is_none();
    (known && bare && url.scheme() == "https" && url.as_str().len() <= URL_CAP).then_some(url)
}

/// Control characters, direction overrides, zero-width and other format characters: a reader never sees them, and they
/// can make a text read as another.
fn unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Collapses white space inside lines and drops empty lines.
fn tidy(text: &str, between: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split('\n').map(words).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(label: &str, url: &str) -> Link {
        Link { label: label.to_owned(), url: url.to_owned() }
    }

    #[test]
    fn a_status_text_becomes_words_and_a_link() {
        let plain = text(
            "On June 27, 2025,  we approved your case.<br><br>Go to <a href=\"https://www.uscis.gov/addresschange\" \
             target=\"_blank\">www.uscis.gov/addresschange</a> to give us your new address.",
        );
        assert_eq!(
            plain.text,
            "On June 27, 2025, we approved your case.\nGo to www.uscis.gov/addresschange to give us your new address."
        );
        assert_eq!(plain.links, [link("www.uscis.gov/addresschange", "https://www.uscis.gov/addresschange")]);
    }

    #[test]
    fn a_link_without_quotes_is_read_too() {
        let plain = text("Go to <a href=https://egov.uscis.gov/e-request/ target=\"_blank\">e-request</a>.");
        assert_eq!(plain.text, "Go to e-request.");
        assert_eq!(plain.links, [link("e-request", "https://egov.uscis.gov/e-request/")]);
    }

    #[test]
    fn only_https_links_to_trusted_hosts_are_kept_and_the_words_always() {
        for href in [
            "http://www.uscis.gov/a",
            "https://uscis.gov.example.com/",
            "https://notuscis.gov/",
            "https://user@www.uscis.gov/",
            "https://www.uscis.gov:8443/",
            "https://www.uscis.gov./",
            "//www.uscis.gov/a",
            "/a",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
        ] {
            let plain = text(&format!("See <a href=\"{href}\">here</a>."));
            assert_eq!(plain, Plain { text: "See here.".to_owned(), links: Vec::new() }, "{href}");
        }
        for href in ["https://tools.usps.com/go?x=1", "https://USCIS.gov/", "HTTPS://www.uscis.gov"] {
            assert_eq!(text(&format!("<a href=\"{href}\">x</a>")).links.len(), 1, "{href}");
        }
    }

    #[test]
    fn scripts_comments_and_direction_overrides_leave_nothing() {
        let plain =
            text("A<script>alert('x')</script><!-- no --><style>p{}</style>\u{202E}B\u{0007}\u{200B}C&#8238;D\u{0000}");
        assert_eq!(plain.text.replace('\u{FFFD}', ""), "ABCD");
    }

    #[test]
    fn entities_are_decoded_and_white_space_collapsed_in_titles() {
        assert_eq!(
            line("  Response To USCIS&#039; Request\n For&nbsp;Evidence<br>Was  Received "),
            "Response To USCIS' Request For Evidence Was Received"
        );
        assert_eq!(line("<b> </b>"), "");
        assert_eq!(line("Fees < 5 & more"), "Fees < 5 & more");
    }

    #[test]
    fn a_link_is_kept_once_and_twenty_at_most() {
        let many: Vec<String> = (0..50).map(|n| format!("<a href='https://www.uscis.gov/{n}'>{n}</a> ")).collect();
        assert_eq!(text(&many.concat()).links.len(), LINK_CAP);
        assert_eq!(text("<a href='https://uscis.gov/'>a</a><a href='https://uscis.gov/'></a>").links.len(), 1);
    }

    #[test]
    fn hostile_nesting_is_cut_and_read() {
        let deep = "<div>".repeat(200_000) + "end";
        assert_eq!(text(&deep).text, "");
        let wide = "é".repeat(TEXT_CAP);
        assert!(text(&wide).text.len() <= TEXT_CAP);
    }
}
