import Bus
import Chains
import Testing

@Suite struct SignInMessageTests {
    private static let solana = "GTesTBiEWE32WHXXE2S4XbZvA5CrEc4xs6ZgRe895dP"
    private static let ethereum = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
    private static let issued = SignInTime(Timestamp(milliseconds: 1_767_323_045_678))
    private static let expires = SignInTime(Timestamp(milliseconds: 1_767_323_345_678))

    private func message(_ layout: SignInMessage.Layout) -> SignInMessage {
        SignInMessage(
            domain: "radio.example:8443",
            address: layout == .solana ? Self.solana : Self.ethereum,
            uri: "https://radio.example:8443/login",
            chainID: layout == .solana ? "mainnet" : "1",
            nonce: "k3Xw9QpL",
            issuedAt: Self.issued,
            expirationTime: Self.expires
        )
    }

    @Test func `the text of Solana has its lines`() throws {
        var message = message(.solana)
        message.statement = "Sign in to the station."
        message.resources = ["https://radio.example/terms"]
        let text = try message.text(.solana)
        #expect(
            text == """
                radio.example:8443 wants you to sign in with your Solana account:
                GTesTBiEWE32WHXXE2S4XbZvA5CrEc4xs6ZgRe895dP

                Sign in to the station.

                URI: https://radio.example:8443/login
                Version: 1
                Chain ID: mainnet
                Nonce: k3Xw9QpL
                Issued At: 2026-01-02T03:04:05.678Z
                Expiration Time: 2026-01-02T03:09:05.678Z
                Resources:
                - https://radio.example/terms
                """
        )
    }

    @Test func `the text of Ethereum has two empty lines in place of a statement`() throws {
        let text = try message(.ethereum).text(.ethereum)
        #expect(
            text == """
                radio.example:8443 wants you to sign in with your Ethereum account:
                0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2


                URI: https://radio.example:8443/login
                Version: 1
                Chain ID: 1
                Nonce: k3Xw9QpL
                Issued At: 2026-01-02T03:04:05.678Z
                Expiration Time: 2026-01-02T03:09:05.678Z
                """
        )
    }

    @Test(arguments: [SignInMessage.Layout.solana, .ethereum], 0..<64)
    func `what is written is read back, whichever parts there are`(layout: SignInMessage.Layout, parts: Int) throws {
        var message = message(layout)
        if parts & 1 != 0 { message.statement = "Nonce: this is a line for people" }
        if parts & 2 != 0 { message.notBefore = SignInTime("2026-01-02T04:04:05+01:00") }
        if parts & 4 != 0 { message.requestID = "request-7" }
        if parts & 8 != 0 { message.resources = ["ipfs://abc", "https://radio.example/a?b=c#d"] }
        if parts & 16 != 0, layout == .solana { message.uri = nil }
        if parts & 32 != 0, layout == .solana { (message.version, message.chainID) = (nil, nil) }
        let text = try message.text(layout)
        let read = try SignInMessage(parsing: text, layout: layout)
        let again = try read.text(layout)
        #expect(read == message && again == text)
        // No other layout reads it, and no line can be left out, doubled or added unseen.
        #expect(throws: SignInMessage.Refusal.self) {
            try SignInMessage(parsing: text, layout: layout == .solana ? .ethereum : .solana)
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices {
            let (shorter, longer) = (lines[..<index] + lines[(index + 1)...], lines[...index] + lines[index...])
            for changed in [shorter.joined(separator: "\n"), longer.joined(separator: "\n")] {
                guard let other = try? SignInMessage(parsing: changed, layout: layout) else { continue }
                let again = try other.text(layout)
                #expect(again == changed && other != message)
            }
        }
    }

    @Test(arguments: [
        "", "\n", "\nTrailing", " ", "\nNonce: k3Xw9QpL", "\nResources:", "\nResources:\n-x", "\nRequest ID: ", "\u{0}",
        "\nRequest ID: a b", "\r\nRequest ID: a", "\nResources:\n- no uri", "\nExtra: 1", "\u{301}",
    ])
    func `nothing may follow the fields`(end: String) throws {
        let text = try message(.solana).text(.solana)
        if end.isEmpty {
            let read = try SignInMessage(parsing: text, layout: .solana)
            #expect(read == message(.solana))
        } else {
            #expect(throws: SignInMessage.Refusal.self) { try SignInMessage(parsing: text + end, layout: .solana) }
        }
    }

    @Test func `each part is checked`() throws {
        func refusal(_ layout: SignInMessage.Layout = .solana, _ change: (inout SignInMessage) -> Void)
            -> SignInMessage.Refusal?
        {
            var message = message(layout)
            change(&message)
            do {
                _ = try message.text(layout)
                return nil
            } catch { return error }
        }
        #expect(refusal { $0.nonce = "short77" } == .bad(.nonce) && refusal { $0.nonce = "12345678" } == nil)
        #expect(
            refusal { $0.nonce = "not-alphanumeric" } == .bad(.nonce)
                && refusal { $0.nonce = "ÄÖÜäöüßß" } == .bad(.nonce)
        )
        #expect(refusal { $0.statement = "two\nlines" } == .bad(.statement))
        #expect(
            refusal { $0.statement = "" } == .bad(.statement) && refusal { $0.statement = "\r" } == .bad(.statement)
        )
        #expect(refusal { $0.statement = String(repeating: "x", count: 513) } == .bad(.statement))
        #expect(
            refusal { $0.domain = "me@radio.example" } == .bad(.domain) && refusal { $0.domain = "" } == .bad(.domain)
        )
        #expect(refusal { $0.domain = "https://radio.example" } == .bad(.domain))
        #expect(refusal { $0.domain = "r\u{430}dio.example" } == .bad(.domain))
        #expect(refusal { $0.address = Self.ethereum } == .bad(.address))
        #expect(refusal(.ethereum) { $0.address = Self.solana } == .bad(.address))
        #expect(refusal { $0.uri = "radio.example" } == .bad(.uri) && refusal { $0.uri = "a b:c" } == .bad(.uri))
        #expect(refusal { $0.version = "2" } == .bad(.version))
        #expect(refusal { $0.chainID = "solana:devnet" } == nil && refusal { $0.chainID = "1" } == .bad(.chainID))
        #expect(refusal(.ethereum) { $0.chainID = "01" } == .bad(.chainID))
        #expect(refusal { $0.expirationTime = $0.issuedAt } == .bad(.expirationTime))
        #expect(refusal { $0.notBefore = $0.expirationTime } == .bad(.notBefore))
        #expect(refusal { $0.resources = [String](repeating: "a:b", count: 17) } == .bad(.resources))
        #expect(refusal(.ethereum) { $0.uri = nil } == .missing(.uri))
        #expect(refusal(.ethereum) { $0.version = nil } == .missing(.version))
        #expect(refusal(.ethereum) { $0.chainID = nil } == .missing(.chainID))
        let short = try message(.solana).text(.solana).utf8.count
        let long = [String](repeating: "a:" + String(repeating: "b", count: 500), count: 10)
        #expect(refusal { $0.resources = long } == .tooLong(bytes: short + "\nResources:".utf8.count + 10 * 505))
    }

    @Test func `the example of the standard is refused for want of an end, and read with one`() throws {
        let example = """
            service.example wants you to sign in with your Ethereum account:
            0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2

            I accept the Terms of Service: https://service.example/tos

            URI: https://service.example/login
            Version: 1
            Chain ID: 1
            Nonce: 32891756
            Issued At: 2021-09-30T16:25:24Z
            """
        #expect(throws: SignInMessage.Refusal.missing(.expirationTime)) {
            try SignInMessage(parsing: example, layout: .ethereum)
        }
        let text = example + "\nExpiration Time: 2021-09-30T18:30:24.5+02:00"
        let message = try SignInMessage(parsing: text, layout: .ethereum)
        #expect(message.issuedAt.timestamp == Timestamp(seconds: 1_633_019_124))
        #expect(message.expirationTime.timestamp == Timestamp(milliseconds: 1_633_019_424_500))
        let again = try message.text(.ethereum)
        #expect(again == text)
    }

    @Test func `fields out of their order and a missing greeting are refused`() throws {
        let text = try message(.solana).text(.solana)
        let swapped = text.split(separator: "\n", omittingEmptySubsequences: false)
        let order = [0, 1, 2, 3, 4, 5, 7, 6, 8].map { swapped[$0] }.joined(separator: "\n")
        #expect(throws: SignInMessage.Refusal.missing(.nonce)) { try SignInMessage(parsing: order, layout: .solana) }
        #expect(throws: SignInMessage.Refusal.notSignIn) {
            try SignInMessage(parsing: text.replacing("wants", with: "want"), layout: .solana)
        }
        #expect(throws: SignInMessage.Refusal.notSignIn) { try SignInMessage(parsing: "", layout: .solana) }
        #expect(throws: SignInMessage.Refusal.tooLong(bytes: 4097)) {
            try SignInMessage(parsing: String(repeating: "x", count: 4097), layout: .solana)
        }
        #expect(throws: SignInMessage.Refusal.badCharacter) {
            try SignInMessage(parsing: "\u{600}" + text, layout: .solana)
        }
    }

    @Test func `times are cut to milliseconds, and read as they stand`() {
        let time = SignInTime(Timestamp(nanoseconds: 1_767_323_045_678_901_234))
        #expect(time.text == "2026-01-02T03:04:05.678Z" && SignInTime(time.text) == time)
        #expect(SignInTime("2026-01-02 03:04:05Z") == nil && SignInTime("2026-01-02T03:04:05") == nil)
        #expect(SignInTime("2026-13-02T03:04:05Z") == nil && SignInTime("") == nil)
    }
}
