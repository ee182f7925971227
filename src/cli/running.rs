//! A server that runs: the app, the press, the photo readers, the job loop, the accept loop.

use std::process::ExitCode;

use axum::Extension;
use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;

use crate::capture::inbox::{self, Inbox};
use crate::capture::worker::{Plan, Sandbox, Workers};
use crate::error::{Doing, Result};
use crate::print::press::Press;
use crate::print::runs::{self, Runs};
use crate::print::web::Printer;
use crate::web::App;
use crate::{routes, serve, sweep};

/// A server that is ready to serve.
pub struct Running {
    pub app: App,
    pub printer: Printer,
    pub inbox: Inbox,
    runs: Runs,
    pub workers: Workers,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
}

impl Running {
    /// Puts everything together.
    pub async fn start(app: App, listener: TcpListener, tls: Option<TlsAcceptor>) -> Result<Self> {
        let (printer, inbox, runs) = (Printer::new(Press::new(None)?), Inbox::default(), Runs::default());
        let workers = confined_readers().await?;
        let router = routes::router(app.clone())
            .layer(Extension(printer.clone()))
            .layer(Extension(inbox.clone()))
            .layer(Extension(workers.clone()))
            .layer(Extension(runs.clone()));
        Ok(Self { app, printer, inbox, runs, workers, listener, tls, router })
    }

    /// Serves until the process is asked to stop.
    pub async fn serve(self) -> Result<ExitCode> {
        let mut terminate = signal(SignalKind::terminate()).doing("waiting for signals")?;
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        };
        let sweeping = tokio::spawn(sweep::run(self.app.clone()));
        let printing = tokio::spawn(runs::run_jobs(self.app.clone(), self.runs, self.printer));
        let reading = tokio::spawn(inbox::run_jobs(self.app, self.inbox, self.workers));
        serve::serve(self.listener, self.tls, self.router, serve::most_connections(), stop).await;
        // What is being read or printed now is begun again after the next start.
        reading.abort();
        printing.abort();
        sweeping.abort();
        Ok(ExitCode::SUCCESS)
    }
}

/// Photo readers in their sandbox; in a kernel that has none, the demonstration goes on and says so.
async fn confined_readers() -> Result<Workers> {
    match Workers::start(Plan::of_this_program(Sandbox::On)).await {
        Ok(workers) => Ok(workers),
        Err(cause) => {
            eprintln!("WARNING: photos are read WITHOUT a sandbox on this machine: {cause}");
            Workers::start(Plan::of_this_program(Sandbox::Off)).await
        }
    }
}
