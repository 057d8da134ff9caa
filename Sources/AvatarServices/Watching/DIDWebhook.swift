import JSON

/// Reads D-ID's webhooks, which nobody has signed.
///
/// Anybody may have sent them: they say nothing of a film but that it is time to ask, which `PollPlan.hinted` keeps from
/// being too often.
package enum DIDWebhook {
    private static let bodyBytesMax = 256 * 1024

    /// - Returns: the service's id of a film, to be asked for if it is one of ours; `nil` for anything else.
    package static func hint(_ body: [UInt8]) -> String? {
        guard body.count <= bodyBytesMax, let told = try? JSONValue(parsing: body), let id = told["id"]?.string,
            ServicePath.isPart(id)
        else { return nil }
        return id
    }
}
