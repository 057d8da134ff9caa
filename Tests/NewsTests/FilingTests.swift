import Bus
import Foundation
import News
import TestKit
import Testing

/// Entries of the feed of the latest filings.
struct FilingTests {
    private func item(
        title: String = "D/A - Sample Fund - Series B, L.P. (0001234567) (Filer)",
        id: String? = "urn:tag:sec.gov,2008:accession-number=0001234567-26-000042",
        summary: String = "",
        updated: FeedDate = .at(time("2026-11-25T21:30:00Z")),
        categories: [String] = ["D/A"]
    ) -> FeedItem {
        FeedItem(
            id: id,
            title: title,
            link: "https://filings.example/index.htm",
            updated: updated,
            summary: summary,
            categories: categories
        )
    }

    @Test func `a filing is what its entry says`() throws {
        let filing = try SECFiling(item())
        #expect(filing.formType == "D/A")
        #expect(filing.company == "Sample Fund - Series B, L.P.")
        #expect(filing.cik == "0001234567")
        #expect(filing.role == "Filer")
        #expect(filing.accessionNumber == "0001234567-26-000042")
        #expect(filing.accessionDigits == "000123456726000042")
        #expect(filing.filed == time("2026-11-25T21:30:00Z"))
        #expect(filing.link == "https://filings.example/index.htm")
    }

    @Test func `what one field lacks another may tell`() throws {
        let summary = "Filed: 2026-11-25 AccNo: 0001234567-26-000043 Size: 14 KB"
        let filing = try SECFiling(
            item(
                title: "8-A12B - Name (Holdings) Inc. (0000000009) (Subject)",
                id: nil,
                summary: summary,
                categories: []
            )
        )
        #expect(filing.formType == "8-A12B")
        #expect(filing.company == "Name (Holdings) Inc.")
        #expect(filing.role == "Subject")
        #expect(filing.accessionNumber == "0001234567-26-000043")
    }

    @Test(
        arguments: [
            ("", "title"), ("D Name (0001234567) (Filer)", "title"), ("D - Name (0001234567)", "title"),
            ("D - Name (123) (Filer)", "title"), ("D - (0001234567) (Filer)", "title"),
            ("D - Name 0001234567 Filer", "title"),
            ("D - Name (000123456x) (Filer)", "title"),
        ] as [(String, String)]
    )
    func `a title of another form is refused`(title: String, field: String) {
        #expect { try SECFiling(item(title: title)) } throws: { error in
            (error as? NewsError)?.code == .badField && (error as? NewsError)?.detail.hasPrefix(field) == true
        }
    }

    @Test(arguments: [
        nil, "urn:x", "urn:accession-number=0001234567-26-00004", "urn:accession-number=0001234567x26-000042",
    ])
    func `a filing without its number is refused`(id: String?) {
        #expect(throws: NewsError(.badField, "id and summary: no accession number")) { try SECFiling(item(id: id)) }
    }

    @Test func `a filing without its time is refused`() {
        #expect { try SECFiling(item(updated: .missing)) } throws: { ($0 as? NewsError)?.code == .badField }
    }
}

/// The feed as the SEC has sent it.
@Suite(.enabled(if: TestData.has("vc"), "no recordings here: CRYPTOCALL_TEST_DATA names their folder"))
struct RecordedFilingsTests {
    @Test func `every entry of a recorded feed is a filing`() throws {
        let url = URL(filePath: TestData.folder + "/vc/getcurrent_type_D.atom.xml")
        let bytes = Array(try Data(contentsOf: url))
        var reader = try FeedReader(
            url: "https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent&type=D&output=atom",
            now: time("2026-07-03T10:05:00Z")
        )
        try reader.read(bytes)
        let feed = try reader.finish()
        #expect(feed.format == .atom)
        #expect(feed.charset == .windows1252)
        #expect(feed.replacedBytes == 0)
        #expect(feed.end == .complete)
        #expect(feed.link == "https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent")
        let entries = String(decoding: bytes, as: UTF8.self).ranges(of: "<entry>").count
        #expect(feed.items.count == entries)
        let filings = try feed.items.map { try SECFiling($0) }
        #expect(filings.allSatisfy { $0.link?.hasPrefix("https://www.sec.gov/Archives/edgar/data/") == true })
        #expect(filings.allSatisfy { $0.link?.contains($0.accessionNumber) == true })
        #expect(
            filings.allSatisfy { $0.filed < time("2026-07-03T10:05:00Z") && $0.filed > time("2026-07-01T00:00:00Z") }
        )
        // The question was for `D`, and the answer brings whatever begins so.
        let forms = Set(filings.map(\.formType))
        #expect(forms.isSuperset(of: ["D", "D/A"]) && forms.contains { $0.hasPrefix("DEF") })
        #expect(feed.items.allSatisfy { $0.summary.contains("AccNo:") && !$0.summary.contains("<") })
    }
}
