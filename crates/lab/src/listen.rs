//! Accepting connections: so many at once, and all of them gone when the lab is.

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream, UdpSocket},
    sync::Semaphore,
    task::JoinSet,
};

use crate::error::Error;

/// Connections of one listener at once; the next one waits in the queue of the operating system.
const MAX_CONNECTIONS: usize = 1024;
/// How often a port is tried that is free for TCP and turns out to be taken for UDP.
const PORT_TRIES: usize = 16;

/// Serves every connection in a task of its own. Dropping the future ends them all.
pub(crate) async fn accept<S, F>(listener: TcpListener, serve: S)
where
    S: Fn(TcpStream, SocketAddr) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut tasks = JoinSet::new();
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        while tasks.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Latency comes from scenarios, not from small packets held back.
                let _ = stream.set_nodelay(true);
                let serving = serve(stream, peer);
                tasks.spawn(async move {
                    serving.await;
                    drop(place);
                });
            }
            // Out of file descriptors, most likely: it passes when connections end.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

pub(crate) async fn tcp(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address)
        .await
        .map_err(|source| Error::Listen { address: format!("{address} (TCP)"), source })
}

/// One port for both, as DNS has it.
pub(crate) async fn tcp_and_udp(address: SocketAddr) -> Result<(TcpListener, UdpSocket), Error> {
    let mut tries = if address.port() == 0 { PORT_TRIES } else { 1 };
    loop {
        let listener = tcp(address).await?;
        let local =
            listener.local_addr().map_err(|source| Error::Listen { address: address.to_string(), source })?;
        tries -= 1;
        match UdpSocket::bind(local).await {
            Ok(socket) => return Ok((listener, socket)),
            Err(source) if tries == 0 => {
                return Err(Error::Listen { address: format!("{local} (UDP)"), source });
            }
            Err(_) => {}
        }
    }
}
