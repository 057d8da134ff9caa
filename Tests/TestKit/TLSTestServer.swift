import Glibc
import Threading

/// A TLS server for tests: a Python process with a certificate from an authority that is made for it.
///
/// It answers every request with the number of the connection, over HTTP/2 where that is offered and asked for.
package final class TLSTestServer: Sendable {
    struct Failure: Error {
        let what: String
    }

    /// Whether `openssl` and `python3` are there.
    package static let isAvailable = ["openssl", "python3"].allSatisfy { access("/usr/bin/\($0)", X_OK) == 0 }

    package let port: Int
    /// The PEM file of the authority.
    package let authority: String
    private let process: pid_t
    private let lifeline: Int32

    /// Starts a server, on a thread of its own because that waits for the process.
    package static func start(http2: Bool) async throws -> TLSTestServer {
        let result: Result<TLSTestServer, any Error> = await withCheckedContinuation { waiter in
            do {
                _ = try OSThread(name: "tls-server") {
                    waiter.resume(returning: Result { try TLSTestServer(http2: http2) })
                }
            } catch {
                waiter.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    private init(http2: Bool) throws {
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        guard pipe(&input) == 0, pipe(&output) == 0 else { throw Failure(what: "no pipe") }
        for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input[0], 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        let words = ["sh", "-c", Self.shell, "sh", Self.python, http2 ? "h2" : "http/1.1"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        guard posix_spawn(&process, "/bin/sh", &actions, nil, &arguments, environ) == 0 else {
            throw Failure(what: "no process")
        }
        close(input[0])
        close(output[1])
        defer { close(output[0]) }
        self.process = process
        lifeline = input[1]
        // Two lines: the authority's file, then the port.
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while text.count(where: { $0 == 0x0a }) < 2, read(output[0], &byte, 1) == 1 { text.append(byte) }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        guard lines.count == 2, let port = Int(lines[1]) else {
            close(lifeline)
            throw Failure(what: "the process said nothing")
        }
        authority = String(lines[0])
        self.port = port
    }

    deinit {
        close(lifeline)  // its standard input: the process removes its files and ends with it
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    private static let shell = """
        set -e
        directory=$(mktemp -d)
        cd "$directory"
        key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        openssl req -x509 $key -keyout ca.key -out ca.pem -days 2 -subj /CN=authority 2>log
        openssl req $key -keyout server.key -out server.csr -subj /CN=localhost 2>log
        echo subjectAltName=DNS:localhost >extensions
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
            -extfile extensions -out server.pem 2>log
        echo "$directory/ca.pem"
        exec python3 -c "$1" "$2"
        """

    private static let python = """
        import os, shutil, socket, ssl, struct, sys, threading

        def end_with_parent():
            sys.stdin.buffer.read()
            shutil.rmtree(os.getcwd(), ignore_errors=True)
            os._exit(0)

        def exactly(connection, count):
            data = b""
            while len(data) < count:
                more = connection.recv(count - len(data))
                if not more:
                    raise EOFError
                data += more
            return data

        def frame(kind, flags, stream, payload=b""):
            return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload

        def http2(connection, number):
            exactly(connection, 24)
            connection.sendall(frame(4, 0, 0))
            while True:
                head = exactly(connection, 9)
                kind, flags = head[3], head[4]
                stream = struct.unpack(">I", head[5:])[0]
                payload = exactly(connection, int.from_bytes(head[:3], "big"))
                if kind in (4, 6) and not flags & 1:
                    connection.sendall(frame(kind, 1, 0, payload if kind == 6 else b""))
                if kind in (0, 1) and flags & 1:
                    connection.sendall(frame(1, 4, stream, b"\\x88") + frame(0, 1, stream, str(number).encode()))

        def http1(connection, number):
            data = b""
            while True:
                while b"\\r\\n\\r\\n" not in data:
                    more = connection.recv(65536)
                    if not more:
                        return
                    data += more
                data = data.split(b"\\r\\n\\r\\n", 1)[1]
                body = str(number).encode()
                connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)

        def serve(raw, number):
            try:
                connection = context.wrap_socket(raw, server_side=True)
                (http2 if connection.selected_alpn_protocol() == "h2" else http1)(connection, number)
            except (OSError, EOFError):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("server.pem", "server.key")
        context.set_alpn_protocols([sys.argv[1]])
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=end_with_parent, daemon=True).start()
        print(listener.getsockname()[1], flush=True)
        number = 0
        while True:
            raw, _ = listener.accept()
            number += 1
            threading.Thread(target=serve, args=(raw, number), daemon=True).start()
        """
}
