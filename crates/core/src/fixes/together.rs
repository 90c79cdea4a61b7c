//! Several fixes of one report that are about the same thing, as one: whoever does one after the other undoes none of them.

use crate::checks::fix::Fix;
use crate::checks::header_value::both;

/// Gives the header fixes that are about one value of one path the same value, with what each of them changes; those that
/// contradict each other stay as they are.
pub(crate) fn together<'f>(fixes: impl IntoIterator<Item = &'f mut Fix>) {
    let mut headers: Vec<&mut Fix> =
        fixes.into_iter().filter(|fix| matches!(fix, Fix::Header { .. })).collect();
    for at in 0..headers.len() {
        let Some(mut one) = value_of(headers[at]).map(str::to_owned) else { continue };
        let group: Vec<usize> =
            (0..headers.len()).filter(|other| are_of_one_value(headers[at], headers[*other])).collect();
        // Done with the first of them.
        if group.first() != Some(&at) {
            continue;
        }
        for other in &group {
            let Fix::Header { name, value, replaces, .. } = &*headers[*other] else { continue };
            if let Some(merged) = both(name, replaces, &one, value) {
                one = merged;
            }
        }
        for other in group {
            let Fix::Header { name, value, replaces, .. } = &mut *headers[other] else { continue };
            if both(name, replaces, value, &one).is_some() {
                value.clone_from(&one);
            }
        }
    }
}

fn value_of(fix: &Fix) -> Option<&str> {
    if let Fix::Header { value, .. } = fix { Some(value) } else { None }
}

fn are_of_one_value(one: &Fix, other: &Fix) -> bool {
    match (one, other) {
        (
            Fix::Header { name, path, replaces, .. },
            Fix::Header { name: its_name, path: its_path, replaces: its_values, .. },
        ) => name.eq_ignore_ascii_case(its_name) && path == its_path && replaces == its_values,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "Content-Security-Policy";

    #[test]
    fn two_findings_that_change_one_policy_say_the_same() {
        let sent = ["frame-ancestors *"];
        let mut fixes = [
            Fix::header(POLICY, "frame-ancestors 'self'").instead_of(sent),
            Fix::header("X-Content-Type-Options", "nosniff"),
            Fix::header(POLICY, "frame-ancestors *; upgrade-insecure-requests").instead_of(sent),
        ];
        together(&mut fixes);
        let all = "Content-Security-Policy: frame-ancestors 'self'; upgrade-insecure-requests";
        assert_eq!((fixes[0].line(), fixes[2].line()), (all.to_owned(), all.to_owned()));
        assert_eq!(fixes[1].line(), "X-Content-Type-Options: nosniff");
    }

    #[test]
    fn two_findings_that_add_to_one_value_say_the_same() {
        let with = |part: &str| Fix::header("Vary", format!("Origin, {part}")).instead_of(["Origin"]);
        let mut fixes = [with("Cookie"), with("Accept-Encoding")];
        together(&mut fixes);
        let all = "Vary: Origin, Cookie, Accept-Encoding";
        assert_eq!((fixes[0].line().as_str(), fixes[1].line().as_str()), (all, all));
    }

    #[test]
    fn what_contradicts_or_is_for_another_path_stays() {
        let mut fixes = [
            Fix::header_for("/", "Cache-Control", "private, no-store"),
            Fix::header_for("/", "Cache-Control", "public, s-maxage=300"),
            Fix::header_for("/a/*", "Cache-Control", "public"),
        ];
        let before = fixes.clone();
        together(&mut fixes);
        assert_eq!(fixes, before);
    }
}
