//! The life of one photo reader, from inside its process: it locks itself in, greets, waits for a
//! file, answers and ends. It ends too when nobody can send it one any more.

use std::io;

use super::sandbox::{Wall, confine};
use super::wire::{Greeting, Task, receive_task, send_finding, send_pictures, send_strips, send_values};
use crate::capture::vision::{Unreadable, count_pages, examine, page_picture, redact};

/// Reads one file from standard input and answers on standard output. It must be called before
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
    let Some((task, file)) = receive_task(&mut io::stdin().lock())? else { return Ok(()) };
    match task {
        Task::Examine(known) => send_finding(&mut output, examine(&file, &known)),
        Task::CountPages => send_values(&mut output, &count_pages(&file)),
        Task::DrawPage(page) => {
            send_pictures(&mut output, page_picture(&file, page).map(|picture| [picture]))
        }
        Task::Redact(areas) => send_pictures(&mut output, redact(&file, &areas)),
        Task::Compare { geometry, new, before } => {
            let compared = Task::compared(&geometry, (new, before), &file).ok_or(Unreadable::Broken);
            send_strips(&mut output, compared.and_then(|compared| compared.new_strips()))
        }
    }
}
