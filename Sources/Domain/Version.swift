/// Which release of the station this is: the daemon, its command line, and the contract they publish.
package enum Version {
    package static let current = "0.1.0"
}
