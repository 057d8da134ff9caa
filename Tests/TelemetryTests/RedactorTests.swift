import Logging
import Telemetry
import Testing

struct RedactorTests {
    @Test(arguments: [
        "password", "api_key", "apiKey", "X-API-KEY", "llm.openai.api_key", "authorization", "refresh_token", "cookie",
        "db.password.value", "client_secret", "privateKey",
    ])
    func `a key that names a secret hides its value`(key: String) {
        #expect(Redactor().redact("plain", key: key) == "[redacted]")
    }

    @Test(arguments: ["tokens", "symbol", "keyboard", "secretary", "passwords_checked", "user_id"])
    func `an ordinary key shows its value`(key: String) {
        #expect(Redactor().redact("plain", key: key) == "plain")
    }

    @Test func `a registered value is hidden wherever it turns up`() {
        let redactor = Redactor()
        #expect(redactor.register(secret: "s3cr3t/key+"))
        #expect(redactor.redact("GET /?k=s3cr3t%2Fkey%2B and s3cr3t/key+!") == "GET /?k=[redacted] and [redacted]!")
        #expect(redactor.redact("nothing here") == "nothing here")
    }

    @Test func `a secret inside a longer secret leaves no rest`() {
        let redactor = Redactor()
        redactor.register(secret: "abcdef")
        redactor.register(secret: "abcdefghij")
        #expect(redactor.redact("abcdefghij abcdef") == "[redacted] [redacted]")
    }

    @Test func `a value too short to hide is refused`() {
        let redactor = Redactor()
        #expect(!redactor.register(secret: "abc"))
        #expect(redactor.redact("abc") == "abc")
    }

    @Test(arguments: [
        ("postgres://u:p@ss@db/x", "postgres://u:[redacted]@db/x"),
        ("see http://a:1/x?y=b:c@d", "see http://a:1/x?y=b:c@d"),
        ("http://u:1@h http://v:2@h", "http://u:[redacted]@h http://v:[redacted]@h"),
        ("http://user@host:80/", "http://user@host:80/"),
    ])
    func `the password in a URL is hidden`(text: String, shown: String) {
        #expect(Redactor().redact(text) == shown)
    }

    @Test func `secrets do not pass the pipeline`() throws {
        let redactor = Redactor()
        let sink = CollectingSink()
        let pipeline = try LogPipeline(sink: sink, redactor: redactor)
        let logger = Logger(label: "llm") {
            QueueLogHandler(label: $0, pipeline: pipeline, levels: LogLevels())
        }
        redactor.register(secret: "sk-1234567890")
        logger.info(
            "asked with sk-1234567890",
            metadata: [
                "header": ["authorization": "Bearer xyz"], "list": [["password": "hunter2"]],
                LogKey.path: "/v1?key=sk-1234567890", LogKey.tokens: "17",
            ]
        )
        #expect(pipeline.close(within: .seconds(5)))
        let record = try #require(sink.records.first)
        #expect(record.message == "asked with [redacted]")
        #expect(
            record.fields == [
                LogField("header.authorization", "[redacted]"), LogField("list", "[{password: [redacted]}]"),
                LogField("path", "/v1?key=[redacted]"), LogField("tokens", "17"),
            ]
        )
    }
}
