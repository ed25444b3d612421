import Foundations
import Security

extension Timestamp {
  /// 2026-03-01T12:00:00Z.
  static let sample = Timestamp(seconds: 1_772_366_400)

  func after(_ duration: Duration) -> Timestamp { advanced(by: duration) }
}

extension ClusterNaming {
  static let sample = ClusterNaming(
    nodeName: "Node-1", nodeAddresses: [IPAddress("192.0.2.7")!, IPAddress("2001:db8::7")!],
    clusterDomain: "cluster.local", apiServiceAddress: IPAddress("10.43.0.1")!,
    extraServerNames: ["Api.example.com", "203.0.113.9"])
}

extension Duration {
  static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
