//! Takes connections in and serves them.

use std::time::Duration;

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    serve::Listener,
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

use crate::http::connection::{Cutter, Line};

/// Serves what comes, until `last` is over and the requests that came by then are answered.
///
/// `heads`: how long a connection may take to send the head of a request, the time that it is idle before it included.
pub(crate) async fn serve(mut listener: TcpListener, router: Router, heads: Duration, last: impl Future) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(heads);
    let graceful = GracefulShutdown::new();
    // They end with it, if the server is dropped.
    let mut connections = JoinSet::new();
    let mut last = std::pin::pin!(last);
    loop {
        tokio::select! {
            line = accept(&mut listener) => {
                let (service, cutter) = (TowerToHyperService::new(router.clone()), line.cutter());
                let service = service_fn(move |mut request: Request<Incoming>| {
                    request.extensions_mut().insert(ConnectInfo(cutter.clone()));
                    service.call(request)
                });
                connections.spawn(graceful.watch(http.serve_connection(TokioIo::new(line), service)));
            }
            // Nothing is to be done for those that have ended.
            Some(_) = connections.join_next() => {}
            _ = &mut last => break,
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Takes the next connection in, also when the system is short of something for a while.
async fn accept(listener: &mut TcpListener) -> Line {
    let (stream, _) = Listener::accept(listener).await;
    Line::new(stream, Cutter::default())
}
