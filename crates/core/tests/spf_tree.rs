//! Everything behind an SPF record: the tree, who may send, and what can be saved.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use launch_ready_core::answers::Stop;
use launch_ready_core::email::spf::Qualifier;
use launch_ready_core::email::spf::evaluate::{Session, SpfResult, check_host};
use launch_ready_core::email::spf::optimizations::{Kind, applied, enough, savings, without};
use launch_ready_core::email::spf::senders::{Senders, SharedRecord};
use launch_ready_core::email::spf::tree::{Reach, State, Tree};
use launch_ready_core::engine::evidence::Evidence;
use proptest::prelude::*;
use table::Table;

/// What `find` comes to on a table, the rounds it took, and the number of questions.
fn settled<T>(table: &Table, find: impl Fn(&Evidence) -> Result<T, Stop>) -> (T, usize, usize) {
    let mut evidence = Evidence::default();
    for rounds in 0..40 {
        match find(&evidence) {
            Ok(found) => return (found, rounds, evidence.len()),
            Err(Stop::NotMeasured(gap)) => panic!("{gap:?}"),
            Err(Stop::Pending) => {
                let wishes = evidence.take_pending();
                assert!(!wishes.is_empty(), "waits for nothing");
                for probe in wishes {
                    let answer = table.answer(&probe);
                    evidence.insert(probe, answer);
                }
            }
        }
    }
    panic!("does not end")
}

fn table(zone: &str) -> Table {
    Table::parse(zone).expect("a zone")
}

fn tree(zone: &str) -> Tree {
    settled(&table(zone), |evidence| Tree::resolve(evidence, "example.com", Reach::DEEP)).0
}

