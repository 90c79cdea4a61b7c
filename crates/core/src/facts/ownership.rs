//! Proof of ownership: only who can change a domain's DNS or its site can publish what is looked for here.
//!
//! Whoever wants to prove it holds a secret, and publishes a digest of it: everybody may read that, and it opens nothing.
//! Probes that could hurt ask for the secret.

use crate::answers::Stop;
use crate::dns::{RecordType, texts};
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::engine::task::{Priority, Task};
use crate::owner_record::{FILE, LABEL, Statement, parse};
use crate::target::Target;

/// Finds every proof that is published for a domain. No check of a report: it says nothing about readiness.
#[derive(Debug, Clone)]
pub struct Ownership {
    /// Whose.
    pub target: Target,
}

impl Task for Ownership {
    type Output = Vec<String>;

    fn name(&self) -> String {
        "the proof of ownership".to_owned()
    }

    fn priority(&self) -> Priority {
        Priority::MustHave
    }

    fn run(&self, evidence: &Evidence) -> Result<Vec<String>, Stop> {
        proofs(&self.target, evidence)
    }
}

/// Lines of the file that are read.
const MOST_LINES: usize = 20;

/// Every proof that is published for the domain.
fn proofs(target: &Target, evidence: &Evidence) -> Result<Vec<String>, Stop> {
    let records = evidence.first_answer(&format!("{LABEL}.{}", target.domain), RecordType::Txt);
    let file = in_file(target, evidence);
    let mut proofs = Vec::new();
    // Either is enough, so what one of them could not say does not matter once the other has.
    let stopped = match records {
        Ok(records) => {
            proofs.extend(texts(&records).iter().filter_map(|text| proof(text)));
            None
        }
        Err(stop) => Some(stop),
    };
    match file {
        Ok(found) => proofs.extend(found),
        Err(Stop::Pending) => return Err(Stop::Pending),
        Err(stop) if proofs.is_empty() => return Err(stopped.unwrap_or(stop)),
        Err(_) => {}
    }
    match stopped {
        Some(stop) if stop == Stop::Pending || proofs.is_empty() => return Err(stop),
        _ => {}
    }
    Ok(proofs)
}

/// The proofs in the site's file. Only the domain's own word counts: a redirect that leaves it is somebody else's.
fn in_file(target: &Target, evidence: &Evidence) -> Result<Vec<String>, Stop> {
    let chain = follow(evidence, &format!("https://{}{FILE}", target.domain))?;
    let Some(url) = chain.arrived() else { return Ok(Vec::new()) };
    let host = url.host_str().unwrap_or_default();
    let ours = |host: &str| host == target.domain.as_str() || host == target.www();
    let left = chain.hops.iter().any(|hop| !hop.url.host_str().is_some_and(ours));
    let reply = evidence.last_reply(&chain);
    match reply.filter(|reply| reply.status == 200 && ours(host) && !left) {
        Some(reply) => {
            let text = reply.body.text();
            Ok(text.lines().take(MOST_LINES).filter_map(|line| proof(line.as_bytes())).collect())
        }
        None => Ok(Vec::new()),
    }
}

fn proof(text: &[u8]) -> Option<String> {
    match parse(text) {
        Some(Statement::Proof(proof)) => Some(proof),
        _ => None,
    }
}
