/// The station's own hosts, whose designs are part of the program.
package enum PuppetHosts {
    package static let nova = read(PackageResources.nova_json)
    package static let rex = read(PackageResources.rex_json)

    package static var all: [PuppetDesign] { [nova, rex] }

    /// The design of a host by the name that settings have for it.
    package static func named(_ name: String) -> PuppetDesign? {
        all.first { $0.name.lowercased() == name.lowercased() }
    }

    private static func read(_ file: [UInt8]) -> PuppetDesign {
        do throws(PuppetDesignError) {
            return try PuppetDesign(file: file)
        } catch {
            // Part of the program, and read by its tests.
            preconditionFailure(error.description)
        }
    }
}
