import Bus
import ChainReaders
import Chains
import Store

extension BurnDesk {
    /// Looks for payments that nobody has told of, in everything since the last look.
    ///
    /// What was looked at is noted page by page, and only when all of a page was; whoever dies in between looks at a page
    /// again, which does no harm.
    ///
    /// - Returns: what was done; with `hasMore` the next round goes on.
    /// - Throws: `BurnError` while something may yet pay that cannot be decided now: call again later.
    package func poll() async throws(BurnError) -> BurnRound {
        guard terms.mint != nil else { throw .unavailable("no token is set up that could be burned") }
        var round = BurnRound()
        var failure: BurnError?
        for account in terms.watched {
            do throws(BurnError) {
                try await poll(account, &round)
            } catch {
                // The others are looked at all the same.
                failure = failure ?? error
                if case .chain(let cause) = error, cause.code == .cancelled { break }
            }
        }
        if let failure { throw failure }
        return round
    }

    private func poll(_ account: SolanaAddress, _ round: inout BurnRound) async throws(BurnError) {
        var cursor = try await cursor(of: account)
        for _ in 0..<max(1, terms.pagesPerRound) {
            let page = try await page(of: account, cursor)
            for signature in cursor.due(page) { try await look(at: signature, &round) }
            // A short page is no proof that there is no more: some nodes give what they have at hand.
            let isOver = cursor.note(page, isLast: page.isEmpty)
            try await save(cursor, of: account)
            if isOver { return }
        }
        round.hasMore = true
    }

    private func page(of account: SolanaAddress, _ cursor: BurnCursor) async throws(BurnError) -> [NotedTransaction] {
        do throws(ChainError) {
            return try await solana.signatures(
                of: account,
                before: cursor.before,
                until: cursor.last,
                limit: terms.rowsPerPage
            ).value
        } catch {
            throw .chain(error)
        }
    }

    private func look(at signature: String, _ round: inout BurnRound) async throws(BurnError) {
        round.looked += 1
        do throws(BurnError) {
            _ = try await payment(signature)
            round.accepted += 1
        } catch {
            // It stays to be looked at: it may be a payment.
            guard !error.mayPayLater else { throw error }
            round.refused += 1
        }
    }

    // MARK: The cursor

    private func cursor(of account: SolanaAddress) async throws(BurnError) -> BurnCursor {
        do throws(StoreError) {
            guard let row = try await store.query(BurnSQL.cursor, [.text(account.description)]).first else {
                return BurnCursor(from: now().advanced(by: .zero - terms.firstLookBack))
            }
            guard let from = row[3].time else { throw StoreError(.corrupt, "burn_cursor") }
            return BurnCursor(last: row[0].text, head: row[1].text, before: row[2].text, from: from)
        } catch {
            throw .store(error)
        }
    }

    private func save(_ cursor: BurnCursor, of account: SolanaAddress) async throws(BurnError) {
        let arguments: [SQLValue] = [
            .text(account.description), SQLValue(cursor.last), SQLValue(cursor.head), SQLValue(cursor.before),
            SQLValue(cursor.from), SQLValue(now()),
        ]
        _ = try await commit { transaction in try transaction.execute(BurnSQL.saveCursor, arguments) }
    }
}
