import Bus
import Domain
import Testing

struct ExactDecimalTests {
    @Test(arguments: [
        ("16541.77000000", "16541.77"), ("0.1", "0.1"), ("-36.98", "-36.98"), ("007", "7"), ("-0.50", "-0.5"),
        ("7.821066970851871e-11", "0.00000000007821066970851871"), ("1e3", "1000"), ("0", "0"), ("1.5E+2", "150"),
        ("123456789012345678901234567890.123456", "123456789012345678901234567890.123456"),
    ])
    func `text becomes an exact number and text again`(given: String, expected: String) {
        #expect(ExactDecimal(given)?.description == expected)
    }

    @Test(arguments: ["", "-", ".5", "5.", "1,5", " 1", "0x10", "NaN", "inf", "1e", "1e9999", "1.2.3"])
    func `what is not a decimal number is refused`(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test func `a number with too many digits is refused and not cut`() {
        #expect(ExactDecimal(String(repeating: "9", count: 36)) != nil)
        #expect(ExactDecimal(String(repeating: "9", count: 37)) == nil)
        #expect(ExactDecimal("0." + String(repeating: "0", count: 30) + "1") == nil)
    }

    @Test func `equal numbers are equal however they were written`() {
        #expect(ExactDecimal("1.50") == ExactDecimal("1.5"))
        #expect(ExactDecimal("-0") == ExactDecimal("0.000"))
    }

    @Test(arguments: [
        ("1.5", "1.50001"), ("-2", "-1.5"), ("-0.001", "0"), ("9.99", "10"), ("-10", "-9.99"),
        ("0.000000000000000000000000000001", "0.1"), ("99999999999999999999999999999999999", "1e35"),
    ])
    func `order is that of the values`(smaller: String, larger: String) throws {
        let (small, large) = (try #require(ExactDecimal(smaller)), try #require(ExactDecimal(larger)))
        #expect(small < large)
        #expect(!(large < small))
    }

    @Test(arguments: [
        ("2.345", 2, "2.34"), ("2.355", 2, "2.36"), ("-2.345", 2, "-2.34"), ("2.3451", 2, "2.35"),
        ("64250.999", 2, "64251"),
        ("1.2", 4, "1.2"), ("0.5", 0, "0"), ("1.5", 0, "2"),
    ])
    func `rounding goes to the even neighbour`(given: String, places: Int, expected: String) throws {
        #expect(try #require(ExactDecimal(given)).rounded(toScale: places).description == expected)
    }

    @Test(arguments: [
        ("110", "100", "10"), ("90.5", "100", "-9.5"), ("64250.12", "63100.55", "1.82"), ("100", "100", "0"),
    ])
    func `a change in percent is exact to two digits`(now: String, earlier: String, expected: String) throws {
        let (now, earlier) = (try #require(ExactDecimal(now)), try #require(ExactDecimal(earlier)))
        #expect(now.changePercent(from: earlier)?.description == expected)
    }

    @Test func `there is no change from nothing`() {
        #expect(ExactDecimal(5).changePercent(from: .zero) == nil)
    }

    @Test func `in JSON a price is text`() throws {
        let price = try #require(Price("64250.10"))
        #expect(String(decoding: try EventCodec.encode(price), as: UTF8.self) == "\"64250.1\"")
        #expect(try EventCodec.decode(Price.self, from: "\"64250.10\"".utf8) == price)
        #expect(throws: (any Error).self) { try EventCodec.decode(Price.self, from: "64250.1".utf8) }
    }

    /// Those of few digits go a shorter way than an exponent lets them.
    @Test(arguments: [
        "0", "-0", "0.0", "00.10", "100", "1.0", "-1.50", "0.00000001", "9999999999999999999", "-9999999999999999999",
        "999999999.999999999", "0.000000000000000001", "18446744073709551615", "1000000000000000000", "23.", ".5", "",
        "-",
        ".", "-.", "1.2.3", "1..", "0.", "0x", "1 ", "+1", "--1", "1-", "00", "000.000", "5.000000000000000000",
    ])
    func `few digits are read as many are`(text: String) {
        let long = text.isEmpty ? nil : ExactDecimal(text + "e0")
        #expect(ExactDecimal(text) == long)
        var bytes = text
        #expect(bytes.withUTF8 { ExactDecimal(utf8: $0) } == long)
    }

    @Test func `narrow numbers are added and compared as wide ones are`() throws {
        let texts = [
            "0", "1", "-1", "0.5", "-0.00000001", "9223372036854775807", "-9223372036854775808", "0.000000000000000001",
        ]
        for left in try texts.map({ try #require(ExactDecimal($0)) }) {
            for right in try texts.map({ try #require(ExactDecimal($0)) }) {
                let (first, second) = (left.significand(ofScale: 18), right.significand(ofScale: 18))
                guard let first, let second else { continue }
                #expect((left < right) == (first < second))
                #expect(left.adding(right) == ExactDecimal(significand: first + second, scale: 18))
                #expect(left.adding(right)?.significand(ofScale: 18) == first + second)
            }
        }
    }
}
