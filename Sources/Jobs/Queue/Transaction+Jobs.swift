import Bus
package import Store

extension Transaction {
    /// Enqueues a job: it is there if, and only if, this unit commits.
    ///
    /// Tell the workers once it has: `JobQueue.announce`.
    ///
    /// - Returns: the job's id, or that of the unfinished job that makes this one superfluous.
    /// - Throws: `StoreError` with `.tooLarge` for the payload or the unique key, and as `execute`.
    @discardableResult
    package mutating func enqueue(_ request: JobRequest) throws(StoreError) -> Enqueued {
        try request.check()
        let id = request.id ?? JobIDs.next()
        if let limit = request.limit {
            try execute(JobSQL.saveLimit, JobSQL.limitArguments(request.queue, limit))
        }
        // The job in the way may finish between the two statements; then there is room for this one.
        for _ in 0..<3 {
            if try !rows(JobSQL.insert, JobSQL.insertArguments(id, request)).isEmpty {
                return Enqueued(id: id, isNew: true)
            }
            let arguments = [SQLValue(id), SQLValue(request.uniqueKey)]
            if let existing = try rows(JobSQL.findExisting, arguments).first?[0].id {
                return Enqueued(id: existing, isNew: false)
            }
        }
        throw StoreError(.busy, "unique key \(request.uniqueKey ?? "")")
    }
}

extension JobRequest {
    /// The longest unique or limit key.
    package static let keyBytesMax = 200

    /// - Throws: `StoreError` with `.tooLarge`, naming the field that is too long.
    func check() throws(StoreError) {
        guard payload.utf8.count <= JobRequest.payloadBytesMax else {
            throw StoreError(.tooLarge, "payload of \(kind): \(payload.utf8.count) bytes")
        }
        for (field, key) in [("unique key", uniqueKey), ("limit key", limit?.key)] {
            guard let key, key.utf8.count > JobRequest.keyBytesMax else { continue }
            throw StoreError(.tooLarge, "\(field) of \(kind): \(key.utf8.count) bytes")
        }
    }
}
