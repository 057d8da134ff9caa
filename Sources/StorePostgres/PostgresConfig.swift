package import Store

/// Where the PostgreSQL database is, who we are there, and how careful and patient we are.
package struct PostgresConfig: Hashable, Sendable {
    /// How much the connection is protected; the names are libpq's.
    package enum TLSMode: String, Hashable, Sendable, CaseIterable {
        case disable
        /// Encrypted if the server can; says nothing about who the server is.
        case prefer
        /// Encrypted or not at all.
        case require
        /// Encrypted, and the server's certificate comes from a trusted authority.
        case verifyCA = "verify-ca"
        /// As `verifyCA`, and the certificate names the host.
        case verifyFull = "verify-full"
    }

    /// How far a commit has got when it is acknowledged.
    package enum SynchronousCommit: String, Hashable, Sendable, CaseIterable {
        /// On the server's disk, and on that of its synchronous standbys: survives a crash of the server.
        case full
        /// With the server: its crash may lose the last moments, and the database stays whole.
        case off

        /// The server's name for it.
        package var setting: String { self == .full ? "on" : "off" }
    }

    /// A host name, an address, or the folder of a socket when it starts with `/`.
    package var host: String
    package var port: UInt16
    package var database: String
    package var user: String
    /// Never logged.
    ///
    /// `nil` where the server needs none.
    package var password: String?
    package var tls = TLSMode.prefer
    /// The file of the certificates that are trusted; `nil` for libpq's default.
    package var tlsRootCertificates: String?
    package var synchronousCommit = SynchronousCommit.full
    /// What the server's lists of connections show.
    package var applicationName = "cryptocalld"
    /// Connections for single statements, `connectionsLimit` at most.
    ///
    /// Two more are used: one writes, one listens.
    package var connectionsMax = 8
    /// A connection that has not been used for so long is closed; one always stays.
    package var idleSecondsMax = 30.0
    package var connectTimeoutSeconds = 2.0
    /// How long a statement may take before the server gives it up.
    package var statementTimeoutSeconds = 30.0
    /// How long the server lets a transaction wait for its next statement.
    package var transactionIdleTimeoutSeconds = 30.0
    /// How long a statement waits for a connection before it fails.
    package var waitTimeoutSeconds = 30.0
    /// How long an outage lasts until statements are failed at each attempt to connect instead of waiting for the next.
    package var outageWaitSeconds = 2.0
    /// Statements that wait for a connection; the next one gets `.busy`.
    package var waitingMax = 8192
    /// Statements under way on one connection.
    package var inFlightMax = 64
    /// How often to look for what other daemons have logged, should a notice of it have been lost.
    package var followIntervalSeconds = 1.0
    package var limits = WriteLimits()

    /// The most connections for single statements.
    package static let connectionsLimit = 20

    package init(host: String, port: UInt16 = 5432, database: String, user: String, password: String? = nil) {
        self.host = host
        self.port = port
        self.database = database
        self.user = user
        self.password = password
    }
}

/// Says where and who, and never the password.
extension PostgresConfig: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(user)@\(host):\(port)/\(database)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror {
        Mirror(self, children: ["address": description, "hasPassword": password != nil])
    }
}
