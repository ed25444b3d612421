import Foundations
package import Settings

/// What the host had before its first server, where that cannot be told afterwards: the iptables
/// program makes tables as it needs them, for us as for everybody, and leaves them when they are
/// empty.
package struct HostNote: Equatable, Sendable {
  var tables: [PacketTable]

  /// Written by the first server in a data directory, kept by all later ones.
  package static func keep(_ settings: ServerSettings) async throws {
    let path = Installation(settings).hostNote
    guard try DurableFile.read(path) == nil else { return }
    guard let list = try await HostTools.output("nft", ["list", "tables"]) else { return }
    try DurableFile.write(list.utf8, to: path, mode: 0o644)
  }

  /// `nil` where no server has written one.
  static func read(_ path: String) throws -> HostNote? {
    try DurableFile.read(path).map {
      HostNote(tables: PacketTable.parse(String(decoding: $0, as: UTF8.self)))
    }
  }
}

/// Programs that tell about the host.
enum HostTools {
  /// What it prints; `nil` where the program is not installed, and so has left nothing either.
  static func output(_ program: String, _ arguments: [String]) async throws -> String? {
    do {
      let outcome = try await Command(program, arguments).run()
      guard outcome.exitCode == 0 else {
        throw ServiceError("\(program) failed: \(outcome.complaint)")
      }
      return String(decoding: outcome.output, as: UTF8.self)
    } catch let error as ProcessLaunchError where error.isAbsent {
      return nil
    }
  }
}
