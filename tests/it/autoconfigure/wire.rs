//! What stands between a client and the real API server: a forwarder, or a proxy that speaks CONNECT.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The API server's own address.
pub(super) fn upstream(server: &str) -> SocketAddr {
    server.trim_start_matches("https://").parse().expect("an address with a port")
}

/// Forwards everything that comes to a free port of `address` to `upstream`.
pub(super) fn forward(address: &str, upstream: SocketAddr) -> SocketAddr {
    serve(address, move |client| {
        let server = TcpStream::connect(upstream)?;
        pump(client, server)
    })
}

/// A proxy on loopback, and the heads of the requests that it has got.
pub(super) fn proxy() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = heads.clone();
    let address = serve("127.0.0.1:0", move |client| {
        let mut reader = BufReader::new(client.try_clone()?);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let target =
            head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned();
        seen.lock().expect("the heads").push(head);
        let server = TcpStream::connect(target)?;
        (&client).write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        pump(client, server)
    });
    (address, heads)
}

fn serve(address: &str, answer: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind(address).expect("a port");
    let address = listener.local_addr().expect("an address");
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let answer = answer.clone();
            // A client that hangs up is none of our business.
            std::thread::spawn(move || drop(answer(client)));
        }
    });
    address
}

fn pump(client: TcpStream, server: TcpStream) -> io::Result<()> {
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let upwards = std::thread::spawn(move || {
        let copied = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(std::net::Shutdown::Write);
        copied
    });
    let (mut from_server, mut to_client) = (server, client);
    let _ = io::copy(&mut from_server, &mut to_client);
    let _ = to_client.shutdown(std::net::Shutdown::Write);
    let _ = upwards.join();
    Ok(())
}
