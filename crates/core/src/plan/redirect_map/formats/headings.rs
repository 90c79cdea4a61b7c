//! What the heading of a column says about it, in the languages that relaunches are planned in.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The old address.
    Old,
    /// Where it should lead.
    New,
    /// An address; which of the two, the other headings tell.
    Address,
    /// The status or type of the redirect.
    Status,
    /// Whether the old address is a regular expression.
    Matching,
    /// Whether the row is switched on.
    Enabled,
    /// Nothing that matters here.
    Other,
}

const OLD: &str = "old from source src origin original previous prev former legacy before request requested incoming alt alte alter \
    altes alten bisherige bisher bisheriger von quelle quell quelladresse quellurl ausgangsadresse ancienne ancien anciens depuis de origine \
    antigua antiguo anterior desde origen vecchio vecchia da oud oude van bron antiga antigo origem stary stara z źródło gammel gammal \
    gamle gamla fra från vanha eski kaynak старый старая старые старое источник откуда из 旧 旧url 从 源 元";

const NEW: &str = "new to target destination dest final after replacement location forward goto neu neue neuer neues neuen nach zu ziel \
    zieladresse zielurl nouvelle nouveau nouveaux vers cible nueva nuevo hacia destino a nuovo nuova verso destinazione nieuw nieuwe \
    naar doel bestemming novo nova para nowy nowa na do cel ny nye nya til till mål uusi yeni hedef новый новая новые новое \
    куда на цель 新 新url 到 目标 先";

/// A target where nothing else in the heading says otherwise.
const REDIRECT: &str = "redirect redirects redirected weiterleitung umleitung redirection redirección";

const ADDRESS: &str = "url urls uri address addresses page pages path link slug permalink adresse adressen seite pfad chemin lien \
    dirección direccion ruta página pagina enlace indirizzo percorso adres pad endereço caminho adresa ścieżka адрес ссылка 地址 链接";

const STATUS: &str = "code status type typ tipo art kind style statuscode httpcode permanent";

const MATCHING: &str = "regex regexp matching comparison format";

const ENABLED: &str = "enabled active aktiv actif activo attivo state";

/// What a heading says.
pub(super) fn role(heading: &str) -> Role {
    let words = words(heading);
    // A single letter is a column's name in a spreadsheet, or one of two lists, before it is a word.
    let any = |list: &str| {
        let is_word = |word: &&String| word.chars().count() > 1 || !word.is_ascii();
        words.iter().filter(is_word).any(|word| list.split_whitespace().any(|known| known == word))
    };
    let (old, new) = (any(OLD), any(NEW));
    match () {
        () if words.is_empty() => Role::Other,
        () if any(MATCHING) || (words.iter().any(|word| word == "match") && any(STATUS)) => Role::Matching,
        () if any(STATUS) && !any(ADDRESS) && !old && !new => Role::Status,
        () if any(STATUS) && (old || new) => Role::Other,
        () if any(ENABLED) => Role::Enabled,
        () if old && !new => Role::Old,
        () if new && !old => Role::New,
        () if old && new => Role::Other,
        () if any(REDIRECT) => Role::New,
        () if words.iter().all(|word| ADDRESS.split_whitespace().any(|known| known == word)) => Role::Address,
        () => Role::Other,
    }
}

/// Whether a heading speaks of whole web addresses, not of paths.
pub(super) fn says_url(heading: &str) -> bool {
    words(heading).iter().any(|word| word == "url")
}

/// Whether a heading speaks of addresses at all.
pub(super) fn speaks_of_addresses(heading: &str) -> bool {
    let known = |word: &String| {
        [OLD, NEW, REDIRECT, ADDRESS].iter().any(|list| list.split_whitespace().any(|known| known == word))
    };
    words(heading).iter().any(known)
}

/// The words of a heading; `oldUrl` has two.
fn words(heading: &str) -> Vec<String> {
    let mut spread = String::new();
    let mut before = ' ';
    for c in heading.chars().take(80) {
        if c.is_uppercase() && before.is_lowercase() {
            spread.push(' ');
        }
        spread.push(c);
        before = c;
    }
    let lower = spread.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_a_columns_name_and_no_word() {
        for (one, other) in [("URL A", "URL B"), ("A", "B"), ("Page A", "Page B")] {
            assert!(![role(one), role(other)].contains(&Role::New), "{one}, {other}");
        }
    }

    #[test]
    fn headings_are_understood_in_the_usual_languages() {
        for (old, new) in [
            ("Old URL", "New URL"),
            ("from", "to"),
            ("Source", "Target"),
            ("Redirect from", "Redirect to"),
            ("redirect_from", "redirect_to"),
            ("oldPath", "newPath"),
            ("Request Path", "Target Path"),
            ("Original URL", "Final URL"),
            ("Alte Adresse", "Neue Adresse"),
            ("Quelle", "Ziel"),
            ("Von", "Nach"),
            ("Ancienne URL", "Nouvelle URL"),
            ("Origen", "Destino"),
            ("URL antigua", "URL nueva"),
            ("Vecchio URL", "Nuovo URL"),
            ("Oude URL", "Nieuwe URL"),
            ("URL antiga", "Nova URL"),
            ("Stary URL", "Nowy URL"),
            ("Gammal adress", "Ny adress"),
            ("Старый адрес", "Новый адрес"),
        ] {
            assert_eq!((role(old), role(new)), (Role::Old, Role::New), "{old}, {new}");
        }
        for (heading, read) in [
            ("Address", Role::Address),
            ("Redirect URL", Role::New),
            ("Redirect Type", Role::Status),
            ("Status Code", Role::Status),
            ("type", Role::Status),
            ("regex", Role::Matching),
            ("Format", Role::Matching),
            ("Title", Role::Other),
            ("Canonical Link Element 1", Role::Other),
        ] {
            assert_eq!(role(heading), read, "{heading}");
        }
    }
}
