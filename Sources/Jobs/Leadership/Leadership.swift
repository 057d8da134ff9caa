package import Bus
package import Store

/// Who leads: one row for each thing that one daemon at a time should do.
///
/// A lease runs out by the database's clock. The holder's id is made anew for each process, so that two processes on
/// one host never take each other for themselves.
package struct Leadership: Sendable {
    /// The name of the notice that a lease has been given back.
    package static let notice = "leadership"

    package let store: any Storage
    package let holder: UUIDv7

    /// - Parameters:
    ///   - store: where it is kept.
    ///   - holder: this process; fresh unless a test says otherwise.
    package init(store: any Storage, holder: UUIDv7 = Leadership.freshHolder()) {
        self.store = store
        self.holder = holder
    }

    package static func freshHolder() -> UUIDv7 {
        var generator = UUIDv7Generator()
        return generator.next(at: .now)
    }

    /// Begins to lead, if nobody else does.
    ///
    /// - Parameters:
    ///   - name: what.
    ///   - length: how long, unless it is renewed.
    /// - Returns: the lease, with a new term; `nil` when somebody else leads.
    /// - Throws: `StoreError`.
    package func acquire(_ name: String, for length: Duration) async throws(StoreError) -> Lease? {
        let values: [SQLValue] = [.text(name), SQLValue(holder), .integer(length.nanoseconds)]
        let rows = try await store.run(LeadershipSQL.acquire, values)
        return rows.first?[0].integer.map { Lease(name: name, holder: holder, term: $0) }
    }

    /// Makes a lease last longer.
    ///
    /// - Returns: false when it has run out or somebody else leads: it cannot be had back.
    /// - Throws: `StoreError`.
    package func renew(_ lease: Lease, for length: Duration) async throws(StoreError) -> Bool {
        let values = lease.arguments + [SQLValue(lease.holder), .integer(length.nanoseconds)]
        return try await !store.run(LeadershipSQL.renew, values).isEmpty
    }

    /// Gives a lease back, so that nobody has to wait until it runs out.
    ///
    /// - Returns: false when it was not this holder's any more.
    /// - Throws: `StoreError`.
    @discardableResult
    package func release(_ lease: Lease) async throws(StoreError) -> Bool {
        let isReleased = try await !store.run(LeadershipSQL.release, lease.arguments + [SQLValue(lease.holder)]).isEmpty
        if isReleased { store.post(Self.notice) }
        return isReleased
    }

    /// Who leads now; `nil` when nobody does.
    package func current(_ name: String) async throws(StoreError) -> Lease? {
        guard let row = try await store.query(LeadershipSQL.current, [.text(name)]).first, let holder = row[0].id,
            let term = row[1].integer
        else { return nil }
        return Lease(name: name, holder: holder, term: term)
    }
}

/// The statements about who leads.
private enum LeadershipSQL {
    /// Arguments: name, holder, length.
    static let acquire: SQL = """
        INSERT INTO leadership (name, holder, term, held_until) VALUES (?1, ?2, 1, station_now() + ?3)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, term = leadership.term + 1,
            held_until = excluded.held_until
        WHERE leadership.held_until <= station_now() OR leadership.holder = excluded.holder
        RETURNING term
        """
    /// Arguments: name, term, holder, length.
    static let renew: SQL = """
        UPDATE leadership SET held_until = station_now() + ?4
        WHERE name = ?1 AND term = ?2 AND holder = ?3 AND held_until > station_now() RETURNING term
        """
    /// Arguments: name, term, holder.
    static let release: SQL = """
        UPDATE leadership SET held_until = station_now()
        WHERE name = ?1 AND term = ?2 AND holder = ?3 AND held_until > station_now() RETURNING term
        """
    static let current: SQL = "SELECT holder, term FROM leadership WHERE name = ?1 AND held_until > station_now()"
}
