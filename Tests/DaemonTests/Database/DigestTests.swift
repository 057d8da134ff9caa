import Domain
import Store
import Testing

@testable import Daemon

@Suite struct DigestTests {
    private func sha256(_ pieces: [[UInt8]]) -> String {
        var hash = SHA256()
        for piece in pieces { hash.update(piece) }
        return hash.hexadecimal()
    }

    @Test func `the hash is that of the standard's examples`() {
        #expect(sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(sha256([Array("abc".utf8)]) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let long = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        #expect(sha256([long]) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        let million = [UInt8](repeating: UInt8(ascii: "a"), count: 100_000)
        let wanted = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(sha256([[UInt8]](repeating: million, count: 10)) == wanted)
    }

    @Test func `the hash does not depend on how the bytes come in pieces`() {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for length in 50...70 {
            let whole = Array(bytes.prefix(length))
            for cut in [0, 1, 31, length - 1, length] {
                #expect(sha256([Array(whole[..<cut]), Array(whole[cut...])]) == sha256([whole]), "\(length) at \(cut)")
            }
        }
        #expect(sha256(bytes.map { [$0] }) == sha256([bytes]))
    }

    private func digest(_ rows: [SQLRow], json: Set<Int> = []) -> TableDigest {
        var digest = TableDigest(jsonColumns: json)
        for row in rows { digest.add(row) }
        return digest
    }

    @Test func `a digest tells tables apart and not orders`() {
        let rows: [SQLRow] = [[.integer(1), .text("a")], [.integer(2), .null], [.integer(3), .blob([1, 2])]]
        #expect(digest(rows) == digest(rows.reversed()))
        #expect(digest(rows) != digest(Array(rows.dropLast())))
        #expect(digest([[.text("ab"), .text("c")]]) != digest([[.text("a"), .text("bc")]]))
        #expect(digest([[.text("1")]]) != digest([[.integer(1)]]))
        #expect(digest([[.null]]) != digest([[.text("")]]))
        #expect(digest([rows[0], rows[0]]) != digest([rows[0]]))
    }

    @Test func `JSON in another spelling is the same where the column says so`() {
        let (loose, tight) = (#"{"b": 1.0, "a": [1e2, "ä\u0041"]}"#, #"{"a":[100,"äA"],"b":1}"#)
        #expect(digest([[.text(loose)]], json: [0]) == digest([[.text(tight)]], json: [0]))
        #expect(digest([[.text(loose)]]) != digest([[.text(tight)]]))
        #expect(digest([[.text(#"{"a":1}"#)]], json: [0]) != digest([[.text(#"{"a":2}"#)]], json: [0]))
        #expect(digest([[.text("no JSON")]], json: [0]).rowCount == 1)
    }
}
