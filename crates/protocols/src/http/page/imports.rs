//! What a JavaScript module imports, as far as that can be told without reading the language.

use memchr::memmem;

/// The addresses behind `from` and `import` of static imports and re-exports, as written and in order, the first
/// [`MAX_IMPORTS`]. What a bundler writes is found; a string in a program that reads like an import may be, too.
#[must_use]
pub fn static_imports(script: &[u8]) -> Vec<&str> {
    let is_address = |name: &&str| ["./", "../", "/", "https://"].iter().any(|begin| name.starts_with(begin));
    specifiers(script).into_iter().filter(is_address).collect()
}

/// The same with bare names, which an import map turns into addresses.
#[must_use]
pub fn specifiers(script: &[u8]) -> Vec<&str> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    for word in [&b"import"[..], b"from"] {
        for at in memmem::find_iter(script, word) {
            // Part of a longer name, or a property of something.
            let is_inside = at
                .checked_sub(1)
                .and_then(|before| script.get(before))
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_$.".contains(byte));
            let rest = script.get(at + word.len()..script.len().min(at + word.len() + MAX_ADDRESS));
            let Some(address) = rest.filter(|_| !is_inside).and_then(quoted) else { continue };
            found.push((at, address));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    let mut addresses: Vec<&str> = Vec::new();
    for (_, address) in found {
        if addresses.len() < MAX_IMPORTS && !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

/// Imports of one module that are looked at.
pub const MAX_IMPORTS: usize = 100;
/// Octets of one address that are looked at.
const MAX_ADDRESS: usize = 300;

/// The string that `rest` begins with, where it may name a module.
fn quoted(rest: &[u8]) -> Option<&str> {
    let rest = rest.trim_ascii_start();
    let (quote, rest) = rest.split_first().filter(|(quote, _)| b"\"'".contains(quote))?;
    let end = rest.iter().position(|byte| byte == quote)?;
    let name = std::str::from_utf8(rest.get(..end)?).ok()?;
    (!name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn static_imports_are_found_as_bundlers_write_them() {
        let script = r#"import{r as e,a}from"./vendor-C0-_k2dE.js";import "../b.js";import n from '/c.js'
            export*from"./d.js";import"./vendor-C0-_k2dE.js";const x=import("./lazy.js"),y=a.from("./no.js"),z=Array.from("abc");
            import react from"react";"#;
        assert_eq!(static_imports(script.as_bytes()), ["./vendor-C0-_k2dE.js", "../b.js", "/c.js", "./d.js"]);
        assert_eq!(specifiers(script.as_bytes()).last(), Some(&"react"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(script in "(import|from|[\"'./ ]|\\PC){0,30}") {
            let _ = static_imports(script.as_bytes());
        }
    }
}
