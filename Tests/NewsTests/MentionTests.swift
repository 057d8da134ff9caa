import News
import Testing

/// Coins that a text speaks of.
struct MentionTests {
    private let finder = MentionFinder()

    @Test(
        arguments: [
            ("Bitcoin and ETH rise", ["BTC", "ETH"]), ("BTC, bitcoin, $btc", ["BTC"]), ("ether $ETH-USD", ["ETH"]),
            ("Bitcoin's day; #BTC", ["BTC"]), ("bitcoiners, BTCUSDT and wBTC", []), ("btc", []), ("$Btc", ["BTC"]),
            ("Bitcoin Cash falls", ["BCH"]), ("bitcoin-cash falls, Bitcoin not", ["BCH", "BTC"]),
            ("Bitcoin. Cash falls", ["BTC"]),
            ("Ethereum Classic, then Ethereum", ["ETC", "ETH"]), ("BTC/USD (ETH)", ["BTC", "ETH"]), ("比特币BTC", []),
            ("比特币 BTC", ["BTC"]),
            // Codes that are words.
            ("ONE more LINK NEAR the DOT", []), ("$ONE $link $NEAR", ["ONE", "LINK", "NEAR"]),
            ("Chainlink jumps", ["LINK"]),
            ("Chainlink (LINK) jumps", ["LINK"]), ("the download (LINK) is here", []),
            ("Harmony (ONE) is down", ["ONE"]),
            ("harmony in one (ONE)", []), ("Harmony ( ONE )", []), ("Harmony(ONE)", ["ONE"]),
            ("NEAR Protocol", ["NEAR"]),
            ("near (NEAR)", ["NEAR"]), ("NEAR", []), ("Optimism (OP) and optimism", ["OP"]), ("Harmony (ONE-USD)", []),
            ("$ONE", ["ONE"]), ("US$ONE", []), ("A$ ONE", []), ("($ONE)", ["ONE"]), ("Solana; SOL brillante", ["SOL"]),
            ("", []), ("$", []), ("()", []), ("$$$", []), ("(", []), ("$(BTC)", ["BTC"]), ("5 BTC", ["BTC"]),
            ("5BTC", []),
        ] as [(String, [String])]
    )
    func `symbols`(text: String, symbols: [String]) { #expect(finder.symbols(in: text) == symbols) }

    @Test func `the table is the operator's`() {
        let table = MentionTable(entries: [.init("FOO", ["the foo"], beforeCode: ["foo"], isAmbiguous: true)])
        #expect(table.problems().isEmpty)
        let finder = MentionFinder(table)
        #expect(finder.symbols(in: "The Foo, BTC") == ["FOO"])
        #expect(finder.symbols(in: "FOO foo") == [])
        #expect(finder.symbols(in: "foo (FOO)") == ["FOO"])
        #expect(MentionFinder(MentionTable(entries: [])).symbols(in: "BTC bitcoin $BTC") == [])
    }

    @Test func `the defaults have no mistakes, and mistakes are named`() {
        #expect(MentionTable().problems().map(\.key) == [])
        let table = MentionTable(entries: [
            .init("btc"), .init("OK", ["Name"]), .init("OK", [""]), .init("TOOLONGFORACODE"), .init("A", ["a b c d e"]),
            .init("B", ["same"]), .init("C", ["same"]),
        ])
        let keys = table.problems().map(\.key)
        #expect(
            keys == [
                "entries[0].symbol", "entries[1].names", "entries[2].symbol", "entries[2].names", "entries[3].symbol",
                "entries[4].names", "entries[6].names",
            ]
        )
    }

    @Test func `a long text is looked at so far, and so many are told`() {
        let entries = (0..<100).map { MentionTable.Entry("C\($0)") }
        let all = entries.map(\.symbol).joined(separator: " ")
        #expect(MentionFinder(MentionTable(entries: entries)).symbols(in: all).count == MentionFinder.mentionsMax)
        let far = String(repeating: "x ", count: MentionFinder.charactersMax) + "BTC"
        #expect(finder.symbols(in: far) == [])
    }
}
