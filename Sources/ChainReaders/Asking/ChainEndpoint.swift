package import HTTPClient

/// One node of a chain that can be asked by JSON-RPC.
package struct ChainEndpoint: Hashable, Sendable {
    /// What it is called in answers, logs and metrics; its address may hold a key and is shown nowhere.
    package let name: String
    package let url: String
    /// What goes along with each request: a key, where there is one.
    package let headers: HTTPHeaders
    /// The most questions in a second; they wait for one another.
    package let callsPerSecond: Int

    package init(name: String, url: String, headers: HTTPHeaders = [:], callsPerSecond: Int = 4) {
        self.name = name
        self.url = url
        self.headers = headers
        self.callsPerSecond = callsPerSecond
    }
}
