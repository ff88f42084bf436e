//! Whether the words of a link say where it leads.

use super::super::{Check, Fault, Passage, Subject, subject::named};

/// What says nothing by itself, in small letters and without punctuation.
const EMPTY_WORDS: &[&str] = &[
    // English
    "click",
    "click here",
    "click this",
    "click this link",
    "continue",
    "continue reading",
    "details",
    "download",
    "find out more",
    "follow this link",
    "here",
    "info",
    "learn more",
    "link",
    "more",
    "more details",
    "more info",
    "more information",
    "page",
    "read",
    "read more",
    "read on",
    "see here",
    "see more",
    "source",
    "there",
    "this",
    "this article",
    "this link",
    "this page",
    "this post",
    "this site",
    "this website",
    "view",
    "view more",
    "visit",
    "website",
    // German
    "artikel",
    "dieser link",
    "diese seite",
    "dort",
    "hier",
    "hier klicken",
    "hier lang",
    "klick",
    "klick hier",
    "klicken",
    "klicken sie hier",
    "klicke hier",
    "lies mehr",
    "mehr",
    "mehr dazu",
    "mehr details",
    "mehr erfahren",
    "mehr infos",
    "mehr informationen",
    "mehr lesen",
    "quelle",
    "seite",
    "siehe hier",
    "weiter",
    "weiterlesen",
    "weitere infos",
    "weitere informationen",
    "zum artikel",
    // French
    "ce lien",
    "cet article",
    "cette page",
    "clic",
    "cliquer ici",
    "cliquez ici",
    "en savoir plus",
    "en lire plus",
    "ici",
    "la suite",
    "lien",
    "lire",
    "lire la suite",
    "lire plus",
    "par ici",
    "plus",
    "plus d'infos",
    "plus d'informations",
    "suite",
    "voir",
    "voir ici",
    "voir plus",
    // Spanish
    "aquí",
    "aqui",
    "clic aquí",
    "da clic aquí",
    "enlace",
    "este enlace",
    "esta página",
    "haga clic aquí",
    "haz clic aquí",
    "leer más",
    "más",
    "más información",
    "pincha aquí",
    "saber más",
    "seguir leyendo",
    "ver más",
    // Italian
    "approfondisci",
    "clicca qui",
    "collegamento",
    "continua",
    "continua a leggere",
    "leggi",
    "leggi di più",
    "leggi tutto",
    "maggiori informazioni",
    "più",
    "qua",
    "questo link",
    "questa pagina",
    "qui",
    "scopri di più",
    "vai",
    // Portuguese
    "clica aqui",
    "clique aqui",
    "continue lendo",
    "leia mais",
    "ler mais",
    "mais",
    "mais informações",
    "saiba mais",
    "veja mais",
    // Dutch
    "deze link",
    "deze pagina",
    "klik",
    "klik hier",
    "lees meer",
    "lees verder",
    "meer",
    "meer informatie",
    "verder lezen",
    // Swedish, Danish, Norwegian, Finnish
    "här",
    "klicka här",
    "läs mer",
    "mer",
    "mer information",
    "her",
    "klik her",
    "læs mere",
    "mere",
    "klikk her",
    "les mer",
    "tästä",
    "täällä",
    "klikkaa tästä",
    "lue lisää",
    "lisää",
    // Polish, Czech, Slovak, Hungarian
    "tutaj",
    "tu",
    "kliknij",
    "kliknij tutaj",
    "czytaj dalej",
    "czytaj więcej",
    "więcej",
    "zde",
    "tady",
    "klikněte zde",
    "klikni zde",
    "více",
    "číst dále",
    "číst více",
    "kliknite sem",
    "viac",
    "itt",
    "kattints ide",
    "bővebben",
    "tovább",
    // Russian, Ukrainian, Greek, Turkish
    "здесь",
    "тут",
    "сюда",
    "ссылка",
    "нажмите здесь",
    "подробнее",
    "читать далее",
    "ещё",
    "тиць",
    "натисніть тут",
    "докладніше",
    "детальніше",
    "εδώ",
    "κάντε κλικ εδώ",
    "περισσότερα",
    "burada",
    "buraya",
    "buraya tıklayın",
    "tıklayın",
    "devamı",
    "daha fazla",
    // Arabic, Hebrew, Persian, Hindi
    "هنا",
    "اضغط هنا",
    "انقر هنا",
    "المزيد",
    "اقرأ المزيد",
    "כאן",
    "לחץ כאן",
    "לחצו כאן",
    "עוד",
    "קרא עוד",
    "اینجا",
    "اینجا کلیک کنید",
    "بیشتر",
    "यहाँ",
    "यहां",
    "यहाँ क्लिक करें",
    "और पढ़ें",
    // Chinese, Japanese, Korean
    "这里",
    "這裡",
    "点击这里",
    "點擊這裡",
    "点此",
    "更多",
    "查看更多",
    "阅读更多",
    "详情",
    "链接",
    "こちら",
    "ここ",
    "ここをクリック",
    "こちらをクリック",
    "詳細",
    "詳しくはこちら",
    "続きを読む",
    "もっと見る",
    "リンク",
    "여기",
    "여기를 클릭",
    "클릭",
    "더 보기",
    "더보기",
    "자세히",
    "자세히 보기",
];

