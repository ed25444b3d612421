import Diagnosis
import Foundations
import Networking
import Resources
import Security
import Settings

/// A cluster as its kubeconfig names it, for those who look at it.
struct RemoteAccess: ClusterAccess {
  let client: any ClusterClient
  /// `https://HOST:PORT`.
  let server: String
  private let transport: HTTPTransport
  private let certificates: KeptCertificates

  /// Most bytes of a log's last line that are read.
  private static let logByteCountMax = 4096

  /// - Parameter path: `nil` takes the file that KUBECONFIG names, else that of this machine's server.
  init(kubeconfig path: String?) throws {
    let environment = ProcessFacts.environment
    let settings = try ResolvedSettings(
      SettingSources(arguments: [], environment: environment, hostName: ProcessFacts.hostName)
    ).settings
    let file = path ?? environment["KUBECONFIG"] ?? settings.adminKubeconfig
    let connection = try ClusterConnection(kubeconfig: file)
    let configuration = try ClientConfiguration(connection)
    server = configuration.server.description
    certificates = KeptCertificates(
      configuration.server,
      own: try Self.own(connection, file, isServersOwn: file == settings.adminKubeconfig))
    transport = HTTPTransport(configuration)
    client = RemoteClusterClient(transport)
  }

  func version() async throws -> String {
    let answer = try await read("/version")
    return try Document(json: answer)["gitVersion"]?.string ?? ""
  }

  func lastLog(of container: ClusterPicture.ContainerReference) async throws -> String {
    let path = ResourceType.pods.path(namespace: container.pod.namespace)
    let bytes = try await read(
      "\(path)/\(container.pod.name)/log?container=\(container.container)&previous=true&tailLines=1"
        + "&limitBytes=\(Self.logByteCountMax)")
    return String(decoding: bytes, as: UTF8.self)
  }

  func keptCertificates(nodes: [Document]) async -> [KeptCertificate] {
    await certificates.look(at: nodes)
  }

  /// What the asker shows and trusts.
  /// - Parameter isServersOwn: whether the file is the server's, which renews what stands in it.
  private static func own(_ connection: ClusterConnection, _ path: String, isServersOwn: Bool)
    throws(CredentialError) -> [KeptCertificate]
  {
    let file = ObjectReference(kind: "Kubeconfig", name: path)
    let remedy =
      isServersOwn
      ? "read in the server's log why it is not renewed; a restart makes it again"
      : "get a new kubeconfig from whoever gave this one; the server's own is always good"
    var own: [KeptCertificate] = []
    if let pem = connection.identity?.certificateChainPEM {
      own.append(
        try KeptCertificate(
          file, "the certificate that you show", pem: pem, isRenewed: isServersOwn, remedy: remedy))
    }
    if let pem = connection.authorityPEM {
      own.append(
        try KeptCertificate(
          file, "the CA that you trust", pem: pem, isRenewed: isServersOwn, remedy: remedy))
    }
    return own
  }

  private func read(_ target: String) async throws -> [UInt8] {
    let response = try await transport.send(ClientRequest(.get, target))
    guard response.status == 200 else {
      let message = try? Document(json: response.body)["message"]?.string
      throw APIError(
        code: response.status, reason: "Unknown",
        message: message ?? "GET \(target) was answered with \(response.status)")
    }
    return response.body
  }
}
