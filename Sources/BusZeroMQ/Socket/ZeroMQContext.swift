import CZeroMQ

/// A libzmq context: its background thread and the sockets made in it.
///
/// Every socket keeps its context alive, so the context ends after the last of them. Ending it may wait for as long as
/// the sockets linger, so that belongs on a plain thread.
final class ZeroMQContext {
    let raw: UnsafeMutableRawPointer

    /// Makes a context for at most `socketsMax` sockets; connected peers do not count.
    init(socketsMax: Int32 = 1023) throws(ZeroMQError) {
        guard let raw = zmq_ctx_new() else { throw .last("cannot make a ZeroMQ context") }
        self.raw = raw
        zmq_ctx_set(raw, ZMQ_MAX_SOCKETS, socketsMax)
    }

    deinit {
        while zmq_ctx_term(raw) != 0 && zmq_errno() == EINTR {}
    }
}
