//! DNS: one answer for every way to ask, and the right kind of nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{RData, RecordType},
};
use http_body_util::Full;
use hyper::{Request, StatusCode};
use launch_ready_lab::Lab;

use crate::support::*;

/// A zone with a bit of everything, and a second one for aliases to lead to.
async fn two_zones() -> Lab {
    let one = zone(
        "@ A 76.76.21.21\n\
         @ TXT \"v=spf1 -all\"\n\
         bytes TXT \"\\000\\255;\\\"\" \"two\"\n\
         deep.er A 76.76.21.22\n\
         alias CNAME target.two.lab.\n\
         gone CNAME nothing.three.lab.\n\
         here CNAME missing\n\
         round CNAME and.round\n\
         and.round CNAME round\n\
         *.wild A 76.76.21.23\n\
         *.wild TXT \"anything\"\n\
         real.wild TXT \"myself\"\n\
         odd TYPE65280 \\# 4 deadbeef\n\
         @ DS 2371 13 2 1F987CC6583E92DF0890718C42A4B2B1D6F0C5E5A6A16CA1A3EE6B3B2D7B3B24\n\
         @ CAA 0 issue \"letsencrypt.org\"\n\
         @ HTTPS 1 . alpn=h2,h3",
    );
    lab(&[("one.lab.zone", &one), ("two.lab.zone", &zone("target A 76.76.21.24"))]).await
}

#[tokio::test]
async fn the_same_answer_comes_over_udp_tcp_and_https() {
    let lab = two_zones().await;
    let asked = question("One.Lab.", RecordType::A);
    let over_udp = udp(&lab, &asked).await;
    assert_eq!(over_udp.id, asked.id);
    assert_eq!(over_udp.response_code, ResponseCode::NoError);
    assert!(over_udp.recursion_available && !over_udp.authoritative && !over_udp.authentic_data);
    assert_eq!(over_udp.queries, asked.queries);
    assert_eq!(over_udp.answers.len(), 1);
    assert_eq!(tcp(&lab, &asked).await.answers, over_udp.answers);

    let get_url = doh_get(&lab.doh_url(), &asked);
    let over_get = send(&lab, origin_form(get(&get_url))).await.unwrap();
    assert_eq!(over_get.header("content-type"), Some("application/dns-message"));
    assert_eq!(over_get.header("cache-control"), Some("max-age=300"));
    assert_eq!(Message::from_vec(&over_get.body).unwrap().answers, over_udp.answers);

    let over_post = send(&lab, doh_post("/dns-query", &asked)).await.unwrap();
    assert_eq!(over_post.body, over_get.body);
}

#[tokio::test]
async fn the_public_resolvers_answer_over_http_1_and_2_and_through_the_proxy() {
    let lab = two_zones().await;
    let asked = question("one.lab.", RecordType::A);
    for host in ["cloudflare-dns.com", "dns.google", "dns.quad9.net"] {
        let url = doh_get(&format!("https://{host}/dns-query"), &asked);
        let over_1 = https_get(&lab, &url).await.unwrap();
        assert_eq!(over_1.status, StatusCode::OK);

        let tls = Tls { alpn: b"h2", ..Tls::default() };
        let over_2 = http2(https(&lab, host, &tls).await.unwrap(), get(&url)).await.unwrap();
        assert_eq!(over_2.body, over_1.body);

        let stream = https(&lab, host, &tls).await.unwrap();
        let post = doh_post(&format!("https://{host}/dns-query"), &asked);
        assert_eq!(http2(stream, post).await.unwrap().body, over_1.body);

        assert_eq!(fetch(&lab, &url).await.unwrap().body, over_1.body);
        let post = doh_post(&format!("https://{host}/dns-query"), &asked);
        assert_eq!(send(&lab, post).await.unwrap().body, over_1.body);
    }
}

