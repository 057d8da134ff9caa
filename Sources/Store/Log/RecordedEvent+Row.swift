import Bus

extension RecordedEvent {
    /// The columns of a row, in the order that `init(row:)` takes them.
    package static let columns = """
        log_offset, id, time, epoch, seq, topic, subject, source, origin, version, cause, correlation, payload
        """

    /// Reads a row of the log.
    ///
    /// - Throws: `StoreError` with `.corrupt` when this program cannot have written it.
    package init(row: some RandomAccessCollection<SQLValue>) throws(StoreError) {
        let row = Array(row)
        guard row.count >= 13, let offset = row[0].integer, let id = row[1].id, let time = row[2].time,
            let epoch = row[3].id, let seq = row[4].integer, let topic = row[5].text.flatMap({ Topic($0) }),
            let source = row[7].text.flatMap({ ActorName($0) }),
            let version = row[9].integer.flatMap({ UInt16(exactly: $0) }), let payload = row[12].text
        else { throw StoreError(.corrupt, "event \(row.first?.integer ?? 0)") }
        let header = EnvelopeHeader(
            id: id,
            time: time,
            epoch: epoch,
            seq: UInt64(clamping: seq),
            offset: UInt64(clamping: offset),
            cause: row[10].id,
            correlation: row[11].id,
            topic: topic,
            subject: row[6].text.flatMap { Subject($0) },
            source: source,
            origin: row[8].text.flatMap { ActorName($0) },
            version: version,
            delivery: .durable
        )
        self.init(header: header, payload: Array(payload.utf8))
    }
}
