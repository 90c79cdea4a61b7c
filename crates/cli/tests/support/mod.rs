//! What the tests of this crate share: a lab beside them, the command, and a server that says what it is told.

#![allow(dead_code, reason = "every test binary uses its own part")]
#![allow(clippy::unwrap_used, unreachable_pub, reason = "only tests see this, and they may fail loudly")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use launch_ready_lab::{Lab, Options};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The lab with all its scenarios, and its certificate in a file.
pub struct Beside {
    pub lab: Lab,
    pub folder: TempDir,
    _runtime: Runtime,
}

impl Beside {
    pub fn start() -> Self {
        Self::with(Options::shipped())
    }

    /// A lab of these scenario folders.
    pub fn serving(folders: Vec<PathBuf>) -> Self {
        Self::with(Options::new(folders))
    }

    fn with(options: Options) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let lab = runtime.block_on(Lab::start(options)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), &lab.ca_pem).unwrap();
        Self { lab, folder, _runtime: runtime }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `launch-ready check domain` with the lab as its internet, and further arguments.
    pub fn check(&self, domain: &str, arguments: &[&str]) -> Ended {
        let (proxy, ca) = (self.lab.proxy_url(), self.file("ca.pem").display().to_string());
        let mut all = vec!["check", domain, "--proxy", &proxy, "--ca-file", &ca];
        all.extend(arguments);
        launch_ready(&all)
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The command, as a script runs it: no terminal.
pub fn launch_ready(arguments: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_launch-ready"))
        .args(arguments)
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A server that answers every connection with the same bytes, and remembers what it was asked.
pub struct Scripted {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Says `reply` and closes.
    pub fn saying(reply: impl Into<Vec<u8>>) -> Self {
        let reply = reply.into();
        Self::doing(move |stream| {
            let _ = stream.write_all(&reply);
        })
    }

    /// Does whatever is wanted once the head of a request is there.
    pub fn doing(act: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (heard, act) = (asked.clone(), Arc::new(act));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, heard, act) = (stream.unwrap(), heard.clone(), act.clone());
                thread::spawn(move || {
                    let head = head_of(&mut stream);
                    heard.lock().unwrap().push(head);
                    act(&mut stream);
                });
            }
        });
        Self { address, asked }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The heads of the requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn head_of(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
        head.extend_from_slice(&byte);
    }
    String::from_utf8_lossy(&head).into_owned()
}
