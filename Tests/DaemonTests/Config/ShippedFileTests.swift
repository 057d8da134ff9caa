import Daemon
import Testing

/// `etc/cryptocall.toml` and the code say the same.
@Suite struct ShippedFileTests {
    @Test func `the shipped file loads without a word and changes nothing`() throws {
        let report = try ConfigFixture().load(try ShippedFile.text())
        #expect(report.text == "")
        #expect(report.usable?.configuration == Configuration())
    }

    @Test func `every key stands in the shipped file, below a comment`() throws {
        let text = try ShippedFile.text()
        let document = try TOMLDocument(parsing: Array(text.utf8))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for leaf in Configuration.configSchema.leaves() {
            if case .list(.table) = leaf.schema { continue }
            guard let place = document.positions[leaf.path] else {
                Issue.record("\(leaf.path) is missing")
                continue
            }
            #expect(lines[place.line - 2].hasPrefix("# "), "\(leaf.path) has no comment above it")
        }
    }

    @Test func `keys are marked for reload exactly where the code says so`() throws {
        let text = try ShippedFile.text()
        let document = try TOMLDocument(parsing: Array(text.utf8))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for leaf in Configuration.configSchema.leaves() where !leaf.path.description.hasPrefix("market.endpoints.") {
            guard let place = document.positions[leaf.path] else { continue }
            #expect(lines[place.line - 2].contains("(reload)") == leaf.isReloadable, "\(leaf.path)")
        }
    }

    @Test func `the examples in comments work and show every key`() throws {
        let text = try ShippedFile.text()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") && line != "#" ? line.dropFirst() : line
        }
        let fixture = try ConfigFixture()
        let report = try fixture.load(lines.joined(separator: "\n"))
        #expect(report.errors.map(\.description) == [])
        let config = try #require(report.usable)
        for leaf in Configuration.configSchema.leaves() {
            guard case .list(.table(let fields)) = leaf.schema else { continue }
            for field in fields {
                let path = leaf.path.index(0).key(field.name)
                #expect(config.origin(of: path) != .standard, "\(path) has no example")
            }
        }
    }

    @Test func `no two keys are set by the same variable`() {
        let leaves = Configuration.configSchema.leaves()
        #expect(leaves.count > 50)
        let names = leaves.map { leaf in
            leaf.path.components.map { if case .key(let name) = $0 { name.uppercased() } else { "" } }
                .joined(separator: "_")
        }
        #expect(Set(names).count == names.count)
    }

    @Test func `every property of a section is a key`() {
        func check(_ value: Any, _ schema: ConfigSchema, _ name: String) {
            guard case .table(let fields) = schema else { return }
            let children = Array(Mirror(reflecting: value).children)
            #expect(children.count == fields.count, "\(name)")
            for (child, field) in zip(children, fields) { check(child.value, field.schema, "\(name).\(field.name)") }
        }
        check(Configuration(), Configuration.configSchema, "")
        check(ZeroMQConfig.Key(), ZeroMQConfig.Key.configSchema, "key")
    }
}
