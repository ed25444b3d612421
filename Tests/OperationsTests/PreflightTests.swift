import Foundation
import Foundations
import NodeAgent
import Testing

@testable import Operations

@Suite struct PreflightTests {
  @Test(
    "a port that somebody uses is told, with the setting that moves it",
    arguments: [NeededPort.Transport.tcp, .udp], ["127.0.0.1", "::1"])
  func busyPort(_ transport: NeededPort.Transport, _ host: String) throws {
    let taker = try PortTaker(transport, try #require(IPAddress(host)))
    let port = taker.needed
    let error = #expect(throws: PreflightError.self) { try port.requireFree() }
    #expect(error == .portTaken(port))
    #expect(
      try #require(error).description
        .hasPrefix("another process already uses \(port): stop it (ss -l"))
    #expect(try #require(error).description.hasSuffix("choose another port with --some-port"))
    taker.end()
    try port.requireFree()
    try port.requireFree()
  }

  @Test("an address that the machine does not have is no busy port")
  func foreignAddress() throws {
    let port = NeededPort(
      purpose: "a test", address: try #require(IPAddress("192.0.2.77")), port: 0, transport: .tcp,
      setting: "--some-port")
    #expect(throws: PreflightError.portRefused(port, code: EADDRNOTAVAIL)) {
      try port.requireFree()
    }
  }

  @Test("the clock may be five minutes behind what was last written, and no second more")
  func clock() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }  // best effort: a test's litter
    let stored = StoredTime(dataDirectory: directory.path)
    try stored.check(now: Timestamp(seconds: 0))
    let store = directory.appending(path: "store")
    try FileManager.default.createDirectory(at: store, withIntermediateDirectories: true)
    let path = store.appending(path: "store.sqlite").path
    let attributes: [FileAttributeKey: Any] = [
      .modificationDate: Date(timeIntervalSince1970: 1_800_000_000)
    ]
    #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: attributes))
    try stored.check(now: Timestamp(seconds: 1_800_000_000 - 300))
    let early = Timestamp(seconds: 1_800_000_000 - 301)
    #expect(
      throws: PreflightError.clockBehindData(
        path: path, written: Timestamp(seconds: 1_800_000_000), now: early)
    ) { try stored.check(now: early) }
  }

  @Test("what an unprivileged process lacks is named, and what pods do without is not")
  func capabilities() {
    #expect(ProcessCapabilities(bits: .max).missing.isEmpty)
    #expect(ProcessCapabilities(bits: ~(1 << 24 | 1 << 16)).missing.isEmpty)
    #expect(
      ProcessCapabilities(bits: ~(1 << 12 | 1 << 21)).missing == ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"])
    #expect(!ProcessCapabilities(bits: 0).mayLowerOOMScore)
  }
}

/// Holds a port of this machine that the system chose.
private final class PortTaker {
  private let descriptor: Int32
  let needed: NeededPort

  init(_ transport: NeededPort.Transport, _ address: IPAddress) throws {
    let kind = transport == .tcp ? SOCK_STREAM : SOCK_DGRAM
    descriptor = socket(address.family == .v4 ? AF_INET : AF_INET6, Int32(kind.rawValue), 0)
    var name = sockaddr_storage()
    name.ss_family = sa_family_t(address.family == .v4 ? AF_INET : AF_INET6)
    let place = address.family == .v4 ? 4 : 8  // where sockaddr_in and sockaddr_in6 keep it
    withUnsafeMutableBytes(of: &name) { bytes in
      for (index, byte) in address.bytes.enumerated() { bytes[place + index] = byte }
    }
    let size = socklen_t(
      address.family == .v4
        ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
    var length = size
    let descriptor = descriptor
    let isBound = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    try #require(isBound)
    if transport == .tcp { try #require(listen(descriptor, 1) == 0) }
    let port = withUnsafeBytes(of: &name) { UInt16($0[2]) << 8 | UInt16($0[3]) }
    needed = NeededPort(
      purpose: "a test", address: address, port: port, transport: transport, setting: "--some-port")
  }

  func end() { close(descriptor) }
}
