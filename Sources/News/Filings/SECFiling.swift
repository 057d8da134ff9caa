package import Bus
import HTTPClient

/// One entry of the feed of the latest filings that the SEC's EDGAR publishes.
///
/// Its title is `D/A - Name of the Company (0001234567) (Filer)`; the rest stands in the summary, the category and the id.
package struct SECFiling: Hashable, Sendable {
    /// Such as `D`, `D/A` or `S-1`.
    package let formType: String
    package let company: String
    /// The company's number, ten digits with leading zeros.
    package let cik: String
    /// What the company is in this filing, such as `Filer` or `Subject`.
    package let role: String
    /// The number of the filing, such as `0001234567-26-000001`; the same filing stands there once for each role.
    package let accessionNumber: String
    /// When it was accepted.
    package let filed: Timestamp
    /// The page that lists its documents.
    package let link: String?

    /// - Parameter item: an entry of the feed.
    /// - Throws: `badField` with the name of the field that is not as it has to be.
    package init(_ item: FeedItem) throws(NewsError) {
        let title = try SECFiling.Title(item.title)
        // The category is made for programs; the title may be cut.
        formType = item.categories.first ?? title.formType
        company = title.company
        cik = title.cik
        role = title.role
        accessionNumber = try SECFiling.accessionNumber(item)
        guard let time = item.updated.time ?? item.published.time else {
            throw NewsError(.badField, "updated: \(item.updated)")
        }
        filed = time
        link = item.link
    }

    /// The address of the filing's data without dashes, as paths of the archive have it.
    package var accessionDigits: String { accessionNumber.filter { $0 != "-" } }

    /// Stands in the id, and in the summary behind `AccNo:`.
    private static func accessionNumber(_ item: FeedItem) throws(NewsError) -> String {
        let places = [text(behind: "accession-number=", in: item.id ?? ""), text(behind: "AccNo:", in: item.summary)]
        for place in places {
            guard let number = place?.trimmingSpaces.prefix(20), isAccessionNumber(number) else { continue }
            return String(number)
        }
        throw NewsError(.badField, "id and summary: no accession number")
    }

    private static func text(behind mark: String, in text: String) -> Substring? {
        text.firstRange(of: mark).map { text[$0.upperBound...] }
    }

    /// Ten digits, two, and six.
    private static func isAccessionNumber(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [10, 2, 6] && parts.allSatisfy { $0.utf8.allSatisfy(\.isASCIIDigit) }
    }

    private struct Title {
        let formType: String
        let company: String
        let cik: String
        let role: String

        init(_ text: String) throws(NewsError) {
            guard let dash = text.firstRange(of: " - ") else { throw NewsError(.badField, "title: no form type") }
            formType = String(text[..<dash.lowerBound].trimmingSpaces)
            var rest = text[dash.upperBound...]
            guard let role = Title.takeParentheses(&rest) else { throw NewsError(.badField, "title: no role") }
            guard let cik = Title.takeParentheses(&rest), cik.utf8.count == 10, cik.utf8.allSatisfy(\.isASCIIDigit)
            else { throw NewsError(.badField, "title: no CIK of ten digits") }
            let company = rest.trimmingSpaces
            guard !formType.isEmpty, formType.utf8.count <= 20 else { throw NewsError(.badField, "title: form type") }
            guard !company.isEmpty else { throw NewsError(.badField, "title: no company") }
            self.role = String(role)
            self.cik = String(cik)
            self.company = String(company)
        }

        /// The parentheses at the end, which go.
        private static func takeParentheses(_ text: inout Substring) -> Substring? {
            let trimmed = text.trimmingSpaces
            guard trimmed.last == ")", let open = trimmed.lastIndex(of: "(") else { return nil }
            text = trimmed[..<open]
            return trimmed[trimmed.index(after: open)...].dropLast()
        }
    }
}
