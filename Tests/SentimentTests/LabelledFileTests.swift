import Domain
import TestKit
import Testing

@testable import Sentiment

/// Files of labelled texts, as people write them.
@Suite struct LabelledFileTests {
    private func rows(_ text: String) throws -> [[String]] {
        var reader = CSVReader(Array(text.utf8))
        var rows: [[String]] = []
        while let row = try reader.next() { rows.append(row.cells) }
        return rows
    }

    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
        ("a\r1\r", [["a"], ["1"]]), ("\u{FEFF}a,b", [["a", "b"]]), ("a,\n,b", [["a", ""], ["", "b"]]),
        ("\"a,b\",c", [["a,b", "c"]]), ("\"a \"\"b\"\" c\",d", [["a \"b\" c", "d"]]),
        ("\"a\nb\r\nc\",d\ne,f", [["a\nb\r\nc", "d"], ["e", "f"]]), ("a \"b\" c,d", [["a \"b\" c", "d"]]),
        ("\"\",\"\"", [["", ""]]), ("\n\na\n\n", [["a"]]), ("", []), ("a,", [["a", ""]]), ("é,🚀", [["é", "🚀"]]),
        ("\"a\"b,c", [["a", "c"]]),
    ])
    func `CSV is read as RFC 4180 has it, and as people write it`(text: String, cells: [[String]]) throws {
        #expect(try rows(text) == cells)
    }

    @Test func `a quote that is never closed is named by its line`() {
        let error = #expect(throws: SentimentError.self) { try rows("a,b\n\"x\ny\",\n1,\"open\nmore") }
        #expect(error?.message == "line 4: a quote is opened and never closed")
        let wide = #expect(throws: SentimentError.self) { try rows(String(repeating: ",", count: 600)) }
        #expect(wide?.message.contains("more than 512 cells") == true)
    }

    private func file(_ text: String, _ change: (inout LabelledFile.Format) throws -> Void = { _ in }) throws
        -> LabelledFile
    {
        var format = LabelledFile.Format()
        try change(&format)
        return try LabelledFile(parsing: Array(text.utf8), format: format)
    }

    @Test(arguments: [
        "sentence,label\nGood,positive\nBad,negative\nSo,neutral\n",
        "id,news,final_manual_labelling\n1,Good,1\n2,Bad,-1\n3,So,0\n",
        "id,ticker,Senti_Label,Processed\n1,X,bullish,Good\n2,X,bearish,Bad\n3,X,Neutral,So\n",
        #"[{"id":1,"title":"Good","sentiment":0.43},{"title":"Bad","sentiment":-0.21},{"title":"So","sentiment":0}]"#,
        "text,label\nGood,BULL\nBad, bear \nSo,+0.1\n",
        "\u{FEFF}[{\"text\":\"Good\",\"label\":\"pos\"},"
            + "{\"text\":\"Bad\",\"label\":\"neg\"},{\"text\":\"So\",\"label\":\"neu\"}]",
    ])
    func `the usual files are read without being told how`(text: String) throws {
        let file = try file(text)
        #expect(
            file.texts == [LabelledText("Good", .bullish), LabelledText("Bad", .bearish), LabelledText("So", .neutral)]
        )
        #expect(file.refused.isEmpty && file.filtered == 0)
    }

    @Test func `columns can be named`() throws {
        let text = "text,body,label,mood\na,Good,0,1\n"
        let file = try file(text) {
            $0.textColumn = "body"
            $0.labelColumn = "Mood"
        }
        #expect(file.texts == [LabelledText("Good", .bullish)])
    }

    @Test func `rows that are no use are refused, each with its reason`() throws {
        let file = try file(
            "text,label\nGood,positive\n,positive\nBad,\nOdd,2\nOdd,nan\nOdd,maybe\nshort\na,b,c\n\"x\"y,1\n\"l\nl\",0\n"
        )
        #expect(file.texts.map(\.text) == ["Good", "l\nl"])
        #expect(file.refused.map(\.number) == [3, 4, 5, 6, 7, 8, 9, 10])
        let reasons = file.refused.map(\.reason)
        #expect(reasons[0] == "has no text" && reasons[1] == "has no label")
        #expect(reasons[2].hasPrefix("'2' is no label") && reasons[3].hasPrefix("'nan' is no label"))
        #expect(reasons[5] == "has 1 cells instead of 2" && reasons[6] == "has 3 cells instead of 2")
        #expect(reasons[7].hasPrefix("has text behind a closing quote"))
        let list = try self.file(#"[{"text":"Good","label":1},7,{"text":null,"label":1},{"label":"1"}]"#)
        #expect(list.texts.count == 1 && list.refused.map(\.number) == [2, 3, 4])
    }

    @Test(arguments: [
        ("", "is empty"), ("a,b\n1,2", "has no column for the text; name it with --text-column, there are: a, b"),
        ("text\nx", "has no column for the label; name it with --label-column"), ("[]", "is an empty list"),
        ("[1,", "is no JSON"), ("{\"text\":1}", "is a JSON object"),
    ])
    func `a file that is something else is refused`(text: String, message: String) {
        let error = #expect(throws: SentimentError.self) { try file(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `a column that is named and not there is told`() {
        let error = #expect(throws: SentimentError.self) { try file("text,label\na,1") { $0.textColumn = "body" } }
        #expect(error?.message.hasPrefix("has no column 'body'") == true)
    }

    @Test func `numbers are labels by the threshold`() throws {
        let text = "text,label\na,0.2\nb,0.19\nc,-0.2\nd,-0.21\ne,1\nf,-1\n"
        #expect(try file(text).texts.map(\.label) == [.bullish, .neutral, .neutral, .bearish, .bullish, .bearish])
        let wide = try file(text) { $0.labels.threshold = 0.5 }
        #expect(wide.texts.map(\.label) == [.neutral, .neutral, .neutral, .neutral, .bullish, .bearish])
    }

    @Test func `filters choose rows by a column`() throws {
        let text = "text,label,agree\na,1,All\nb,1,75\nc,1,All\nd,1,\n"
        #expect(try file(text) { $0.filters = [try RowFilter("agree=All")] }.texts.map(\.text) == ["a", "c"])
        let others = try file(text) { $0.filters = [try RowFilter("agree!=All"), try RowFilter("agree!=75")] }
        #expect(others.texts.map(\.text) == ["d"] && others.filtered == 3)
        for wrong in ["agree", "=All", "!=All", ""] {
            #expect(throws: SentimentError.self) { try RowFilter(wrong) }
        }
        let filter = try RowFilter("a=b=c")
        #expect(filter.column == "a" && filter.value == "b=c" && filter.takes("b=c") && !filter.takes(nil))
    }

    @Test func `several files are read alike, and a filter must fit one of them`() throws {
        let folder = try TemporaryFolder()
        let paths = [folder.path("a.csv"), folder.path("b.json")]
        try Files.write(Array("text,label,agree\nGood,1,All\nBad,-1,50\n".utf8), to: paths[0])
        try Files.write(Array(#"[{"text":"So","label":0}]"#.utf8), to: paths[1])
        var format = LabelledFile.Format()
        format.filters = [try RowFilter("agree!=All")]
        #expect(try LabelledFiles(paths: paths, format: format).texts.map(\.text) == ["Bad", "So"])
        format.filters = [try RowFilter("agre=All")]
        let error = #expect(throws: SentimentError.self) { try LabelledFiles(paths: paths, format: format) }
        #expect(error?.message == "no file has the column 'agre' that --only names")
        let missing = #expect(throws: SentimentError.self) {
            try LabelledFile.read(path: folder.path("none.csv"))
        }
        #expect(missing?.code == .unreadable && missing?.message.contains("none.csv") == true)
    }
}
