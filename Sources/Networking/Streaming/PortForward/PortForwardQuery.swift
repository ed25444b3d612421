/// The ports that a port-forward request names in its query, which only clients of the oldest
/// WebSocket protocol need: others name them as they open streams.
package struct PortForwardQuery: Equatable, Sendable {
  package let ports: [UInt16]

  package struct ParsingError: Error, Equatable, Sendable, CustomStringConvertible {
    package let value: String
    package var description: String { "unable to parse \"\(value)\" as a port: want 1...65535" }
  }

  /// Reads `ports` (API) and `port` (node agent): repeated, or separated by commas.
  package init(_ query: QueryItems) throws(ParsingError) {
    var ports: [UInt16] = []
    for value in query.values(of: "ports") + query.values(of: "port") {
      for part in value.split(separator: ",", omittingEmptySubsequences: false) {
        guard let port = UInt16(part), port > 0 else { throw ParsingError(value: String(part)) }
        ports.append(port)
      }
    }
    self.ports = ports
  }

  /// The query for the node agent.
  package var agentQuery: QueryItems {
    QueryItems(ports.map { QueryItems.Item(name: "port", value: "\($0)") })
  }
}
