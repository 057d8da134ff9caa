import Bus
import Governance
import JSON
import Testing

@Suite struct ProposalDocumentTests {
    private func document() -> ProposalDocument {
        ProposalDocument(
            title: "A \"late\" show \\ \u{E9}",
            details: "One.\n\tTwo.",
            rules: ProposalRules(.approval, options: ["b", "a"]),
            snapshot: SupplySnapshot(chain: "solana", mint: "mint", slot: 7, supply: .max),
            opensAt: Timestamp(seconds: 0),
            closesAt: Timestamp(seconds: 604_800)
        )
    }

    @Test func `the text is the same for everybody who writes it by the rules`() {
        let expected =
            #"{"closes":"1970-01-08T00:00:00.000000Z","description":"One.\n\tTwo.","opens":"1970-01-01T00:00:00.000000Z","#
            + #""options":["b","a"],"rules":{"allowsEarlyClose":false,"executionDelaySeconds":3600,"#
            + #""lateQuorumExtensionSeconds":21600,"passBasisPoints":5000,"quorumBasisPoints":1000,"#
            + #""system":"approval","vetoKeys":[]},"#
            + #""snapshot":{"chain":"solana","mint":"mint","slot":"7","supply":"18446744073709551615"},"#
            + #""title":"A \"late\" show \\ é","version":1}"#
        #expect(String(decoding: document().bytes, as: UTF8.self) == expected)
        #expect(document().hash.description == "d81d1862ba6fc0fb1586bb6e73fa31c1259bb490344dbcc55891a0224ce7fedf")
    }

    @Test func `whatever changes, the hash changes`() {
        let changes: [(inout ProposalDocument) -> Void] = [
            { $0.title += "." }, { $0.details += " " }, { $0.rules.options = ["a", "b"] },
            { $0.rules.system = .ranked },
            { $0.rules.quorumBasisPoints += 1 }, { $0.rules.passBasisPoints += 1 },
            { $0.rules.allowsEarlyClose = true },
            { $0.rules.lateQuorumExtensionSeconds += 1 }, { $0.rules.executionDelaySeconds += 1 },
            { $0.rules.vetoKeys = ["k"] }, { $0.snapshot.chain = "s" }, { $0.snapshot.mint = "m" },
            { $0.snapshot.slot = 8 }, { $0.snapshot.supply -= 1 }, { $0.opensAt = Timestamp(seconds: 1) },
            { $0.closesAt = Timestamp(seconds: 604_801) },
        ]
        var hashes: Set<Digest> = [document().hash]
        for change in changes {
            var changed = document()
            change(&changed)
            hashes.insert(changed.hash)
        }
        #expect(hashes.count == changes.count + 1)
    }

    @Test func `it is JSON that reads back as it was written`() throws {
        let value = try JSONValue(parsing: document().bytes)
        #expect(value.bytes == document().bytes && value["title"]?.string == document().title)
    }

    @Test func `the window is that of the document`() {
        let window = document().window
        #expect(window.opensAt == document().opensAt && window.closesAt == document().closesAt)
        #expect(window.extensionSeconds == 21_600)
    }

    @Test func `what cannot be put to the vote is named`() {
        #expect(document().problems().isEmpty)
        var bad = document()
        bad.title = "two\nlines"
        bad.details = "a\rb"
        bad.closesAt = Timestamp(seconds: 59)
        bad.rules.quorumBasisPoints = 0
        bad.rules.options = ["one"]
        bad.snapshot = SupplySnapshot(chain: "", mint: "a b", slot: 0, supply: 0)
        #expect(
            bad.problems().map(\.key) == [
                "title", "description", "closes", "options", "rules.quorumBasisPoints", "snapshot.chain",
                "snapshot.mint", "snapshot.supply",
            ]
        )
        for title in ["", " \u{A0}", "a\u{202E}b", "a\u{2028}b", "a\u{7F}", String(repeating: "x", count: 301)] {
            var document = document()
            document.title = title
            #expect(document.problems().map(\.key) == ["title"])
        }
        for seconds in [Int64(60), 7_776_000] {
            var document = document()
            document.closesAt = Timestamp(seconds: seconds)
            #expect(document.problems().isEmpty)
        }
        var long = document()
        long.details = String(repeating: "x", count: 20_001)
        long.closesAt = Timestamp(seconds: 7_776_001)
        #expect(long.problems().map(\.key) == ["description", "closes"])
    }
}
