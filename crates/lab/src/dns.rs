//! DNS over UDP and TCP.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    sync::Semaphore,
    time::timeout,
};

use crate::{
    listen::accept,
    resolver::{Reply, Resolver},
    via::Via,
};

/// Questions that may wait for their answer at once; more are dropped, as a busy server would.
const MAX_WAITING: usize = 1024;
/// How long a TCP connection may stay without a question.
const IDLE: Duration = Duration::from_secs(30);

/// Answers questions over UDP until it is dropped.
pub(crate) async fn serve_udp(socket: UdpSocket, resolver: Arc<Resolver>) {
    let socket = Arc::new(socket);
    let places = Arc::new(Semaphore::new(MAX_WAITING));
    let mut tasks = tokio::task::JoinSet::new();
    let mut buffer = vec![0; 65_535];
    loop {
        // On loopback an error is an earlier answer that could not be delivered: nothing to do about it.
        let Ok((length, peer)) = socket.recv_from(&mut buffer).await else { continue };
        while tasks.try_join_next().is_some() {}
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        let (socket, resolver) = (socket.clone(), resolver.clone());
        let question = buffer.get(..length).unwrap_or_default().to_vec();
        tasks.spawn(async move {
            if let Reply::Message(message, _) = resolver.reply(&question, Via::Udp).await {
                let _ = socket.send_to(&message, peer).await;
            }
            drop(place);
        });
    }
}

/// Answers questions over TCP until it is dropped.
pub(crate) async fn serve_tcp(listener: TcpListener, resolver: Arc<Resolver>) {
    accept(listener, move |stream, _: SocketAddr| {
        let resolver = resolver.clone();
        async move {
            // The other side may go whenever it likes.
            let _ = serve_stream(stream, &resolver).await;
        }
    })
    .await;
}

async fn serve_stream(mut stream: TcpStream, resolver: &Resolver) -> std::io::Result<()> {
    loop {
        let Ok(length) = timeout(IDLE, stream.read_u16()).await else { return Ok(()) };
        let mut question = vec![0; usize::from(length?)];
        let Ok(read) = timeout(IDLE, stream.read_exact(&mut question)).await else { return Ok(()) };
        read?;
        match resolver.reply(&question, Via::Tcp).await {
            Reply::Message(message, _) => {
                let Ok(length) = u16::try_from(message.len()) else { return Ok(()) };
                let mut framed = length.to_be_bytes().to_vec();
                framed.extend_from_slice(&message);
                stream.write_all(&framed).await?;
            }
            // Whoever cannot be reached says nothing, over DNS; the asker's patience tells.
            Reply::Lost | Reply::Unreached(_) | Reply::Failing(_) => {}
            Reply::Unreadable => return Ok(()),
        }
    }
}
