import Glibc
import JSON
import PlayoutLink

/// One caller: its bytes in both directions; for one thread.
final class LinkConnection {
    private struct Outgoing {
        let bytes: [UInt8]
        /// Not to be sent before this change is in the journal.
        let after: UInt64
        /// The request that it answers, or `nil` for an event.
        let id: JSONValue?
    }

    /// What a caller that does not read may leave lying here.
    static let waitingBytesMax = 4 << 20

    let descriptor: Int32
    /// Whether it said hello, and so hears events.
    var isFollowing = false
    private var reader = LineReader()
    private var gated: [Outgoing] = []
    private var gatedBytes = 0
    private var sending: [UInt8] = []
    private(set) var isBroken = false
    /// Whether nothing more is read: what was read cannot be understood.
    private var isFinishing = false

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    var wantsToWrite: Bool { !sending.isEmpty }

    // MARK: Reading

    /// Takes what has come.
    func receive() {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 {
            if !isFinishing { reader.append(chunk.prefix(count)) }
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            isBroken = true
        }
    }

    /// The next whole line.
    func nextLine() -> [UInt8]? {
        guard !isFinishing, !isBroken else { return nil }
        do throws(LinkError) {
            return try reader.next()
        } catch {
            answer(.null, .failure(error), after: 0)
            isFinishing = true
            return nil
        }
    }

    // MARK: Writing

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - id: as the request gave it.
    ///   - result: JSON text, or what went wrong.
    ///   - after: the change that has to be in the journal before.
    func answer(_ id: JSONValue, _ result: Result<[UInt8], LinkError>, after: UInt64) {
        append(Outgoing(bytes: LinkConnection.line(id, result), after: after, id: id))
    }

    /// Tells an event; the bytes are a whole line.
    func tell(_ line: [UInt8]) { append(Outgoing(bytes: line, after: 0, id: nil)) }

    private func append(_ outgoing: Outgoing) {
        gatedBytes += outgoing.bytes.count
        gated.append(outgoing)
        if gatedBytes + sending.count > LinkConnection.waitingBytesMax { isBroken = true }
    }

    private static func line(_ id: JSONValue, _ result: Result<[UInt8], LinkError>) -> [UInt8] {
        var bytes = Array(#"{"id":"#.utf8)
        id.write(to: &bytes)
        switch result {
        case .success(let json):
            bytes += #","result":"#.utf8
            bytes += json
        case .failure(let error):
            bytes += #","error":"#.utf8
            JSONValue.object(["code": .string(error.code.rawValue), "message": .string(error.message)])
                .write(to: &bytes)
        }
        bytes += "}\n".utf8
        return bytes
    }

    /// Sends what may leave.
    ///
    /// - Parameters:
    ///   - written: the newest change that is in the journal.
    ///   - failure: why the journal cannot be written; what waits for it is then answered with that.
    func flush(written: UInt64, failure: String?) {
        var count = 0
        for outgoing in gated {
            if outgoing.after <= written {
                sending += outgoing.bytes
            } else if let failure, let id = outgoing.id {
                sending += LinkConnection.line(id, .failure(LinkError(.notKept, failure)))
            } else {
                break
            }
            gatedBytes -= outgoing.bytes.count
            count += 1
        }
        gated.removeFirst(count)
        send()
        if isFinishing, gated.isEmpty, sending.isEmpty { isBroken = true }
    }

    private func send() {
        var done = 0
        while done < sending.count, !isBroken {
            let count = sending.withUnsafeBytes { all in
                Glibc.send(descriptor, all.baseAddress.map { $0 + done }, all.count - done, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                done += count
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                isBroken = true
            }
        }
        sending.removeFirst(done)
    }
}
