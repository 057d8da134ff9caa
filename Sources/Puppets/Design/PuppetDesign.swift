import Drawing
import JSON

/// A host as data: parts, joints, features that change their form, colours by name, and what is worn in each style.
///
/// The figure is drawn in a space of 1000 x 1000 units, of which the head takes about the half.
package struct PuppetDesign: Hashable, Sendable {
    /// What a style changes.
    struct Wardrobe: Hashable, Sendable {
        let palette: [String: Color]
        /// Names of parts that are not drawn.
        let hidden: Set<String>
        let parts: [PuppetPart]
    }

    package let name: String
    /// For people: who this is.
    package let about: String
    let palette: [String: Color]
    let joints: [String: PuppetJoint]
    let parts: [PuppetPart]
    let eyes: PuppetEyes
    let brows: PuppetBrows
    let mouth: PuppetMouth
    let styles: [PuppetStyle: Wardrobe]

    /// Reads a design file.
    ///
    /// - Parameter file: JSON; a name that is not known is a mistake, as is whatever is missing.
    /// - Throws: `PuppetDesignError` with the part and the field.
    package init(file: some Collection<UInt8>) throws(PuppetDesignError) {
        guard file.count <= DesignLimits.fileBytes else {
            throw PuppetDesignError(part: "", field: "", problem: "is larger than \(DesignLimits.fileBytes) bytes")
        }
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: file)
        } catch {
            throw PuppetDesignError(part: "", field: "", problem: "is no JSON: \(error)")
        }
        try self.init(DesignReader(value))
    }

    /// The palette in a style.
    func palette(_ style: PuppetStyle) -> [String: Color] {
        palette.merging(styles[style]?.palette ?? [:]) { $1 }
    }

    /// What is drawn in a style, the farthest first.
    func parts(_ style: PuppetStyle) -> [PuppetPart] {
        guard let wardrobe = styles[style] else { return parts }
        let all = (parts + wardrobe.parts).filter { !wardrobe.hidden.contains($0.name) }
        return all.enumerated().sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }.map(\.element)
    }
}