/// A record that lists the addresses of every customer of a cloud.
const SHARED: &[SharedRecord<'_>] =
    &[SharedRecord { name: "_cloud-netblocks.googleusercontent.com", cloud: "Google Cloud" }];

fn senders(zone: &str) -> (Tree, Senders) {
    let find = |evidence: &Evidence| {
        let tree = Tree::resolve(evidence, "example.com", Reach::DEEP)?;
        let senders = Senders::count(evidence, &tree, SHARED)?;
        Ok((tree, senders))
    };
    settled(&table(zone), find).0
}

const TYPICAL: &str = r#"
example.com. TXT "v=spf1 a mx include:_spf.mailhost.net include:news.example.net a:gone.example.com ip4:192.0.2.1 ip4:192.0.2.2 ip4:192.0.2.3 ~all ip4:192.0.2.4"
example.com. A 76.76.21.21
example.com. MX 10 mx.mailhost.net.
mx.mailhost.net. A 76.76.21.30
_spf.mailhost.net. TXT "v=spf1 include:_one.mailhost.net include:_two.mailhost.net ~all"
_one.mailhost.net. TXT "v=spf1 ip4:198.51.100.0/24 ~all"
_two.mailhost.net. TXT "v=spf1 ip6:2001:db8::/48 ~all"
news.example.net. TXT "hello"
"#;

#[test]
fn the_tree_shows_what_each_branch_costs_and_where_it_breaks() {
    let tree = tree(TYPICAL);
    assert_eq!(
        tree.to_string(),
        "example.com  (7 of 10 lookups)\n\
         ├─ a  (1 lookup)\n\
         ├─ mx  (1 lookup)\n\
         ├─ include:_spf.mailhost.net  (1 + 2 lookups)\n\
         │  ├─ include:_one.mailhost.net  (1 lookup)\n\
         │  │  ├─ ip4:198.51.100.0/24\n\
         │  │  └─ ~all\n\
         │  ├─ include:_two.mailhost.net  (1 lookup)\n\
         │  │  ├─ ip6:2001:db8::/48\n\
         │  │  └─ ~all\n\
         │  └─ ~all\n\
         ├─ include:news.example.net  (1 lookup; has no SPF record (its TXT records are about other things))\n\
         ├─ a:gone.example.com  (1 lookup; leads nowhere)\n\
         ├─ ip4:192.0.2.1\n\
         ├─ ip4:192.0.2.2\n\
         ├─ ip4:192.0.2.3\n\
         ├─ ~all\n\
         └─ ip4:192.0.2.4  (never reached)"
    );
    assert_eq!((tree.lookups(), tree.voids().count(), tree.faults().count()), (7, 1, 1));
    assert_eq!(tree.ending().all, Some(Qualifier::SoftFail));
    assert!(tree.beyond_limit().is_empty());
    let json = serde_json::to_value(&tree).expect("a tree can be written");
    assert_eq!(json["nodes"][0]["entries"][2]["leads_to"], 1);
    assert_eq!(json["nodes"][2]["state"]["kind"], "missing");
}

#[test]
fn circles_end_and_say_so() {
    let tree = tree(
        r#"
example.com. TXT "v=spf1 include:a.example.com -all"
a.example.com. TXT "v=spf1 include:b.example.com -all"
b.example.com. TXT "v=spf1 redirect=EXAMPLE.com"
"#,
    );
    assert_eq!(tree.nodes[3].state, State::Circle);
    assert_eq!(tree.faults().count(), 1);
    // The same include twice is no circle, and costs twice.
    let twice = self::tree(
        r#"
example.com. TXT "v=spf1 include:a.example.com include:b.example.com -all"
a.example.com. TXT "v=spf1 include:c.example.com -all"
b.example.com. TXT "v=spf1 include:c.example.com -all"
c.example.com. TXT "v=spf1 ip4:192.0.2.1 -all"
"#,
    );
    assert_eq!((twice.lookups(), twice.faults().count()), (4, 0));
}

#[test]
fn a_hostile_tree_is_cut_and_says_so() {
    let mut zone = String::from("example.com. TXT \"v=spf1 include:n0.example.com -all\"\n");
    for n in 0..60 {
        let (a, b) = (2 * n + 1, 2 * n + 2);
        zone.push_str(&format!(
            "n{n}.example.com. TXT \"v=spf1 include:n{a}.example.com include:n{b}.example.com -all\"\n"
        ));
    }
    for (reach, names) in [(Reach::DEFAULT, 14), (Reach::DEEP, 24)] {
        let table = table(&zone);
        let (tree, rounds, asked) = settled(&table, |evidence| Tree::resolve(evidence, "example.com", reach));
        assert_eq!(asked, names);
        assert!(rounds <= 7, "{rounds}");
        assert!(tree.gaps().count() > 0 && tree.lookups() > 10);
        assert!(tree.to_string().contains("at least"));
    }
}

#[test]
fn names_that_are_the_same_for_every_message_are_followed_and_others_are_not() {
    let tree = tree(
        r#"
example.com. TXT "v=spf1 include:%{d}._spf.example.net include:%{i}._ip.%{d}.example.net redirect=_spf.example.net"
example.com._spf.example.net. TXT "v=spf1 a:%{o}.hosts.example.net -all"
example.com.hosts.example.net. A 192.0.2.1
_spf.example.net. TXT "v=spf1 ip4:192.0.2.9 ?all"
"#,
    );
    assert!(matches!(tree.nodes[1].state, State::Found { .. }));
    assert_eq!(tree.nodes[2].state, State::PerMessage);
    assert!(tree.is_per_message());
    assert_eq!(tree.ending().all, Some(Qualifier::Neutral));
    assert_eq!(tree.nodes[tree.ending().node].name, "_spf.example.net");
}

#[test]
fn what_lies_beyond_the_limit_is_named() {
    let mut zone = String::from("example.com. TXT \"v=spf1");
    for n in 0..12 {
        zone.push_str(&format!(" include:s{n}.example.net"));
    }
    zone.push_str(" -all\"\n");
    for n in 0..12 {
        zone.push_str(&format!("s{n}.example.net. TXT \"v=spf1 ip4:192.0.2.{n} -all\"\n"));
    }
    let beyond: Vec<String> = tree(&zone).beyond_limit().iter().map(|entry| entry.term.clone()).collect();
    assert_eq!(beyond, ["include:s10.example.net", "include:s11.example.net"]);
}

#[test]
fn senders_are_counted_once_and_only_those_that_pass() {
    let (_, senders) = senders(TYPICAL);
    assert_eq!(senders.words(), "261 IPv4 addresses and 65,536 IPv6 networks (/64)");
    let of = |term: &str| senders.terms.iter().find(|share| share.term == term).expect("listed");
    assert_eq!((of("include:_spf.mailhost.net").v4, of("a").v4, of("a:gone.example.com").v4), (256, 1, 0));
    // The first match decides: who is turned away before is not let through later.
    for (record, v4) in [
        ("v=spf1 -ip4:192.0.2.0/25 ip4:192.0.2.0/24 -all", 128),
        ("v=spf1 ip4:192.0.2.0/24 -ip4:192.0.2.0/25 -all", 256),
        ("v=spf1 -include:in.example.com ip4:192.0.2.0/24 -all", 254),
        ("v=spf1 ?include:in.example.com -all", 0),
        ("v=spf1 include:in.example.com include:in.example.com -all", 2),
        ("v=spf1 ip4:192.0.2.1 redirect=in.example.com", 2),
        ("v=spf1 -all ip4:192.0.2.1", 0),
        ("v=spf1 a/31 mx//64 -all", 3),
    ] {
        let zone = format!(
            "example.com. TXT \"{record}\"\nin.example.com. TXT \"v=spf1 ip4:192.0.2.0/31 ~ip4:192.0.2.9 ?all\"\n\
             example.com. A 76.76.21.21\nexample.com. MX 10 mx.example.net.\nmx.example.net. A 76.76.21.30\n"
        );
        assert_eq!(self::senders(&zone).1.v4, v4, "{record}");
    }
}

#[test]
fn breadth_is_found_wherever_it_stands_and_only_where_it_passes() {
    for (record, everybody, wide) in [
        ("v=spf1 include:open.example.com -all", 1, 0),
        ("v=spf1 redirect=open.example.com", 1, 0),
        ("v=spf1 ?include:open.example.com -all", 0, 0),
        ("v=spf1 ip4:0.0.0.0/0 -all", 1, 0),
        ("v=spf1 -ip4:0.0.0.0/0 -all", 0, 0),
        ("v=spf1 a/0 -all", 1, 0),
        ("v=spf1 mx//0 -all", 0, 0),
        ("v=spf1 ip6:::/0 -all", 1, 0),
        ("v=spf1 ip4:10.0.0.0/8 -all", 0, 1),
        ("v=spf1 ip4:52.0.0.0/15 -all", 0, 1),
        ("v=spf1 ip4:52.0.0.0/16 -all", 0, 0),
        ("v=spf1 ip6:2001::/31 -all", 0, 1),
        ("v=spf1 include:wide.example.com -all", 0, 0),
        ("v=spf1 include:_cloud-netblocks.googleusercontent.com -all", 0, 1),
    ] {
        let zone = format!(
            "example.com. TXT \"{record}\"\nopen.example.com. TXT \"v=spf1 ip4:192.0.2.1 +all\"\n\
             wide.example.com. TXT \"v=spf1 ip4:52.0.0.0/12 -all\"\n\
             _cloud-netblocks.googleusercontent.com. TXT \"v=spf1 ip4:34.80.0.0/15 ?all\"\n\
             example.com. A 76.76.21.21\nexample.com. MX 10 mx.example.net.\nmx.example.net. A 76.76.21.30\n"
        );
        let (_, senders) = self::senders(&zone);
        assert_eq!(
            (senders.everybody.len(), senders.wide.len()),
            (everybody, wide),
            "{record}: {senders:#?}"
        );
    }
}

#[test]
fn what_cannot_be_counted_is_said() {
    let (_, senders) = self::senders(
        r#"
example.com. TXT "v=spf1 exists:%{i}.ok.example.net ptr a:slow.example.net include:late.example.net -all"
slow.example.net. A SERVFAIL
slow.example.net. AAAA TIMEOUT
late.example.net. TXT TIMEOUT
"#,
    );
    assert_eq!((senders.per_message.len(), senders.unknown.len()), (2, 3));
    assert!(!senders.is_nobody());
    assert!(self::senders("example.com. TXT \"v=spf1 -all\"").1.is_nobody());
}

#[test]
fn savings_are_offered_only_where_nobody_is_lost() {
    let (tree, senders) = self::senders(
        r#"
example.com. TXT "v=spf1 include:_spf.example.com include:big.example.net include:small.example.net a:gone.example.com +include:big.example.net mx ~all ip4:192.0.2.77"
_spf.example.com. TXT "v=spf1 ip4:203.0.113.1 a include:other.example.net ~all"
_spf.example.com. A 203.0.113.2
other.example.net. TXT "v=spf1 ip4:203.0.113.3 ~all"
big.example.net. TXT "v=spf1 ip4:198.51.100.0/24 ~all"
small.example.net. TXT "v=spf1 ip4:198.51.100.7 ~all"
example.com. MX 10 mx.example.com.
mx.example.com. A 203.0.113.9
"#,
    );
    let found = savings(&tree, &senders);
    let kinds: Vec<_> =
        found.iter().map(|saving| (saving.kind, saving.term.as_str(), saving.lookups)).collect();
    assert_eq!(
        kinds,
        [
            (Kind::Own, "include:_spf.example.com", 1),
            (Kind::Covered, "include:small.example.net", 1),
            (Kind::Void, "a:gone.example.com", 1),
            (Kind::Repeated, "+include:big.example.net", 1),
        ]
    );
    assert_eq!(
        applied(&tree, &found).as_deref(),
        Some(
            "v=spf1 ip4:203.0.113.1 a:_spf.example.com include:other.example.net include:big.example.net mx ~all"
        )
    );
}

#[test]
fn two_terms_that_cover_each_other_do_not_both_go() {
    let zone = |record: &str| {
        format!(
            "example.com. TXT \"{record}\"\na.example.net. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n\
             b.example.net. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
        )
    };
    for (record, expected) in [
        ("v=spf1 include:a.example.net include:b.example.net -all", "v=spf1 include:b.example.net -all"),
        ("v=spf1 include:a.example.net ip4:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.0/24 -all"),
        (
            "v=spf1 include:a.example.net redirect=b.example.net",
            "v=spf1 include:a.example.net redirect=b.example.net",
        ),
        (
            "v=spf1 -ip4:192.0.2.9 include:a.example.net include:b.example.net -all",
            "v=spf1 -ip4:192.0.2.9 include:a.example.net include:b.example.net -all",
        ),
    ] {
        let (tree, senders) = self::senders(&zone(record));
        let better = applied(&tree, &savings(&tree, &senders));
        assert_eq!(better.as_deref(), Some(expected));
    }
}

#[test]
fn what_another_include_holds_already_only_costs_and_the_safest_savings_come_first() {
    let (tree, senders) = self::senders(
        r#"
example.com. TXT "v=spf1 include:_spf.mailhost.net include:_one.mailhost.net include:_spf.example.com -all"
_spf.mailhost.net. TXT "v=spf1 redirect=_all.mailhost.net"
_all.mailhost.net. TXT "v=spf1 include:_one.mailhost.net ~all"
_one.mailhost.net. TXT "v=spf1 ip4:192.0.2.1 ~all"
_spf.example.com. TXT "v=spf1 ip4:192.0.2.9 ~all"
"#,
    );
    let found = savings(&tree, &senders);
    let kinds: Vec<_> = found.iter().map(|saving| saving.kind).collect();
    assert_eq!(kinds, [Kind::Nested, Kind::Own]);
    assert_eq!(tree.lookups(), 5);
    assert_eq!(
        enough(&tree, found.clone(), 5).iter().map(|saving| saving.kind).collect::<Vec<_>>(),
        [Kind::Nested]
    );
    assert!(enough(&tree, found, 6).is_empty());
}

#[test]
fn no_proposal_turns_everybody_away() {
    let (tree, _) = self::senders(
        r#"
example.com. TXT "v=spf1 include:a.example.net -all mx"
a.example.net. TXT "v=spf1 ip4:192.0.2.1 -all"
"#,
    );
    assert_eq!(without(&tree, |entry| entry.leads_to.is_some()), None);
    let (tree, _) = self::senders(
        r#"
example.com. TXT "v=spf1 include:a.example.net ip4:192.0.2.2 -all mx"
a.example.net. TXT "v=spf1 ip4:192.0.2.1 -all"
"#,
    );
    let better = without(&tree, |entry| entry.leads_to.is_some());
    assert_eq!(better.as_deref(), Some("v=spf1 ip4:192.0.2.2 ~all"));
}

//------------ Against check_host -------------------------------------------

/// A small internet: six names with an address and a mail server each, and any records.
fn small_internet(records: &[Vec<String>]) -> String {
    let mut zone = String::new();
    for (n, terms) in records.iter().enumerate() {
        let name = if n == 0 { "example.com".to_owned() } else { format!("n{n}.example.com") };
        zone.push_str(&format!("{name}. TXT \"v=spf1 {}\"\n", terms.join(" ")));
        zone.push_str(&format!("{name}. A 192.0.2.{}\n{name}. MX 10 mx{n}.example.com.\n", n * 7));
        zone.push_str(&format!("mx{n}.example.com. A 192.0.2.{}\n", n * 7 + 3));
    }
    zone
}

fn term() -> impl Strategy<Value = String> {
    let qualifier =
        prop_oneof![6 => Just(""), 1 => Just("-"), 1 => Just("~"), 1 => Just("?"), 1 => Just("+")];
    let mechanism = prop_oneof![
        3 => (1..6u8).prop_map(|n| format!("include:n{n}.example.com")),
        2 => (0..48u8, 27..=32u8).prop_map(|(host, prefix)| format!("ip4:192.0.2.{host}/{prefix}")),
        1 => (1..6u8).prop_map(|n| format!("a:n{n}.example.com/31")),
        1 => (1..6u8).prop_map(|n| format!("mx:n{n}.example.com")),
        1 => Just("a".to_owned()),
        1 => Just("mx/30".to_owned()),
    ];
    (qualifier, mechanism).prop_map(|(qualifier, mechanism)| format!("{qualifier}{mechanism}"))
}

fn record() -> impl Strategy<Value = Vec<String>> {
    let ending = prop_oneof![
        4 => Just(Some("-all".to_owned())),
        1 => Just(Some("~all".to_owned())),
        1 => Just(None),
        1 => (1..6u8).prop_map(|n| Some(format!("redirect=n{n}.example.com"))),
    ];
    (proptest::collection::vec(term(), 0..4), ending).prop_map(|(mut terms, ending)| {
        terms.extend(ending);
        terms
    })
}

/// The last octets of the addresses that may send, asked one by one.
fn passing(table: &Table) -> Vec<u8> {
    let passes = |octet: &u8| {
        let session = Session::new([192, 0, 2, *octet].into(), "a@example.com", "h");
        settled(table, |evidence| check_host(evidence, &session)).0.result == SpfResult::Pass
    };
    (0..64).filter(passes).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::with_cases(200) })]

    /// Whoever is counted among the senders passes, and nobody else does; and no saving changes that.
    #[test]
    fn the_count_is_what_check_host_says_and_savings_change_nothing(
        records in proptest::collection::vec(record(), 6),
    ) {
        let zone = small_internet(&records);
        let (tree, senders) = self::senders(&zone);
        prop_assume!(tree.lookups() <= 10 && tree.faults().next().is_none());
        let expected = passing(&table(&zone));
        prop_assert_eq!(senders.v4, expected.len() as u64, "{}\n{}", zone, tree);
        let found = savings(&tree, &senders);
        if let Some(better) = applied(&tree, &found) {
            let own = format!("example.com. TXT \"v=spf1 {}\"", records[0].join(" "));
            let changed = zone.replace(&own, &format!("example.com. TXT \"{better}\""));
            let (smaller, _) = self::senders(&changed);
            let saved: usize = found.iter().map(|saving| saving.lookups).sum();
            prop_assert_eq!(smaller.lookups() + saved, tree.lookups(), "{}\n{}", tree, better);
            prop_assert_eq!(passing(&table(&changed)), expected, "{}\n{}", tree, better);
        }
    }

    /// Whatever the records say: everything ends, the bounds hold, and the worst case is never less than any case.
    #[test]
    fn every_small_internet_is_understood(records in proptest::collection::vec(record(), 6), octet: u8) {
        let zone = small_internet(&records);
        let table = table(&zone);
        let (tree, senders) = self::senders(&zone);
        prop_assert!(tree.nodes.len() < 200 && tree.to_string().lines().count() <= 82);
        let _ = savings(&tree, &senders);
        let session = Session::new([192, 0, 2, octet].into(), "a@example.com", "h");
        let (evaluation, rounds, _) = settled(&table, |evidence| check_host(evidence, &session));
        prop_assert!(evaluation.lookups <= tree.lookups().max(11) && rounds <= 24, "{rounds}\n{tree}");
        if tree.lookups() <= 10 && tree.faults().next().is_none() {
            prop_assert!(evaluation.lookups <= tree.lookups());
            prop_assert!(!matches!(evaluation.result, SpfResult::PermError | SpfResult::TempError));
        }
    }
}
