use planhat_sdk::CompanyPatch;

use crate::server::Server;

thread_local! {
    static SERVER: Server = Server::start();
}

const STATUSES: [u16; 6] = [200, 206, 400, 403, 413, 500];

/// Reads the bytes as the response to a bulk upsert: the first one says how many rows there are and which of them have a
/// key, the second the status, from `a`.
///
/// # Panics
///
/// If a row does not have exactly one outcome, or the totals are not those of the outcomes.
pub fn bulk_responses(bytes: &[u8]) {
    let [shape, status, body @ ..] = bytes else { return };
    let (rows, keyed) = (usize::from(shape % 6) + 1, shape / 6);
    let status = STATUSES[usize::from(status.wrapping_sub(b'a')) % STATUSES.len()];
    let row = |place: usize| {
        let patch = CompanyPatch::new().name("x");
        // As far as the keys go, `a` to `f`; one row in two has a second one.
        let key = |shift: usize| char::from(b'a' + u8::try_from((place + shift) % 8).unwrap_or_default()).to_string();
        match (keyed >> (place % 5)) & 1 {
            0 => patch.external_id(key(0)),
            _ if place % 2 == 0 => patch.external_id(key(0)).source_id(key(1)),
            _ => patch,
        }
    };
    SERVER.with(|server| {
        let upsert = server.planhat.companies().bulk_upsert((0..rows).map(row).collect::<Vec<_>>());
        let Ok(report) = server.play(status, body, async { upsert.await }) else { return };
        let places: Vec<_> = report.outcomes().map(|(place, _)| place).collect();
        assert_eq!(places, (0..rows).collect::<Vec<_>>());
        let totals = report.totals();
        assert_eq!(totals.created + totals.updated + totals.unchanged + totals.failed + totals.unknown, rows);
        let failed = report.failures().map(|failure| (failure.index(), failure.is_unknown())).collect::<Vec<_>>();
        assert!(failed.is_sorted_by(|one, next| one.0 < next.0), "{failed:?}");
        assert_eq!(failed.len(), totals.failed + totals.unknown, "{failed:?}");
        assert_eq!(failed.iter().filter(|(_, unknown)| *unknown).count(), totals.unknown, "{failed:?}");
    });
}
