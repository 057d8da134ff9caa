import JSON
import Testing

@testable import FaultServer

/// What a script may say, and how it is told what is wrong.
@Suite struct ScriptTests {
    @Test(arguments: [
        (#"{"models":[]}"#, "models"),
        (#"{"model":{}}"#, "model"),
        (#"{"models":{"m":3}}"#, "models.m"),
        (#"{"models":{"m":[]}}"#, "models.m"),
        (#"{"models":{"m":{}}}"#, "models.m.do"),
        (#"{"models":{"m":{"do":"sing"}}}"#, "models.m.do"),
        (#"{"models":{"m":{"do":7}}}"#, "models.m.do"),
        (#"{"models":{"m":[{"do":"answer"},{"do":"answer","events":-1}]}}"#, "models.m[1].events"),
        (#"{"models":{"m":{"do":"answer","events":1.5}}}"#, "models.m.events"),
        (#"{"models":{"m":{"do":"answer","text":1}}}"#, "models.m.text"),
        (#"{"models":{"m":{"do":"answer","text":"a","events":0}}}"#, "models.m.events"),
        (#"{"models":{"m":{"do":"answer","after":1}}}"#, "models.m.after"),
        (#"{"models":{"m":{"do":"answer","first_ms":-1}}}"#, "models.m.first_ms"),
        (#"{"models":{"m":{"do":"answer","gap_ms":"1"}}}"#, "models.m.gap_ms"),
        (#"{"models":{"m":{"do":"answer","flush":"never"}}}"#, "models.m.flush"),
        (#"{"models":{"m":{"do":"answer","finish":"end_turn"}}}"#, "models.m.finish"),
        (#"{"models":{"m":{"do":"answer","usage":{"input":1}}}}"#, "models.m.usage.output"),
        (#"{"models":{"m":{"do":"answer","usage":{"input":1,"output":-1}}}}"#, "models.m.usage.output"),
        (#"{"models":{"m":{"do":"answer","usage":{"input":1,"output":1,"total":2}}}}"#, "models.m.usage.total"),
        (#"{"models":{"m":{"do":"answer","no_usage":1}}}"#, "models.m.no_usage"),
        (#"{"models":{"m":{"do":"answer","tool":{"arguments":{}}}}}"#, "models.m.tool.name"),
        (#"{"models":{"m":{"do":"answer","tool":[{"name":"f"},{"name":1}]}}}"#, "models.m.tool[1].name"),
        (#"{"models":{"m":{"do":"recorded"}}}"#, "models.m.file"),
        (#"{"models":{"m":{"do":"recorded","file":"missing.sse"}}}"#, "models.m.file"),
        (#"{"models":{"m":{"do":"silent","first_ms":1}}}"#, "models.m.first_ms"),
        (#"{"models":{"m":{"do":"stall","after":"two"}}}"#, "models.m.after"),
        (#"{"models":{"m":{"do":"cut","after":1,"after_bytes":9}}}"#, "models.m.after_bytes"),
        (#"{"models":{"m":{"do":"cut","terminated":"yes"}}}"#, "models.m.terminated"),
        (#"{"models":{"m":{"do":"error_event","named":true,"bare":true}}}"#, "models.m.bare"),
        (#"{"models":{"m":{"do":"status"}}}"#, "models.m.status"),
        (#"{"models":{"m":{"do":"status","status":100}}}"#, "models.m.status"),
        (#"{"models":{"m":{"do":"status","status":500,"headers":{"a b":"c"}}}}"#, "models.m.headers.a b"),
        (#"{"models":{"m":{"do":"status","status":500,"headers":{"a":"b\r\nc"}}}}"#, "models.m.headers.a"),
        (
            #"{"models":{"m":{"do":"status","status":500,"headers":{"Content-Length":"3"}}}}"#,
            "models.m.headers.Content-Length"
        ),
        (#"{"models":{"m":{"do":"status","status":500,"html":true,"body":{}}}}"#, "models.m.body"),
        (#"{"default":{"do":"no_done","hangs":0}}"#, "default.hangs"),
        (#"{"default":[{"do":"answer"}]}"#, "default"),
        ("{", ""),
        ("[]", ""),
    ])
    func `a mistake is told with the name of its field`(_ script: String, _ field: String) {
        #expect { try FaultScript(parsing: Array(script.utf8), directory: ServerFixture.directory) } throws: { error in
            (error as? ScriptError)?.field == field
        }
    }

    @Test func `a file that is not there is told`() {
        #expect(throws: ScriptError.self) { try FaultScript(file: "/nowhere/script.json") }
    }

    @Test func `a text is cut between characters, into no more pieces than it has`() {
        #expect(TextPieces.split("abcdefg", into: 3) == ["ab", "cd", "efg"])
        #expect(TextPieces.split("e\u{301}😀", into: 9) == ["e\u{301}", "😀"])
        #expect(TextPieces.split("", into: 9).isEmpty)
        #expect(TextPieces.generated(2) == ["the", " market"])
    }

    @Test func `a directory is what stands before the last slash`() {
        #expect(FileBytes.directory(of: "a/b.json") == "a")
        #expect(FileBytes.directory(of: "/b.json") == "/")
        #expect(FileBytes.directory(of: "b.json") == ".")
        #expect(FileBytes.path("x.sse", in: "a") == "a/x.sse")
        #expect(FileBytes.path("/x.sse", in: "a") == "/x.sse")
    }
}
