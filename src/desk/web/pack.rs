//! A run's files as one ZIP, packed while it is sent: no more than one file is in memory.

use std::io::{self, Write};

use axum::body::Bytes;
use http_body_util::channel::Sender;
use tokio::runtime::Handle;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::error::{Doing, Error, Result};
use crate::print::run::Run;
use crate::print::runs::open_part;
use crate::print::sql::Part;
use crate::web::App;

/// Sends all files of a run. What fails breaks the answer off, so that nobody takes half a file for a whole.
pub async fn send(app: App, run: Run, parts: Vec<Part>, sender: Sender<Bytes, io::Error>) {
    let handle = Handle::current();
    let packed = tokio::task::spawn_blocking(move || {
        let mut sink = Sink { sender: Some(sender), handle: handle.clone() };
        let outcome = pack(&app, &run, &parts, &mut sink);
        if let (Err(error), Some(sender)) = (&outcome, sink.sender.take()) {
            tracing::error!(%error, "packing the files of a run");
            sender.abort(io::Error::other("a file could not be packed"));
        }
    });
    if let Err(error) = packed.await {
        tracing::error!(%error, "packing the files of a run");
    }
}

fn pack(app: &App, run: &Run, parts: &[Part], sink: &mut Sink) -> Result<()> {
    let handle = sink.handle.clone();
    let mut zip = ZipWriter::new_stream(sink);
    // PDF files are compressed already.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for part in parts {
        let pdf = handle.block_on(open_part(app, part))?.ok_or(Error::broken("finding a printed file"))?;
        zip.start_file(run.file_name(part.part), options).doing("packing a file")?;
        zip.write_all(&pdf).doing("packing a file")?;
    }
    zip.finish().map(|_| ()).doing("packing files")
}

/// Hands on what is packed, and waits while the reader is slow.
struct Sink {
    sender: Option<Sender<Bytes, io::Error>>,
    handle: Handle,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = || io::Error::new(io::ErrorKind::BrokenPipe, "the reader has gone");
        let sender = self.sender.as_mut().ok_or_else(gone)?;
        let chunk = Bytes::copy_from_slice(bytes);
        self.handle.block_on(sender.send_data(chunk)).map_err(|_| gone())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
