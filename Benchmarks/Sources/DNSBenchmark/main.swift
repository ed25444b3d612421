// A name server with 10,000 Services, half of them headless, to measure what a question and a change
// cost: see ../../measure-dns.

import ClusterDNS
import Foundations
import Glibc
import NIOCore
import NIOPosix
import Resources

let serviceCount = 10_000

/// The Service `sN` of namespace `default`: headless with eight endpoints where N is odd.
func records(_ index: Int, _ domain: ClusterDomain) -> [DomainName: [RecordData]] {
  let service = Service([
    "metadata": ["namespace": "default", "name": Document("s\(index)")],
    "spec": [
      "clusterIP": index % 2 == 1 ? "None" : Document("10.43.\(index / 250).\(index % 250 + 1)"),
      "ports": [["name": "http", "port": 80, "protocol": "TCP"]],
    ],
  ])
  let endpoints = (0..<8).map { number in
    Endpoint(["addresses": [Document("10.42.\(index / 250).\((index + number) % 250)")]])
  }
  var slice = EndpointSlice([
    "metadata": ["namespace": "default", "name": Document("s\(index)-a")],
    "addressType": "IPv4", "ports": [["name": "http", "port": 80, "protocol": "TCP"]],
  ])
  slice.endpoints = endpoints
  return ServiceNames.records(of: service, slices: index % 2 == 1 ? [slice] : [], in: domain)
}

guard let address = IPAddress("127.0.0.1"), let serverAddress = IPAddress("10.43.0.10"),
  let services = CIDR("10.43.0.0/16"), let pods = CIDR("10.42.0.0/16"),
  let domain = ClusterDomain(
    "cluster.local", serverAddress: serverAddress, ownNetworks: [services, pods]),
  CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1])
else { fatalError("usage: DNSBenchmark PORT") }

let clock = ContinuousClock()
var builder = ZoneBuilder(domain)
builder.update(namespace: "default", exists: true)
let building = clock.measure {
  for index in 0..<serviceCount {
    builder.update(ObjectKey(namespace: "default", name: "s\(index)"), records(index, domain))
  }
}
var zone = builder.zone
let rounds = 100
let changing = clock.measure {
  for index in 0..<rounds {
    let key = ObjectKey(namespace: "default", name: "s\(index)")
    builder.update(key, index % 2 == 0 ? [:] : records(index + 2, domain))
    zone = builder.zone
  }
}
for index in 0..<rounds {
  builder.update(ObjectKey(namespace: "default", name: "s\(index)"), records(index, domain))
}
let final = builder.zone
print("\(serviceCount) Services in \(building), a change in \(changing / rounds)")

/// What an answer costs without any socket.
func replyTime(_ name: String, _ type: RecordType, _ responder: Responder) -> Duration {
  guard let name = DomainName(name) else { fatalError("\(name) is no name") }
  var writer = MessageWriter(
    MessageHeader(id: 1), Question(name, type),
    extended: ExtendedDNS(datagramByteCountMax: 1232), byteCountMax: 512)
  let query = writer.finish()
  let count = 200_000
  return clock.measure {
    for _ in 0..<count { _ = responder.reply(to: query, over: .datagram) }
  } / count
}

let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
let responder = Responder(zone: { final }, forwarder: Forwarder(on: eventLoop))
for (name, type) in [
  ("s100.default.svc.cluster.local", RecordType.a),
  ("www.example.com.default.svc.cluster.local", .a), ("s101.default.svc.cluster.local", .a),
] { print("\(name): \(replyTime(name, type, responder)) without sockets") }
let server = try await DNSServer.start(
  address, port: port,
  responder: responder, filter: ClientFilter(networks: []), on: eventLoop)
print("ready")
fflush(nil)
// Ends with the script that started it.
while readLine() != nil {}
server.close()
