import Foundations

/// The chains that the port mapping plugin makes for its first host port and never removes. They
/// are shared by every network of the host, so they go only when no port is mapped any more; the
/// plugin makes them anew when it needs them.
enum PortMappingRemains {
  static func remove() async throws {
    for tool in ["iptables", "ip6tables"] {
      // Neither the tool nor its table need be there: then there is nothing to remove.
      guard let rules = try? await Command(tool, ["--table", "nat", "--list-rules"]).run(),
        rules.exitCode == 0
      else { continue }
      let script = removal(ofRules: String(decoding: rules.output, as: UTF8.self))
      guard !script.isEmpty else { continue }
      var command = Command("\(tool)-restore", ["--noflush"])
      command.input = Array(script.utf8)
      let outcome = try await command.run()
      guard outcome.exitCode == 0 else {
        throw RuntimeSetupError.commandFailed("\(tool)-restore", complaint: outcome.complaint)
      }
    }
  }

  /// Pure.
  /// - Parameter rules: as `iptables --list-rules` writes them.
  /// - Returns: what `iptables-restore` reads; empty when there is nothing to do, or a mapped port.
  static func removal(ofRules rules: String) -> String {
    let lines = rules.split(separator: "\n")
    let chains = lines.compactMap { line -> Substring? in
      let words = line.split(separator: " ")
      return words.count == 2 && words[0] == "-N" && words[1].hasPrefix("CNI-HOSTPORT-")
        ? words[1] : nil
    }
    let isInUse = lines.contains { $0.hasPrefix("-A CNI-HOSTPORT-DNAT ") }
    guard !chains.isEmpty, !isInUse else { return "" }
    let jumps = lines.filter { line in
      line.hasPrefix("-A ") && !line.hasPrefix("-A CNI-")
        && chains.contains { line.hasSuffix(" -j \($0)") }
    }
    return
      (["*nat"] + jumps.map { "-D \($0.dropFirst(3))" } + chains.map { "-F \($0)" }
      + chains.map { "-X \($0)" } + ["COMMIT", ""]).joined(separator: "\n")
  }
}
