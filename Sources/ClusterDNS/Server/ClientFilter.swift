package import Foundations
import NIOCore
import Synchronization

/// Who may ask: pods, and this machine itself. A server that answers everybody is a tool for
/// flooding others.
package final class ClientFilter: Sendable {
  private struct Own {
    var addresses: Set<IPAddress> = []
    var readAt: ContinuousClock.Instant?
  }

  private let networks: [CIDR]
  private let readOwnAddresses: @Sendable () -> Set<IPAddress>
  private let own = Mutex(Own())

  /// Strangers make us look at the machine's addresses at most this often.
  private static let readInterval = Duration.seconds(5)

  /// - Parameter networks: where pods are.
  package init(
    networks: [CIDR],
    ownAddresses: @escaping @Sendable () -> Set<IPAddress> = ClientFilter.machineAddresses
  ) {
    self.networks = networks + [Self.loopback]
    self.readOwnAddresses = ownAddresses
  }

  private static let loopback = CIDR(
    IPAddress(family: .v4, value: 0x7F00_0000), prefixLength: 8)

  package func admits(_ address: IPAddress, now: ContinuousClock.Instant = .now) -> Bool {
    if networks.contains(where: { $0.contains(address) }) { return true }
    return own.withLock { own in
      if own.addresses.contains(address) { return true }
      if let readAt = own.readAt, now - readAt < Self.readInterval { return false }
      own.readAt = now
      own.addresses = readOwnAddresses()
      return own.addresses.contains(address)
    }
  }

  func admits(_ address: SocketAddress?) -> Bool {
    guard let address = address.flatMap({ IPAddress(socket: $0) }) else { return false }
    return admits(address)
  }

  /// Empty where the machine does not tell: then it is served like anybody else.
  package static func machineAddresses() -> Set<IPAddress> {
    do {
      return Set(
        try System.enumerateDevices().compactMap { device in
          device.address.flatMap { IPAddress(socket: $0) }
        })
    } catch {
      return []
    }
  }
}

extension IPAddress {
  /// `nil` for addresses of files. Takes the bytes from where ip(7) and ipv6(7) have them: cheaper
  /// than the address's text, once for each datagram.
  init?(socket: SocketAddress) {
    switch socket {
    case .v4(let address):
      // Family, port, then the address.
      self.init(bytes: withUnsafeBytes(of: address.address) { Array($0[4..<8]) })
    case .v6(let address):
      // Family, port, flow information, then the address.
      self.init(bytes: withUnsafeBytes(of: address.address) { Array($0[8..<24]) })
    case .unixDomainSocket: return nil
    }
  }
}
