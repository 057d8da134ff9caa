import Testing

@testable import Media

/// How figures, times, tickers and words of the field are said.
@Suite(.enabled(if: !isSanitized, "it has no threads")) struct SpokenFormTests {
    private func said(_ text: String, engine: String = "espeak") -> String { SpokenForm(text, engine: engine).text }

    @Test(arguments: [
        ("BTC at 67,250.50 dollars", "bitcoin at sixty-seven thousand two hundred fifty dollars and fifty cents."),
        ("$67,250.50", "sixty-seven thousand two hundred fifty dollars and fifty cents."),
        ("It costs $5.", "It costs five dollars."), ("$1", "one dollar."), ("$0.05", "five cents."),
        ("$1.01", "one dollar and one cent."), ("$5.5", "five dollars and fifty cents."), ("$5.00", "five dollars."),
        ("$0.000123", "zero point zero zero zero one two three dollars."),
        ("$0.0000012", "zero point five zeros one two dollars."), ("$1.2345", "one point two three four five dollars."),
        ("€20", "twenty euros."), ("£1.50", "one pound and fifty pence."), ("¥1,000", "one thousand yen."),
        ("$1.2B", "one point two billion dollars."), ("$1.2 billion fund", "one point two billion dollars fund."),
        ("1.2 billion dollars", "one point two billion dollars."), ("€3m", "three million euros."),
        ("-$40", "minus forty dollars."), ("$-40", "minus forty dollars."), ("100 USD", "one hundred U S dollars."),
        ("$5-10", "five to ten dollars."),
    ]) func `money is said with its cents, small prices digit by digit`(text: String, expected: String) {
        #expect(said(text) == expected)
    }

    @Test(arguments: [
        ("+3.2 %", "up three point two percent."),
        ("It went -0.5% today", "It went down zero point five percent today."),
        ("rose +3%", "rose three percent."), ("fell -3%", "fell three percent."), ("3%", "three percent."),
        ("5-10%", "five to ten percent."), ("5–10 %", "five to ten percent."),
        ("+0.0%", "plus zero point zero percent."),
        ("±2%", "plus or minus two percent."), ("~50", "about fifty."), ("25bps", "twenty-five basis points."),
        ("-12", "minus twelve."),
        ("1,234,567", "one million two hundred thirty-four thousand five hundred sixty-seven."),
        ("3.14", "three point one four."), ("007", "zero zero seven."), ("2x", "two times."),
        ("3rd and 21st", "third and twenty-first."), ("12th", "twelfth."), ("24h volume", "twenty-four hours volume."),
        ("24-hour volume", "twenty-four hour volume."), ("open 24/7", "open twenty-four seven."), ("1/2", "one half."),
        ("1.2M users", "one point two million users."),
        (
            "12345678901234567890",
            "one two three four five six seven eight nine zero one two three four five six seven eight nine zero."
        ),
        ("#1", "number one."), ("No. 1", "number one."), ("No.", "No."), ("1990s", "nineteen nineties."),
        ("1,200+ of them", "one thousand two hundred plus of them."), ("3,5%", "three point five percent."),
        ("555-0123", "five five five zero one two three."), ("25 bps", "twenty-five basis points."),
        ("the '90s", "the nineties."),
    ]) func `numbers are said with their signs and units`(text: String, expected: String) {
        #expect(said(text) == expected)
    }

    @Test(arguments: [
        ("22:14 UTC", "twenty-two fourteen U T C."), ("22:00", "twenty-two hundred."), ("09:05", "nine oh five."),
        ("00:00", "midnight."), ("9:30 a.m. today", "nine thirty eh M today."), ("9pm", "nine P M."),
        ("9:00 am", "nine eh M."),
        ("2026-11-26", "November twenty-sixth twenty twenty-six."),
        ("2026-11-26T22:14Z", "November twenty-sixth twenty twenty-six at twenty-two fourteen U T C."),
        ("Nov. 26, 2026, was", "November twenty-sixth twenty twenty-six, was."),
        ("on November 3rd", "on November third."), ("the 4 July rally", "the fourth of July rally."),
        ("in 2008", "in two thousand eight."), ("since 2025", "since twenty twenty-five."),
        ("in 1900", "in nineteen hundred."),
        ("2026 coins", "two thousand twenty-six coins."), ("2024-2026", "twenty twenty-four to twenty twenty-six."),
        ("November 2026", "November twenty twenty-six."), ("in 1905", "in nineteen oh five."),
        ("mid-2025", "mid twenty twenty-five."),
        ("10 a.m. - 4 p.m.", "ten eh M to four P M."),
    ]) func `dates and times are said as people say them`(text: String, expected: String) {
        #expect(said(text) == expected)
    }

    @Test(arguments: [
        ("AI", "eh I."), ("Q3", "Q three."), ("XYZ rose", "X Y Z rose."), ("BTC's price", "bitcoin's price."),
        ("XYZ's price", "X Y Z's price."), ("ETFs", "E T F's."), ("BTC/USD", "bitcoin U S dollars."),
        ("ETH-BTC", "ethereum bitcoin."),
        ("$SOL", "solana."), ("AI-driven", "eh I driven."), ("all-time high", "all-time high."),
        ("the U.S. market", "the U S market."),
        ("in the U.S.", "in the U S."), ("BTC vs. ETH", "bitcoin versus ethereum."), ("e.g. gold", "for example gold."),
        ("S&P 500", "S and P five hundred."), ("GPT-4o", "G P T four o."), ("v2.0", "v two point zero."),
        ("example.com", "example dot com."), ("https://www.example.com/a?b=1", "example dot com."),
        ("BREAKING: BTC IS UP", "breaking, bitcoin is up."), ("MARKETS RALLY AGAIN", "markets rally again."),
        ("CHAINLINK", "chainlink."), ("@elon", "at elon."), ("buy & hold", "buy and hold."),
        ("7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU", "address ending in G eh S U."),
    ]) func `tickers and short forms are said as words or letter by letter`(text: String, expected: String) {
        #expect(said(text) == expected)
    }

    @Test func `an engine gets a spelling of its own where it needs one`() {
        #expect(said("ETH", engine: "flite") == "uh thearium.")
        #expect(said("Ethereum", engine: "espeak") == "Ethereum.")
        #expect(said("ETH", engine: "elevenlabs") == "ethereum.")
        #expect(["flite", "espeak", "elevenlabs"].map { said("AI", engine: $0) } == ["ay I.", "eh I.", "A I."])
        #expect(said("xAI and the U.S.A. have plan A, a plan") == "X eh I and the U S eh have plan A, a plan.")
    }

    @Test(arguments: [
        ("“Really?” he asked", "Really, he asked."), ("Is it up?", "Is it up?"), ("Up!", "Up!"),
        ("Gold (up today) shines", "Gold, up today, shines."), ("up — or down", "up, or down."), ("a;b: c", "a b, c."),
        ("🚀 to the moon 🌕", "to the moon."),
    ]) func `marks inside a sentence become pauses`(text: String, expected: String) { #expect(said(text) == expected) }

    @Test func `every word knows what it stands for`() {
        let sentence = "Now: BTC at 67,250.50 dollars — up 3 %."
        let form = SpokenForm(sentence, engine: "flite")
        func original(_ word: SpokenForm.Word) -> String {
            String(decoding: Array(sentence.utf8)[word.source], as: UTF8.self)
        }
        let pairs = form.words.map { "\($0.text)=\(original($0))" }
        #expect(pairs.prefix(4) == ["Now=Now", "bitcoin=BTC", "at=at", "sixty-seven=67,250.50 dollars"])
        #expect(pairs.suffix(3) == ["up=up", "three=3 %", "percent=3 %"])
        for (word, place) in zip(form.words, form.places) {
            let characters = Array(form.text)
            #expect(String(characters[place]) == word.text)
        }
    }

    @Test func `other languages are handed on as they are, with the place of each word`() {
        let form = SpokenForm("Börse: 1.234,5 Punkte – „gut“!", language: "de", engine: "espeak")
        #expect(form.text == "Börse: 1.234,5 Punkte – „gut“!")
        #expect(form.words.map(\.text) == ["Börse", "1.234,5", "Punkte", "gut"])
        let characters = Array(form.text)
        #expect(form.places.map { String(characters[$0]) } == form.words.map(\.text))
    }

    @Test func `no word is empty or holds a space, whatever the text`() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "BTC", "$", "€", "1", "23", ",", ".", "%", " ", "-", ":", "/", "é", "🚀", "(", ")", "'s", "am", "K", "0",
            "U.S.", "+", "—", "x",
        ]
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 1...14, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let form = SpokenForm(text, engine: "flite")
            for word in form.words {
                #expect(!word.text.isEmpty && !word.text.contains(" "), "\(text)")
                #expect(word.source.upperBound <= text.utf8.count && !word.source.isEmpty, "\(text)")
            }
        }
    }
}
