import APIServer
import Controllers
import Foundations
import NIOCore
import Networking
import Resources

/// Asks node agents for the directories that are volumes, with the certificate that the API server
/// shows them.
struct NodeVolumes: VolumeHost {
  private let connections: Renewable<NodeConnections>
  private let nodes: Informer

  init(_ connections: Renewable<NodeConnections>, nodes: Informer) {
    self.connections = connections
    self.nodes = nodes
  }

  /// A large directory takes its time to remove.
  private static let timeout = Duration.seconds(120)

  func makeDirectory(for volume: String, byteCount: Int, on node: String) async throws -> String {
    let answer = try await send(.put, "/volumes/\(volume)?bytes=\(byteCount)", to: node)
    guard let path = answer["path"]?.string else {
      throw VolumeHostError.failed("node \"\(node)\" did not say where the volume is")
    }
    return path
  }

  func removeDirectory(of volume: String, on node: String) async throws {
    _ = try await send(.delete, "/volumes/\(volume)", to: node)
  }

  private func send(_ method: RequestMethod, _ target: String, to node: String) async throws
    -> Document
  {
    guard let object = nodes[ObjectKey(namespace: "", name: node)] else {
      throw VolumeHostError.failed("node \"\(node)\" is not there")
    }
    guard let server = Self.server(of: object) else {
      throw VolumeHostError.failed("node \"\(node)\" does not say where it is reached")
    }
    var configuration = ClientConfiguration(server: server)
    connections.current.identify(&configuration)
    let transport = HTTPTransport(configuration)
    defer { transport.close() }
    let response: ClientResponse
    do {
      response = try await transport.send(ClientRequest(method, target), timeout: Self.timeout)
    } catch let error as ClientError {
      throw VolumeHostError.failed("node \"\(node)\" was asked in vain: \(error)")
    }
    let body: Document
    do { body = try Document(json: response.body) } catch {
      throw VolumeHostError.failed("node \"\(node)\" gave an answer that is no JSON: \(error)")
    }
    switch response.status {
    case 200: return body
    case 507:
      throw VolumeHostError.full("node \"\(node)\": \(body["message"]?.string ?? "it is full")")
    default:
      throw VolumeHostError.failed(
        "node \"\(node)\": \(body["message"]?.string ?? "status \(response.status)")")
    }
  }

  private static func server(of node: Document) -> ServerURL? {
    let addresses = node[path: "status", "addresses"]?.elements.map { $0 } ?? []
    let host = addresses.first { $0["type"]?.string == "InternalIP" }?["address"]?.string
    guard let host else { return nil }
    return ServerURL(
      host: host,
      port: node[path: "status", "daemonEndpoints", "kubeletEndpoint", "Port"]?.integer ?? 10250)
  }
}
