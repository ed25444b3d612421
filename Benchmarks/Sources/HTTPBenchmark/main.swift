// A server with constant answers, to measure what the HTTP front alone costs: see ../../measure-http.

import Glibc
import Logging
import Networking
import Synchronization

/// Answers:
/// - `/object`: 600 bytes, from the event loop; `/later`: the same from another thread.
/// - `/list`: 4.7 MB of 5,000 shared pieces.
/// - `/watch`: a stream; `/publish?events=N`: N events of 600 bytes to each of the streams.
/// - `/usage`: CPU time of the process so far, in microseconds.
final class BenchmarkHandler: RequestHandler {
  private let object = [UInt8](repeating: UInt8(ascii: "o"), count: 600)
  private let list = (0..<5_000).map {
    [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 940)
  }
  private let watchers = Mutex<[BodyWriter]>([])

  func handle(_ request: ServerRequest, _ responder: Responder) {
    switch request.path {
    case "/object": responder.send(answer(object))
    case "/later": Task { responder.send(answer(object)) }  // another thread is what is measured
    case "/list":
      responder.send(
        ServerResponse(
          status: 200, headers: ["content-type": "application/json"], body: .chunks(list)))
    case "/watch":
      let writer = responder.stream(ResponseHead())
      watchers.withLock { $0.append(writer) }
    case "/publish":
      let count = request.query["events"].flatMap { Int($0) } ?? 1
      Task { publish(count, then: responder) }  // blocks, so it leaves the event loop
    case "/usage":
      responder.send(answer(Array("\(Self.cpuMicroseconds())\n".utf8)))
    default: responder.send(ServerResponse(status: 404))
    }
  }

  private func answer(_ body: [UInt8]) -> ServerResponse {
    ServerResponse(status: 200, contentType: "application/json", body: body)
  }

  /// Writes as a watch cache would: each event to each watcher, waiting for slow ones.
  private func publish(_ count: Int, then responder: Responder) {
    let watchers = self.watchers.withLock { $0 }.filter(\.isOpen)
    let start = Self.cpuMicroseconds()
    for _ in 0..<count {
      for watcher in watchers {
        while !watcher.isWritable, watcher.isOpen { usleep(50) }
        watcher.write(object)
      }
    }
    for watcher in watchers { watcher.finish() }
    let spent = Self.cpuMicroseconds() - start
    let text =
      "\(watchers.count) watchers, \(spent) us, "
      + "\(Double(spent) / Double(max(1, count * watchers.count))) us per delivered event\n"
    responder.send(answer(Array(text.utf8)))
  }

  private static func cpuMicroseconds() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
      + Int(usage.ru_utime.tv_usec) + Int(usage.ru_stime.tv_usec)
  }
}

let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8443
var configuration = ServerConfiguration(
  addresses: [ListenAddress(host: "127.0.0.1", port: port)],
  tls: try ServerTLS(BenchmarkCertificate.make()), logger: Logger(label: "benchmark"))
configuration.limits.resetsMax = .max
let server = try await HTTPServer.start(configuration, handler: BenchmarkHandler())
print("listening on \(server.addresses[0]), process \(getpid())")
// Ends with its parent's pipe.
while readLine() != nil {}
await server.stop(drain: .zero)
