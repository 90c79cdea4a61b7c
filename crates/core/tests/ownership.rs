//! Proofs of ownership: found where only the owner can put them, and nowhere else.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::scan::Scan;
use launch_ready_core::facts::ownership::Ownership;
use table::Table;

const PROOF: &str = "1f2e3d4c5b6a79880f1e2d3c4b5a69780f1e2d3c4b5a69781f2e3d4c5b6a7988";

/// Every proof that is found, and the outcome.
fn found(evidence: &str) -> (Vec<String>, &'static str) {
    let evidence = evidence.replace("PROOF", PROOF);
    let table = Table::parse(&evidence).expect("the table is readable");
    let task = Ownership { target: table.target.clone() };
    let mut scan = Scan::of(table.target.clone(), vec![task], Limits::default());
    scan.settle(|probe| table.answer(probe));
    let (_, _, outcomes) = scan.end();
    match outcomes.into_iter().next().expect("every task comes to an end").1 {
        Ok(proofs) if proofs.is_empty() => (proofs, "none"),
        Ok(proofs) => (proofs, "published"),
        Err(_) => (Vec::new(), "not-measured"),
    }
}

#[test]
fn a_record_is_a_proof() {
    let both = "_launch-ready.example.com. TXT \"launch-ready-proof=PROOF\"\n\
        GET https://example.com/.well-known/launch-ready.txt\n404\n";
    assert_eq!(found(both), (vec![PROOF.to_owned()], "published"));
}

#[test]
fn a_file_is_a_proof_where_the_domain_serves_it() {
    let file = "GET https://example.com/.well-known/launch-ready.txt\n200\n| launch-ready-proof=PROOF\n";
    assert_eq!(found(file), (vec![PROOF.to_owned()], "published"));
    let www = "GET https://example.com/.well-known/launch-ready.txt\n\
        301\nlocation: https://www.example.com/.well-known/launch-ready.txt\n\
        GET https://www.example.com/.well-known/launch-ready.txt\n200\n| launch-ready-proof=PROOF\n";
    assert_eq!(found(www), (vec![PROOF.to_owned()], "published"));
}

#[test]
fn what_a_redirect_leads_to_elsewhere_proves_nothing() {
    let open = "GET https://example.com/.well-known/launch-ready.txt\n302\nlocation: https://other.example/proof.txt\n\
        GET https://other.example/proof.txt\n200\n| launch-ready-proof=PROOF\n";
    assert_eq!(found(open), (vec![], "none"));
}

#[test]
fn without_either_there_is_none() {
    let none = "GET https://example.com/.well-known/launch-ready.txt\n200\n| <title>Not found</title>\n";
    assert_eq!(found(none), (vec![], "none"));
}