/// Links say where they lead.
pub struct LinkWords;

impl Check for LinkWords {
    fn key(&self) -> &'static str {
        "link_words"
    }

    fn name(&self) -> &'static str {
        "Links whose words say nothing"
    }

    fn explanation(&self) -> &'static str {
        "Many people go from link to link: “click here”, or a long address, tells them nothing about where it leads."
    }

    fn run(&self, subject: &Subject) -> Vec<Fault> {
        let mut faults = Vec::new();
        for link in &subject.survey.links {
            let passage = || Passage::Body(link.place.clone());
            if link.text.is_empty() {
                // A picture without a description is told by a check of its own.
                if !link.pictured && !link.address.is_empty() {
                    faults.push(Fault::at(passage(), "A link has no words", "Say between the brackets where it leads."));
                }
            } else if is_bare_address(&link.text) && !subject.is_embed(link) {
                let what = format!("{} stands there as an address", named(&link.text));
                faults.push(Fault::at(passage(), what, "Put words in its place: [What is found there](address)."));
            } else if says_nothing(&link.text) {
                let what = format!("{} does not say where the link leads", named(&link.text));
                faults.push(Fault::at(passage(), what, "Let the link be the words that name the thing."));
            }
        }
        faults
    }
}

fn says_nothing(text: &str) -> bool {
    let plain: String = text.to_lowercase().replace('’', "'").chars().map(|sign| if is_kept(sign) { sign } else { ' ' }).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    plain.is_empty() || EMPTY_WORDS.contains(&plain.as_str())
}

/// Letters with their marks, digits, and what stands within words.
fn is_kept(sign: char) -> bool {
    let is_mark = matches!(u32::from(sign), 0x300..=0x36f | 0x591..=0x5c7 | 0x64b..=0x65f | 0x900..=0x963 | 0x30fc);
    sign.is_alphanumeric() || sign == '\'' || is_mark
}

/// An address that goes into a site; the name of a whole site can be read.
fn is_bare_address(text: &str) -> bool {
    let rest = ["https://", "http://", "www."].iter().find_map(|begin| text.strip_prefix(begin));
    let Some(rest) = rest.filter(|_| !text.contains(char::is_whitespace)) else { return false };
    rest.split_once('/').is_some_and(|(_, path)| !path.is_empty()) || rest.contains(['?', '#'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_written_as_it_is_compared() {
        for words in EMPTY_WORDS {
            assert!(says_nothing(words), "{words} is never found");
        }
    }

    #[test]
    fn an_address_of_a_whole_site_can_be_read() {
        let told = ["https://example.org/a/b", "www.example.org/?q=1", "http://example.org/#x"].map(is_bare_address);
        let fine = ["https://example.org", "https://example.org/", "www.example.org", "the list at https://example.org/a"];
        assert_eq!((told, fine.map(is_bare_address)), ([true; 3], [false; 4]));
    }
}