#[tokio::test]
async fn doh_says_what_is_wrong_with_a_request() {
    let lab = two_zones().await;
    let status = async |request| send(&lab, request).await.unwrap().status;
    let here = |path: &str| with_header(get(path), "host", "127.0.0.1");
    assert_eq!(status(here("/dns-query")).await, StatusCode::BAD_REQUEST);
    assert_eq!(status(here("/dns-query?dns=!!!")).await, StatusCode::BAD_REQUEST);
    let too_short = URL_SAFE_NO_PAD.encode([0; 5]);
    assert_eq!(status(here(&format!("/dns-query?dns={too_short}"))).await, StatusCode::BAD_REQUEST);
    let delete = with_method(here("/dns-query"), hyper::Method::DELETE);
    assert_eq!(status(delete).await, StatusCode::METHOD_NOT_ALLOWED);
    let mut wrong_type = doh_post("/dns-query", &question("one.lab.", RecordType::A));
    wrong_type.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(status(wrong_type).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut too_long = doh_post("/dns-query", &question("one.lab.", RecordType::A));
    *too_long.body_mut() = Full::new(Bytes::from(vec![0; 5000]));
    assert_eq!(status(too_long).await, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn nothing_at_a_name_is_not_the_same_as_no_name() {
    let lab = two_zones().await;
    let no_name = ask(&lab, "no.one.lab.", RecordType::A).await;
    let no_data = ask(&lab, "one.lab.", RecordType::MX).await;
    // Nothing stands at `er.one.lab`, but something stands below it.
    let between = ask(&lab, "er.one.lab.", RecordType::A).await;
    assert_eq!(no_name.response_code, ResponseCode::NXDomain);
    assert_eq!(no_data.response_code, ResponseCode::NoError);
    assert_eq!(between.response_code, ResponseCode::NoError);
    for nothing in [no_name, no_data, between] {
        assert!(nothing.answers.is_empty());
        let [soa] = &nothing.authorities[..] else { panic!("no SOA: {nothing}") };
        assert_eq!(soa.record_type(), RecordType::SOA);
        // The smaller of the SOA's own time to live, and the time it gives for nothing (RFC 2308).
        assert_eq!((soa.name.to_ascii().as_str(), soa.ttl), ("one.lab.", 60));
    }
}

#[tokio::test]
async fn a_name_outside_of_all_zones_does_not_exist_and_what_is_above_them_does() {
    let lab = two_zones().await;
    let outside = ask(&lab, "three.lab.", RecordType::A).await;
    assert_eq!(outside.response_code, ResponseCode::NXDomain);
    assert_eq!(outside.authorities[0].name.to_ascii(), ".");
    let above = ask(&lab, "lab.", RecordType::NS).await;
    assert_eq!(above.response_code, ResponseCode::NoError);
    assert!(above.answers.is_empty());
}

#[tokio::test]
async fn aliases_are_followed_from_zone_to_zone() {
    let lab = two_zones().await;
    let found = ask(&lab, "alias.one.lab.", RecordType::A).await;
    assert_eq!(records(&found), ["alias.one.lab. CNAME target.two.lab.", "target.two.lab. A 76.76.21.24"]);
    let itself = ask(&lab, "alias.one.lab.", RecordType::CNAME).await;
    assert_eq!(records(&itself), ["alias.one.lab. CNAME target.two.lab."]);
    let no_such_type = ask(&lab, "alias.one.lab.", RecordType::AAAA).await;
    assert_eq!(no_such_type.response_code, ResponseCode::NoError);
    assert_eq!(records(&no_such_type), ["alias.one.lab. CNAME target.two.lab."]);
    assert_eq!(no_such_type.authorities[0].name.to_ascii(), "two.lab.");
}

#[tokio::test]
async fn an_alias_of_nothing_is_shown_with_the_nothing() {
    let lab = two_zones().await;
    for (name, target) in [("gone.one.lab.", "nothing.three.lab."), ("here.one.lab.", "missing.one.lab.")] {
        let found = ask(&lab, name, RecordType::A).await;
        assert_eq!(found.response_code, ResponseCode::NXDomain);
        assert_eq!(records(&found), [format!("{name} CNAME {target}")]);
    }
}

#[tokio::test]
async fn a_loop_of_aliases_fails_and_says_why() {
    let lab = two_zones().await;
    let plain = ask(&lab, "round.one.lab.", RecordType::A).await;
    assert_eq!(plain.response_code, ResponseCode::ServFail);
    assert!(plain.edns.is_none(), "EDNS is for those who ask for it");
    let asked = with_edns(question("round.one.lab.", RecordType::A), 1232, false);
    let explained = udp(&lab, &asked).await;
    let edns = explained.edns.expect("EDNS");
    // Extended DNS Errors (RFC 8914) are option 15.
    assert!(format!("{:?}", edns.options()).contains("15"), "{edns:?}");
}

#[tokio::test]
async fn bogus_is_for_those_who_validate_and_lame_is_a_note() {
    let sites = "[dns.\"one.lab\"]\nfault = \"bogus\"\n[dns.\"two.lab\"]\nfault = \"lame\"\n";
    let (one, two) = (zone("@ A 76.76.21.21"), zone("@ A 76.76.21.22"));
    let lab = lab(&[("one.lab.zone", &one), ("two.lab.zone", &two), ("sites.toml", sites)]).await;
    let mut asked = with_edns(question("one.lab.", RecordType::A), 1232, false);
    assert_eq!(udp(&lab, &asked).await.response_code, ResponseCode::ServFail);
    asked.metadata.checking_disabled = true;
    assert_eq!(records(&udp(&lab, &asked).await), ["one.lab. A 76.76.21.21"]);
    let noted = udp(&lab, &with_edns(question("two.lab.", RecordType::A), 1232, false)).await;
    assert_eq!(records(&noted), ["two.lab. A 76.76.21.22"]);
    assert!(format!("{:?}", noted.edns.expect("EDNS").options()).contains("15"), "an extended error");
}

#[tokio::test]
async fn a_wildcard_stands_for_names_that_do_not_exist_and_for_no_other() {
    let lab = two_zones().await;
    let found = ask(&lab, "any.thing.wild.one.lab.", RecordType::A).await;
    assert_eq!(records(&found), ["any.thing.wild.one.lab. A 76.76.21.23"]);
    let other_type = ask(&lab, "any.wild.one.lab.", RecordType::MX).await;
    assert_eq!(other_type.response_code, ResponseCode::NoError);
    assert!(other_type.answers.is_empty());
    // A name with a record of its own hides the wildcard, for all types and for the names below.
    let own = ask(&lab, "real.wild.one.lab.", RecordType::A).await;
    assert_eq!((own.response_code, own.answers.len()), (ResponseCode::NoError, 0));
    let below = ask(&lab, "below.real.wild.one.lab.", RecordType::A).await;
    assert_eq!(below.response_code, ResponseCode::NXDomain);
}

#[tokio::test]
async fn records_keep_every_byte() {
    let lab = two_zones().await;
    let found = ask(&lab, "bytes.one.lab.", RecordType::TXT).await;
    assert_eq!(texts(&found), [b"\x00\xff;\"two".to_vec()]);
    let odd = ask(&lab, "odd.one.lab.", RecordType::Unknown(65280)).await;
    let RData::Unknown { rdata, .. } = &odd.answers[0].data else { panic!("{odd}") };
    assert_eq!(rdata.anything, [0xde, 0xad, 0xbe, 0xef]);
    for rtype in [RecordType::DS, RecordType::CAA, RecordType::HTTPS, RecordType::SOA, RecordType::NS] {
        assert_eq!(ask(&lab, "one.lab.", rtype).await.answers.len(), 1, "{rtype}");
    }
}

#[tokio::test]
async fn what_does_not_fit_a_datagram_is_asked_again_over_tcp() {
    let many: String =
        (0..40).map(|number| format!("@ TXT \"a text of some length, number {number}\"\n")).collect();
    let lab = lab(&[("many.lab.zone", &zone(&many))]).await;
    let asked = question("many.lab.", RecordType::TXT);
    let short = udp(&lab, &asked).await;
    assert!(short.truncation && short.answers.is_empty());
    let with_edns = udp(&lab, &with_edns(asked.clone(), 4096, false)).await;
    assert!(with_edns.truncation, "the lab sends 1232 bytes at most");
    let whole = tcp(&lab, &asked).await;
    assert!(!whole.truncation);
    assert_eq!(whole.answers.len(), 40);
}

#[tokio::test]
async fn ad_is_set_for_a_validated_zone_and_for_those_who_ask() {
    let rules = "[dns.\"signed.lab\"]\nad = true\n";
    let signed = zone("@ A 76.76.21.21\nout CNAME x.plain.lab.");
    let lab = lab(&[
        ("signed.lab.zone", &signed),
        ("plain.lab.zone", &zone("x A 76.76.21.21")),
        ("sites.toml", rules),
    ])
    .await;
    let validated = async |name: &str| {
        udp(&lab, &with_edns(question(name, RecordType::A), 1232, true)).await.authentic_data
    };
    assert!(validated("signed.lab.").await);
    assert!(validated("missing.signed.lab.").await);
    assert!(!validated("plain.lab.").await);
    assert!(!validated("out.signed.lab.").await, "the alias leads out of what is signed");
    assert!(!ask(&lab, "signed.lab.", RecordType::A).await.authentic_data, "nobody asked");
    let mut asked = question("signed.lab.", RecordType::A);
    asked.metadata.authentic_data = true;
    assert!(udp(&lab, &asked).await.authentic_data);
}

#[tokio::test]
async fn what_a_resolver_does_not_do_is_refused() {
    let lab = two_zones().await;
    let rcode = async |message: Message| tcp(&lab, &message).await.response_code;
    assert_eq!(rcode(question("one.lab.", RecordType::AXFR)).await, ResponseCode::Refused);
    let mut update = question("one.lab.", RecordType::SOA);
    update.metadata.op_code = hickory_proto::op::OpCode::Update;
    assert_eq!(rcode(update).await, ResponseCode::NotImp);
    let mut two = question("one.lab.", RecordType::A);
    two.add_query(two.queries[0].clone());
    assert_eq!(rcode(two).await, ResponseCode::FormErr);
    let mut newer = with_edns(question("one.lab.", RecordType::A), 1232, false);
    newer.edns.as_mut().unwrap().set_version(1);
    // 16 is BADVERS here, and BADSIG elsewhere.
    assert_eq!(u16::from(rcode(newer).await), 16);
}

fn doh_post(url: &str, message: &Message) -> Request<Full<Bytes>> {
    let body = Full::new(Bytes::from(message.to_vec().unwrap()));
    let request = Request::post(url).header("content-type", "application/dns-message");
    let request = if url.starts_with('/') { request.header("host", "127.0.0.1") } else { request };
    request.body(body).unwrap()
}
