//! Accepts connections and serves them.

use std::time::Duration;

use axum::{
    Router,
    extract::{ConnectInfo, Request},
};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, task::JoinSet};

use crate::http::connection::Connection;

/// Serves connections until `shutdown` completes and the requests received by then have been answered.
pub(crate) async fn serve(mut listener: TcpListener, router: Router, head_timeout: Duration, shutdown: impl Future) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_timeout);
    let graceful = GracefulShutdown::new();
    // Dropping the set ends the connections.
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            // Unlike `TcpListener::accept`, this waits when the system is out of file descriptors.
            (stream, _) = axum::serve::Listener::accept(&mut listener) => {
                let connection = Connection::new(stream);
                let (service, handle) = (TowerToHyperService::new(router.clone()), connection.handle());
                let service = service_fn(move |mut request: Request<Incoming>| {
                    request.extensions_mut().insert(ConnectInfo(handle.clone()));
                    service.call(request)
                });
                connections.spawn(graceful.watch(http.serve_connection(TokioIo::new(connection), service)));
            }
            Some(_) = connections.join_next() => {}
            _ = &mut shutdown => break,
        }
    }
    drop(listener);
    graceful.shutdown().await;
}
