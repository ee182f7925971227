//! A server that runs: the app, the press, the accept loop.

use std::process::ExitCode;

use axum::Extension;
use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::error::{Doing, Result};
use crate::print::press::Press;
use crate::print::web::Printer;
use crate::web::App;
use crate::{routes, serve};

/// A server that is ready to serve.
pub struct Running {
    pub app: App,
    pub printer: Printer,
    listener: TcpListener,
    router: Router,
}

impl Running {
    /// Puts everything together.
    pub async fn start(app: App, listener: TcpListener) -> Result<Self> {
        let printer = Printer::new(Press::new(None)?);
        let router = routes::router(app.clone()).layer(Extension(printer.clone()));
        Ok(Self { app, printer, listener, router })
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
        serve::serve(self.listener, None, self.router, stop).await;
        Ok(ExitCode::SUCCESS)
    }
}
