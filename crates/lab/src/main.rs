//! `launch-ready-lab`: serves scenario folders until it is told to stop.

use std::{
    fs,
    io::{self, Write},
    net::IpAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use launch_ready_lab::{Lab, Options, shipped_scenarios};

/// A small internet on loopback: DNS, DoH, web sites, certificates, faults and latency, from scenario folders.
#[derive(Parser)]
#[command(name = "launch-ready-lab", version)]
struct Arguments {
    /// Scenario folders, or folders of scenario folders; the shipped ones where none is given.
    folders: Vec<PathBuf>,
    /// Port of DNS over UDP and TCP; 0 for any free one.
    #[arg(long, value_name = "PORT", default_value_t = 5300)]
    dns_port: u16,
    /// Port of plain HTTP, of the forward proxy and of DoH without TLS; 0 for any free one.
    #[arg(long, value_name = "PORT", default_value_t = 5380)]
    http_port: u16,
    /// Port of HTTPS; 0 for any free one.
    #[arg(long, value_name = "PORT", default_value_t = 5343)]
    https_port: u16,
    /// All three ports at once: `--port 0` takes any free ones.
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(0..=0))]
    port: Option<u16>,
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// Write the certificate of the lab's authority, as PEM.
    #[arg(long, value_name = "FILE")]
    ca_out: Option<PathBuf>,
    /// Pass names that no scenario has on to the real internet.
    #[arg(long)]
    forward: bool,
    /// Print the addresses as one line of JSON when everything listens, and nothing else.
    #[arg(long)]
    json: bool,
    /// Stop when standard input ends: when whoever started the lab is gone, however it went.
    #[arg(long)]
    until_stdin_closes: bool,
    /// Read the scenarios, list what they have, and stop.
    #[arg(long)]
    list: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("launch-ready-lab: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let any = arguments.port.is_some() || arguments.list;
    let port = |wanted| if any { 0 } else { wanted };
    let folders = if arguments.folders.is_empty() { vec![shipped_scenarios()] } else { arguments.folders };
    let options = Options {
        folders,
        bind: arguments.bind,
        dns_port: port(arguments.dns_port),
        http_port: port(arguments.http_port),
        https_port: port(arguments.https_port),
        forward: arguments.forward,
    };
    // Asked for before anything listens: whoever sees the start-up print may send a signal at once.
    let stopped = stop_signal()?;
    let alone = arguments.until_stdin_closes.then(stdin_closed);
    let lab = Lab::start(options).await?;
    if let Some(file) = &arguments.ca_out {
        fs::write(file, &lab.ca_pem).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let text = if arguments.json {
        json(&lab)
    } else if arguments.list {
        list(&lab)
    } else {
        readable(&lab, arguments.ca_out.as_ref(), arguments.forward)
    };
    let mut out = io::stdout();
    writeln!(out, "{text}")?;
    out.flush()?;
    if !arguments.list {
        let alone = async {
            match alone {
                Some(closed) => closed.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stopped => {}
            () = alone => {}
        }
    }
    Ok(())
}

fn json(lab: &Lab) -> String {
    serde_json::json!({
        "dns": lab.dns,
        "http": lab.http,
        "https": lab.https,
        "doh_url": lab.doh_url(),
        "proxy_url": lab.proxy_url(),
        "scenarios": lab.scenarios,
        "hosts": lab.hosts,
    })
    .to_string()
}

fn list(lab: &Lab) -> String {
    format!("Scenarios: {}\nSites:     {}", lab.scenarios.join(" "), lab.hosts.join(" "))
}

fn readable(lab: &Lab, ca: Option<&PathBuf>, forward: bool) -> String {
    let others = if forward { "the real internet, where there is one" } else { "do not exist" };
    let mut text = format!(
        "Launch Ready lab\n\
         \x20 DNS          {dns} (UDP and TCP)\n\
         \x20 DoH          {doh}\n\
         \x20 HTTP, proxy  {proxy}\n\
         \x20 HTTPS        https://{https} (by server name)\n\
         \x20 scenarios    {scenarios}\n\
         \x20 other names  {others}\n",
        dns = lab.dns,
        doh = lab.doh_url(),
        proxy = lab.proxy_url(),
        https = lab.https,
        scenarios = lab.scenarios.join(" "),
    );
    if let Some(file) = ca {
        text.push_str(&format!("  authority    {}\n", file.display()));
    }
    text.push_str(&format!("Try: curl -x {} http://healthy.lab/\nStop with Ctrl-C.", lab.proxy_url()));
    text
}

/// Completes at the first signal that asks to stop.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            let _ = tokio::signal::ctrl_c().await;
        })
    }
}

/// Completes at the end of standard input.
fn stdin_closed() -> impl Future<Output = ()> {
    let (sender, closed) = tokio::sync::oneshot::channel::<()>();
    // A thread of its own: the runtime would wait for one of its threads that still reads when we stop by a signal.
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        drop(sender);
    });
    async {
        let _ = closed.await;
    }
}
