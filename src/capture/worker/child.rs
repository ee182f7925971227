//! The life of one photo reader, from inside its process: it locks itself in, greets, waits for a
//! photo, answers and ends. It ends too when nobody can send it a photo any more.

use std::io;

use super::sandbox::{Wall, confine};
use super::wire::{Greeting, receive_photo, send_answer, send_values};
use crate::capture::vision::examine;

/// Reads one photo from standard input and answers on standard output. It must be called before
/// the process has a second thread.
pub fn run(walls: &[Wall]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let confinement = confine(walls);
    let greeting = match &confinement {
        Ok(confinement) => Greeting::Ready(*confinement),
        Err(cause) => Greeting::Unable(cause.to_string()),
    };
    send_values(&mut output, &greeting)?;
    if confinement.is_err() {
        return Ok(());
    }
    match receive_photo(&mut io::stdin().lock())? {
        Some((known, photo)) => send_answer(&mut output, examine(&photo, &known)),
        None => Ok(()),
    }
}
