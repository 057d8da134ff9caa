import Daemon
import Testing

@Suite struct StoreConfigTests {
    @Test func `every mistake names its field`() throws {
        let text = """
            [store]
            engine = "oracle"
            [store.postgres]
            host = ""
            port = 70000
            password = "plain"
            ssl_mode = "maybe"
            ssl_root_certificate = "ca.pem"
            connections_max = 21
            connect_timeout_seconds = 11
            statement_timeout_seconds = 0
            synchronous_commit = "on"
            [store.backup]
            at = "2am"
            keep_days = 0
            folder = "backups"
            """
        let problems = try ConfigFixture().load(text).errors.map(\.path.description)
        #expect(
            Set(problems) == [
                "store.engine", "store.postgres.host", "store.postgres.port", "store.postgres.password",
                "store.postgres.ssl_mode", "store.postgres.ssl_root_certificate", "store.postgres.connections_max",
                "store.postgres.connect_timeout_seconds", "store.postgres.statement_timeout_seconds",
                "store.postgres.synchronous_commit", "store.backup.at", "store.backup.keep_days",
                "store.backup.folder",
            ]
        )
    }

    @Test func `the password is looked up and is not part of the place's text`() throws {
        let fixture = try ConfigFixture()
        try fixture.write("credentials/pg", "s3cret\n")
        let text = """
            [store]
            engine = "postgres"
            [store.postgres]
            host = "db.example.com"
            password = "cred:pg"
            """
        let config = try #require(try fixture.load(text).usable)
        let place = try DatabasePlace(config, environment: [:])
        #expect(place.text == "cryptocall@db.example.com:5432/cryptocall")
        #expect(!"\(place)".contains("s3cret"))
    }

    @Test func `backups lie in the state folder unless a folder is named`() throws {
        let fixture = try ConfigFixture()
        #expect(try #require(try fixture.load("").usable).backupFolder == "\(fixture.home)/state/backups")
        let named = try fixture.load("[store.backup]\nfolder = \"/srv/backups\"\n")
        #expect(try #require(named.usable).backupFolder == "/srv/backups")
    }
}
