//! The program: what it prints, and that it stops when it is told to.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::support::*;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_launch-ready-lab"))
}

#[test]
fn one_line_of_json_when_it_is_ready_and_a_clean_stop() {
    let folder = folder(&[("one.lab.zone", &zone("@ A 76.76.21.21"))]);
    let ca = folder.path().join("ca.pem");
    let mut child = program()
        .args(["--port", "0", "--json", "--ca-out"])
        .args([ca.as_path(), folder.path()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    let http: std::net::SocketAddr = ready["http"].as_str().unwrap().parse().unwrap();
    std::net::TcpStream::connect(http).unwrap();
    assert!(std::fs::read_to_string(ca).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));

    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert!(child.wait().unwrap().success());
    assert!(std::net::TcpStream::connect(http).is_err(), "nobody listens any more");
}

#[test]
fn it_ends_with_whoever_holds_its_standard_input() {
    let folder = folder(&[("one.lab.zone", &zone("@ A 76.76.21.21"))]);
    let mut child = program()
        .args(["--port", "0", "--json", "--until-stdin-closes"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(child.try_wait().unwrap().is_none(), "an open standard input keeps it going");
    // What the operating system does for a process that is killed.
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_mistake_in_a_scenario_ends_it_with_the_place() {
    let folder = folder(&[("sites.toml", "typo = 1\n")]);
    let output = program().args(["--port", "0"]).arg(folder.path()).output().unwrap();
    assert!(!output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.starts_with("launch-ready-lab: ") && words.contains("sites.toml:1: "), "{words}");
}

#[test]
fn the_shipped_scenarios_are_the_ones_without_a_folder() {
    let output = program().arg("--list").output().unwrap();
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(words.contains("healthy") && words.contains("hostile"), "{words}");
}
