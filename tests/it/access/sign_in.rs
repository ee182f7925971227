//! Signing in: strangers who guess cannot keep anybody out, and a guess is not undone by a success elsewhere.

use axum::http::StatusCode;
use kakehashi::access::principal::{OfficeKind, Profession, Role, Staff};
use kakehashi::access::sql::people::{self, NewStaff};
use kakehashi::crypto::secret::{self, OneTimeSeed};
use kakehashi::store::Scope;
use kakehashi::store::tx::Tx;

use super::people::router;
use crate::support::app::{Browser, Town, on_sqlite};
use crate::support::store::{NOW, fresh_id};

const EMAIL: &str = "sato@care.example.jp";
const PASSWORD: &str = "ゆっくり歩く亀はとおくまで行く";

/// A member of staff with a password; returns the seed of the one-time passwords.
async fn add_staff(town: &Town) -> OneTimeSeed {
    let office = town.office(OfficeKind::CareSupportOffice, "あおば居宅介護支援").await;
    let (id, city, name) = (fresh_id(), town.city, "佐藤 由美".to_owned());
    let staff = Staff { id, city, profession: Profession::CareManager, role: Role::Member, name, office };
    let base32 = OneTimeSeed::draw().unwrap().to_base32();
    let (seed, kept) =
        (OneTimeSeed::from_base32(&base32).unwrap(), OneTimeSeed::from_base32(&base32).unwrap());
    let (house, hash) = (town.app.house.clone(), secret::hash(PASSWORD.as_bytes()).unwrap());
    let add = move |tx: &mut Tx<'_>| {
        people::add_staff(
            tx,
            &house,
            &NewStaff { staff: &staff, email: EMAIL, password_hash: &hash, seed: &kept },
        )
    };
    town.app.records.write(Scope::House, add).await.unwrap();
    seed
}

async fn tries(browser: &Browser, password: &str) -> StatusCode {
    browser.posts("/sign-in", &[("email", EMAIL), ("password", password)]).await.status
}

#[test]
fn strangers_who_guess_lock_themselves_out_and_not_the_owner_of_the_account() {
    on_sqlite(|town| async move {
        let seed = add_staff(&town).await;
        let own = town.browser(router(&town), None).await;
        let first = own.posts("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(first.goes_to(), "/sign-in/code?next=%2F");
        let own = own.keeps(&first);
        let second = own.posts("/sign-in/code", &[("code", &seed.code(NOW).unwrap())]).await;
        assert_eq!(second.goes_to(), "/");
        let own = own.keeps(&second);

        for _ in 0..5 {
            let stranger = town.browser(router(&town), None).await;
            assert_eq!(tries(&stranger, "まちがい").await, StatusCode::OK);
        }
        let stranger = town.browser(router(&town), None).await;
        assert_eq!(tries(&stranger, "まちがい").await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(tries(&stranger, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS, "not even if right");
        assert_eq!(tries(&own, PASSWORD).await, StatusCode::SEE_OTHER, "a browser that was used before");
    });
}

#[test]
fn nobody_is_led_to_another_site_after_signing_in() {
    on_sqlite(|town| async move {
        add_staff(&town).await;
        for next in ["//elsewhere.example", "/\t/elsewhere.example", "https://elsewhere.example"] {
            let browser = town.browser(router(&town), None).await;
            let fields = [("email", EMAIL), ("password", PASSWORD), ("next", next)];
            let led = browser.posts("/sign-in", &fields).await;
            assert_eq!(led.goes_to(), "/sign-in/code?next=%2F", "{next:?}");
        }
    });
}
