import Foundations

/// Puts rules into the kernel with the `nft` program.
package struct RuleLoader: Sendable {
  /// A program and its first arguments: `["nft"]`, or one that enters a network namespace first.
  package let nft: [String]
  package let conntrack: [String]

  package init(nft: [String] = ["nft"], conntrack: [String] = ["conntrack"]) {
    self.nft = nft
    self.conntrack = conntrack
  }

  /// Carries out one transaction: all of `text`, or nothing of it.
  package func apply(_ text: String) async throws {
    let outcome = try await run(nft, ["-f", "-"], input: Array(text.utf8))
    guard outcome.exitCode == 0 else { throw RuleLoaderError(outcome) }
  }

  /// Whether the table of `ServiceRules` is there: another program may have flushed it.
  package func isTablePresent(_ table: String) async throws -> Bool {
    let chain = ["list", "chain"] + table.split(separator: " ").map(String.init)
    return try await run(nft, chain + ["prerouting"]).exitCode == 0
  }

  /// Makes the kernel forget the flows over a way that is gone, so their next datagram is
  /// translated anew. Costs a walk over the whole connection table.
  package func forget(_ path: DatagramPath) async throws {
    var arguments = ["-D", "-p", "udp", "--orig-port-dst", "\(path.port)"]
    if let address = path.address { arguments += ["--orig-dst", address] }
    arguments += ["--dst-nat", path.endpoint]
    let outcome = try await run(conntrack, arguments)
    // It ends with 1 as well where no flow matched.
    let isNothingFound = outcome.complaint.contains(" 0 flow entries")
    guard outcome.exitCode == 0 || isNothingFound else { throw RuleLoaderError(outcome) }
  }

  private func run(
    _ program: [String], _ arguments: [String], input: [UInt8] = []
  ) async throws -> Command.Outcome {
    precondition(!program.isEmpty, "a program has a name")
    var command = Command(program[0], program.dropFirst() + arguments)
    command.input = input
    return try await command.run()
  }
}

/// What `nft` or `conntrack` said when it refused.
package struct RuleLoaderError: Error, Equatable, Sendable, CustomStringConvertible {
  package let exitCode: Int32
  package let complaint: String
  /// A refused transaction is quoted line by line: the first lines say what is wrong.
  private static let complaintCharactersMax = 2000

  init(_ outcome: Command.Outcome) {
    exitCode = outcome.exitCode
    complaint = String(outcome.complaint.prefix(Self.complaintCharactersMax))
  }

  package var description: String { "exit code \(exitCode): \(complaint)" }
}
