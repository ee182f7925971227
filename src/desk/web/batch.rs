//! Blank booklets and pads: numbers minted in named batches before anyone is registered.

use crate::access::principal::Office;
use crate::access::sql::people;
use crate::audit::{self, Act};
use crate::clock::dice;
use crate::crypto::Key;
use crate::desk::NewBatch;
use crate::error::{Error, Result};
use crate::id::{Actor, Id, NotebookNumber};
use crate::notebook::sql::{Batch, Minted, Purpose};
use crate::notebook::{self, pair};
use crate::store::tx::Tx;
use crate::store::{Scope, keys};
use crate::web::App;

/// So often numbers are drawn again when one of them exists.
const DRAWS: usize = 3;
/// So many numbers are minted in one transaction, so that nobody waits long behind a large batch.
const SHARE: u32 = 250;

/// A number with what must be kept of it.
struct Drawn {
    number: NotebookNumber,
    salt: [u8; 16],
    wrapped: Vec<u8>,
}

fn draw(app: &App, size: u32) -> Result<Vec<Drawn>> {
    let one = |_| {
        let number = NotebookNumber::draw()?;
        Ok(Drawn { number, salt: dice()?, wrapped: app.house.wrap_notebook(number, &Key::draw()?)? })
    };
    (0..size).map(one).collect()
}

/// Makes a batch of blank booklets; returns its id and the numbers in their order.
pub async fn make_batch(
    app: &App,
    office: &Office,
    actor: Actor,
    new: &NewBatch,
) -> Result<(Id, Vec<NotebookNumber>)> {
    let now = app.clock.now();
    let batch = Batch {
        id: Id::fresh(now)?,
        city: office.city,
        office: office.id,
        name: new.name.clone(),
        size: new.size,
        made_by: actor.id,
        made_at: now,
        is_recalled: false,
        pad: new.pad.clone(),
    };
    let row = batch.clone();
    app.records.write(Scope::House, move |tx| notebook::sql::add_batch(tx, &row)).await?;
    let mut numbers = Vec::with_capacity(new.size as usize);
    while (numbers.len() as u32) < new.size {
        let first = numbers.len() as u32;
        numbers.extend(mint_share(app, &batch, first, SHARE.min(new.size - first), actor).await?);
    }
    Ok((batch.id, numbers))
}

/// Mints some numbers of a batch. The keys are durable before the notebooks are; keys whose notebook never
/// came to be are swept. Chance draws a number that exists once in many years; then others are drawn.
async fn mint_share(
    app: &App,
    batch: &Batch,
    first: u32,
    count: u32,
    actor: Actor,
) -> Result<Vec<NotebookNumber>> {
    for _ in 1..DRAWS {
        match try_share(app, batch, first, count, actor).await {
            Err(Error::Conflict) => {}
            outcome => return outcome,
        }
    }
    try_share(app, batch, first, count, actor).await
}

async fn try_share(
    app: &App,
    batch: &Batch,
    first: u32,
    count: u32,
    actor: Actor,
) -> Result<Vec<NotebookNumber>> {
    let (drawn, now) = (draw(app, count)?, app.clock.now());
    let numbers: Vec<NotebookNumber> = drawn.iter().map(|drawn| drawn.number).collect();
    let wrapped: Vec<_> = drawn.iter().map(|drawn| (drawn.number, drawn.wrapped.clone())).collect();
    let keep = move |tx: &mut Tx<'_>| {
        wrapped.iter().try_for_each(|(number, wrapped)| keys::add_notebook(tx, *number, wrapped, now))
    };
    app.keys.write(Scope::House, keep).await?;
    let batch = batch.clone();
    app.records.write(Scope::House, move |tx| add(tx, &batch, first, &drawn, actor)).await?;
    Ok(numbers)
}

/// Nobody else knows these numbers yet, so that no notebook needs to be locked.
fn add(tx: &mut Tx<'_>, batch: &Batch, first: u32, drawn: &[Drawn], actor: Actor) -> Result<()> {
    let fallback_desk = people::find_fallback(tx, batch.city)?.unwrap_or(batch.office);
    for (position, drawn) in (first..).zip(drawn) {
        // A sheet out of a pad gets its symbol when somebody photographs it.
        let (purpose, (symbol, colour)) = match batch.pad {
            Some(_) => (Purpose::Unbound, ("", "sumi")),
            None => (Purpose::Notebook, pair(position)),
        };
        let minted = Minted {
            number: drawn.number,
            city: batch.city,
            batch: Some(batch.id),
            purpose,
            salt: drawn.salt,
            symbol,
            colour,
            desk: batch.office,
            fallback_desk,
        };
        if !notebook::sql::mint(tx, &minted, batch.made_at)? {
            return Err(Error::Conflict);
        }
        audit::sql::record(tx, drawn.number, actor, Act::Minted, None, batch.made_at)?;
    }
    Ok(())
}
