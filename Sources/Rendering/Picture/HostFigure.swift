import Puppets
import RenderWire

/// How a host looks, found by the names in an order.
struct HostFigure {
    let design: PuppetDesign
    let style: PuppetStyle
    let mood: PuppetMood

    /// - Parameters:
    ///   - host: as it is ordered.
    ///   - field: where in the order.
    /// - Throws: `RenderFault` with `.badOrder` that names the field and what there is.
    init(_ host: RenderHost, field: String) throws(RenderFault) {
        guard let design = PuppetHosts.named(host.figure) else {
            let known = PuppetHosts.all.map(\.name).joined(separator: ", ")
            throw RenderFault(.badOrder, "\(field).figure: nobody is called \(host.figure); there are \(known)")
        }
        guard let style = PuppetStyle(rawValue: host.style) else {
            let known = PuppetStyle.allCases.map(\.rawValue).joined(separator: ", ")
            throw RenderFault(.badOrder, "\(field).style: must be one of \(known)")
        }
        guard let mood = PuppetMood(rawValue: host.mood) else {
            let known = PuppetMood.allCases.map(\.rawValue).joined(separator: ", ")
            throw RenderFault(.badOrder, "\(field).mood: must be one of \(known)")
        }
        (self.design, self.style, self.mood) = (design, style, mood)
    }
}
