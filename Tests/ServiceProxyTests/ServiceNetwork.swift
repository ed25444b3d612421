import Foundations
import Testing

@testable import ServiceProxy

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A node, two pods on it and a client outside, each a network namespace of the test:
/// client 192.0.2.2 - node 192.0.2.1, 10.42.0.1 - pods 10.42.0.2 and 10.42.0.3.
struct ServiceNetwork {
  let prefix: String
  static let podAddresses = ["10.42.0.2", "10.42.0.3"]
  var node: String { "\(prefix)-node" }
  var client: String { "\(prefix)-client" }
  func pod(_ index: Int) -> String { "\(prefix)-pod\(index)" }
  private var namespaces: [String] { [node, client, pod(0), pod(1)] }
  var loader: RuleLoader {
    let enter = ["ip", "netns", "exec", node]
    return RuleLoader(nft: enter + ["nft"], conntrack: enter + ["conntrack"])
  }

  /// Whether this machine lets a test make namespaces and rules in them.
  static func isPossible() async -> Bool {
    guard geteuid() == 0 else { return false }
    do {
      for program in ["nft", "ip", "python3"] {
        let version = program == "ip" ? "-V" : "--version"
        guard try await Command(program, [version]).run().exitCode == 0 else { return false }
      }
      return true
    } catch {
      return false
    }
  }

  /// Makes the network, runs `body` in it, and removes all of it, its processes included.
  static func with(_ body: (ServiceNetwork) async throws -> Void) async throws {
    let network = ServiceNetwork(prefix: "mp\(UInt32.random(in: 0...0xffff_ffff))")
    let result: Result<Void, any Error>
    do {
      try await network.build()
      result = .success(try await body(network))
    } catch {
      result = .failure(error)
    }
    for namespace in network.namespaces {
      let pids = try await Command("ip", ["netns", "pids", namespace]).run()
      let text = String(decoding: pids.output, as: UTF8.self)
      for pid in text.split(whereSeparator: \.isNewline).compactMap({ Int32($0) }) {
        kill(pid, SIGKILL)
      }
      _ = try await Command("ip", ["netns", "del", namespace]).run()
    }
    try result.get()
  }

  private func build() async throws {
    for namespace in namespaces {
      try await ip("netns add \(namespace)")
      try await ip("-n \(namespace) link set lo up")
    }
    try await inside(node, "sysctl -qw net.ipv4.ip_forward=1")
    try await ip("-n \(node) link add bridge0 type bridge")
    try await ip("-n \(node) addr add 10.42.0.1/24 dev bridge0")
    try await ip("-n \(node) link set bridge0 up")
    for (index, address) in Self.podAddresses.enumerated() {
      try await ip("-n \(node) link add pod\(index) type veth peer name eth0 netns \(pod(index))")
      try await ip("-n \(node) link set pod\(index) master bridge0 up")
      // As CNI's bridge plugin with hairpinMode: needed where bridged packets pass these rules too.
      try await ip("-n \(node) link set pod\(index) type bridge_slave hairpin on")
      try await connect(pod(index), address, gateway: "10.42.0.1")
    }
    try await ip("-n \(node) link add out0 type veth peer name eth0 netns \(client)")
    try await ip("-n \(node) addr add 192.0.2.1/24 dev out0")
    try await ip("-n \(node) link set out0 up")
    // A cluster IP needs a route to leave by, until it is translated.
    try await ip("-n \(node) link add up0 type bridge")
    try await ip("-n \(node) link set up0 up")
    try await ip("-n \(node) route add default dev up0")
    try await connect(client, "192.0.2.2", gateway: "192.0.2.1")
  }

  private func connect(_ namespace: String, _ address: String, gateway: String) async throws {
    try await ip("-n \(namespace) addr add \(address)/24 dev eth0")
    try await ip("-n \(namespace) link set eth0 up")
    try await ip("-n \(namespace) route add default via \(gateway)")
  }

  private func ip(_ line: String) async throws {
    let outcome = try await Command("ip", line.split(separator: " ").map(String.init)).run()
    try #require(outcome.exitCode == 0, "ip \(line): \(outcome.complaint)")
  }

  @discardableResult
  func inside(_ namespace: String, _ line: String) async throws -> String {
    let words = line.split(separator: " ").map(String.init)
    let outcome = try await Command("ip", ["netns", "exec", namespace] + words).run()
    try #require(outcome.exitCode == 0, "\(line): \(outcome.complaint)")
    return String(decoding: outcome.output, as: UTF8.self)
  }

  /// Answers every connection or datagram at `port` with the pod's number and the address that it
  /// sees, for at most two minutes.
  private static let server = """
    import socket, sys, threading, os
    threading.Timer(120, lambda: os._exit(0)).start()
    name, port = sys.argv[1], int(sys.argv[2])
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("", port))
    def echo():
        while True:
            data, peer = datagrams.recvfrom(100)
            datagrams.sendto(f"{name} {peer[0]}".encode(), peer)
    threading.Thread(target=echo, daemon=True).start()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("", port))
    listener.listen(64)
    while True:
        connection, peer = listener.accept()
        connection.sendall(f"{name} {peer[0]}".encode())
        connection.close()
    """

  /// Prints an answer, `refused` or `timeout` for each of `count` tries.
  private static let caller = """
    import socket, sys
    address, port, kind, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    for _ in range(count):
        s = socket.socket(socket.AF_INET,
            socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
        s.settimeout(2)
        try:
            s.connect((address, port))
            if kind == "udp": s.send(b"hello")
            print(s.recv(100).decode())
        except ConnectionRefusedError: print("refused")
        except ConnectionResetError: print("refused")
        # What a send says when a filter of its own node refuses the datagram.
        except PermissionError: print("refused")
        except socket.timeout: print("timeout")
        except OSError as error: print(error)
        s.close()
    """

  /// Runs `body` while both pods serve at port 8080.
  func serving(_ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<2 {
        let name = pod(index)
        group.addTask {
          var command = Command(
            "ip",
            ["netns", "exec", name, "python3", "-c", Self.server, "pod\(index)", "8080"])
          command.limit = .seconds(120)
          do { _ = try await command.run() } catch is CancellationError {}
        }
        try await waitForServer(ServiceNetwork.podAddresses[index])
      }
      try await body()
      group.cancelAll()
    }
  }

  private func waitForServer(_ address: String) async throws {
    for _ in 0..<100 {
      if try await call(address, 8080, from: node) != ["refused"] { return }
      try await ContinuousClock().sleep(for: .milliseconds(50))
    }
    Issue.record("no server at \(address)")
  }

  func call(
    _ address: String, _ port: Int, _ kind: String = "tcp", from namespace: String, times: Int = 1
  ) async throws -> [String] {
    let arguments = ["python3", "-c", Self.caller, address, "\(port)", kind, "\(times)"]
    let outcome = try await Command("ip", ["netns", "exec", namespace] + arguments).run()
    try #require(outcome.exitCode == 0, "\(outcome.complaint)")
    return String(decoding: outcome.output, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map(String.init)
  }
}
