import HTTPTypes
import Testing

@testable import API

@Suite struct ClientAddressTests {
    /// The peer, the headers in order, and who the client is if 10.0.0.0/8 and 2001:db8:aaaa::/48 are trusted.
    private static let cases: [(peer: String, headers: [(String, String)], client: String)] = [
        ("192.0.2.1", [], "192.0.2.1"),
        // Nobody believes a stranger.
        ("192.0.2.1", [("X-Forwarded-For", "203.0.113.9")], "192.0.2.1"),
        ("10.0.0.1", [("X-Forwarded-For", "203.0.113.9")], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        // What the client wrote itself stands on the left.
        ("10.0.0.1", [("X-Forwarded-For", "1.1.1.1, 203.0.113.9")], "203.0.113.9"),
        ("10.0.0.1", [("X-Forwarded-For", "1.1.1.1, 203.0.113.9, 10.0.0.2")], "203.0.113.9"),
        ("10.0.0.1", [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "203.0.113.9,10.0.0.2")], "203.0.113.9"),
        ("10.0.0.1", [("X-Forwarded-For", "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
        // Broken: the last hop that somebody trusted has vouched for.
        ("10.0.0.1", [("X-Forwarded-For", "203.0.113.9, unknown")], "10.0.0.1"),
        ("10.0.0.1", [("X-Forwarded-For", "203.0.113.9, what?, 10.0.0.2")], "10.0.0.2"),
        ("10.0.0.1", [("X-Forwarded-For", "203.0.113.9,")], "10.0.0.1"),
        ("10.0.0.1", [("X-Forwarded-For", "")], "10.0.0.1"),
        ("10.0.0.1", [("X-Forwarded-For", "203.0.113.9:4711")], "203.0.113.9"),
        ("10.0.0.1", [("X-Forwarded-For", "203.0.113.9:port")], "10.0.0.1"),
        ("10.0.0.1", [("X-Forwarded-For", "[2001:db8::5]:443")], "2001:db8::5"),
        ("10.0.0.1", [("X-Forwarded-For", "2001:db8::5")], "2001:db8::5"),
        ("10.0.0.1", [("X-Forwarded-For", "[2001:db8::5")], "10.0.0.1"),
        ("::ffff:10.0.0.1", [("X-Forwarded-For", "::ffff:203.0.113.9")], "203.0.113.9"),
        ("2001:db8:aaaa::1", [("X-Forwarded-For", "203.0.113.9")], "203.0.113.9"),
        ("2001:db8:aaab::1", [("X-Forwarded-For", "203.0.113.9")], "2001:db8:aaab::1"),
        // The other header counts without the usual one only.
        ("10.0.0.1", [("Forwarded", "for=203.0.113.9;proto=https;by=10.0.0.1")], "203.0.113.9"),
        ("10.0.0.1", [("Forwarded", "for=1.1.1.1, For=\"[2001:db8::5]:443\"")], "2001:db8::5"),
        ("10.0.0.1", [("Forwarded", "for=_hidden")], "10.0.0.1"),
        ("10.0.0.1", [("Forwarded", "proto=https")], "10.0.0.1"),
        ("10.0.0.1", [("Forwarded", "for=1.1.1.1"), ("X-Forwarded-For", "203.0.113.9")], "203.0.113.9"),
    ]

    @Test(arguments: cases.indices) func `the client is the last hop that is no trusted proxy`(place: Int) throws {
        let (peer, headers, client) = Self.cases[place]
        let trusted = try ["10.0.0.0/8", "2001:db8:aaaa::/48"].map { try #require(AddressRange($0)) }
        var fields = HTTPFields()
        for (name, value) in headers {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let found = ClientAddress(trusted: trusted).find(peer: IPAddress(peer), headers: fields)
        #expect(found?.description == client, "\(Self.cases[place])")
    }

    @Test func `a header of any length ends somewhere`() throws {
        let proxy = try #require(AddressRange("10.0.0.0/8"))
        var fields = HTTPFields()
        let chain = Array(repeating: "10.0.0.9", count: 10_000)
        fields[try #require(HTTPField.Name("X-Forwarded-For"))] = "1.1.1.1, " + chain.joined(separator: ", ")
        let found = ClientAddress(trusted: [proxy]).find(peer: IPAddress("10.0.0.1"), headers: fields)
        #expect(found == IPAddress("10.0.0.9"))
        #expect(ClientAddress(trusted: [proxy]).find(peer: nil, headers: fields) == nil)
    }

    @Test func `ranges take what begins as they do`() throws {
        func contains(_ range: String, _ address: String) throws -> Bool {
            try #require(AddressRange(range)).contains(try #require(IPAddress(address)))
        }
        #expect(try contains("192.0.2.7", "192.0.2.7") && !contains("192.0.2.7", "192.0.2.8"))
        #expect(try contains("192.0.2.0/25", "192.0.2.127") && !contains("192.0.2.0/25", "192.0.2.128"))
        #expect(try contains("0.0.0.0/0", "255.255.255.255") && !contains("0.0.0.0/0", "::1"))
        #expect(try contains("::/0", "ffff::1") && !contains("::/0", "1.2.3.4"))
        #expect(try contains("2001:db8::/33", "2001:db8:7fff::1") && !contains("2001:db8::/33", "2001:db8:8000::1"))
        #expect(try contains("2001:db8::/64", "2001:db8::1:0:0:1") && !contains("2001:db8::/64", "2001:db8:0:1::1"))
        #expect(try contains("2001:db8::4/127", "2001:db8::5") && !contains("2001:db8::4/127", "2001:db8::6"))
        let wrong = [
            "", "/", "10.0.0.0/33", "::/129", "10.0.0.1/8", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "a.b.c.d",
            "10.0.0", "[::1]", "::1%eth0", "10.0.0.0/ 8",
        ]
        for text in wrong { #expect(AddressRange(text) == nil, "\(text)") }
    }

    @Test func `subjects put a network of IPv6 together and hide the names of accounts`() {
        #expect(LimitSubject.address(IPAddress("192.0.2.1")).text == "ip:192.0.2.1")
        #expect(LimitSubject.address(IPAddress("2001:db8:1:2:3:4:5:6")).text == "ip6:2001:db8:1:2::/64")
        #expect(LimitSubject.address(IPAddress("2001:db8:1:2::9")) == .address(IPAddress("2001:db8:1:2:3:4:5:6")))
        #expect(LimitSubject.address(nil).text == "ip:unknown")
        let account = LimitSubject.account("Somebody@Example.com")
        #expect(account == .account("somebody@example.com") && account != .account("somebody@example.org"))
        #expect(account.text.count == "account:".count + 32 && !account.text.contains("xample"))
    }
}
