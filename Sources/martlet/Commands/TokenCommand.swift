import ArgumentParser
import Foundations
import Networking
import Resources
import Security
import Settings

struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Tokens by which further machines join this cluster.",
    subcommands: [Create.self, List.self, Delete.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make a token and print it, for martlet agent --token.")

    @Option(help: "How long it is good: 30m, 24h, 7d, or 0 for ever")
    var ttl = "24h"

    @Flag(help: "Let any number of machines join with it; without, one")
    var reusable = false

    @Option(help: "What it is for")
    var note = ""

    @Option(help: ArgumentHelp(stringLiteral: Cluster.help))
    var kubeconfig: String?

    func run() async throws {
      try await Failures.reported {
        guard let lifetime = TokenLifetime(ttl) else {
          throw ValidationError("--ttl is \"\(ttl)\": it has to be as 30m, 24h or 7d, or 0")
        }
        let cluster = try Cluster(kubeconfig)
        let token = JoinToken(.random(), pin: try cluster.pin())
        let secret = BootstrapSecret(
          token: token.bootstrap, lifetime: lifetime, isReusable: reusable, note: note)
        _ = try await cluster.client.create(
          .secrets, namespace: BootstrapSecret.namespace, secret.object(now: .now()))
        print(token.text.exposed)
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Show the tokens that there are, without their secrets.")

    @Option(help: ArgumentHelp(stringLiteral: Cluster.help))
    var kubeconfig: String?

    func run() async throws {
      try await Failures.reported {
        let page = try await Cluster(kubeconfig).client.list(
          .secrets, namespace: BootstrapSecret.namespace,
          options: ListOptions(fieldSelector: "type=\(BootstrapSecret.type)"))
        print(BootstrapSecret.table(of: page.items, now: .now()), terminator: "")
      }
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Make a token useless; machines that joined stay.")

    @Argument(help: "The token's first six letters and digits, or all of it")
    var token: String

    @Option(help: ArgumentHelp(stringLiteral: Cluster.help))
    var kubeconfig: String?

    func run() async throws {
      try await Failures.reported {
        let id = String(token.prefix { $0 != "." })
        guard BootstrapCredential.isID(id) else {
          throw ValidationError("a token begins with six small letters and digits")
        }
        do {
          _ = try await Cluster(kubeconfig).client.delete(
            .secrets, namespace: BootstrapSecret.namespace,
            name: BootstrapCredential.secretName(ofID: id), options: DeleteOptions())
        } catch let error as APIError where error.reason == .notFound {
          throw ValidationError("there is no token \(id): martlet token list shows those there are")
        }
        print("deleted \(id)")
      }
    }
  }

  /// The cluster whose tokens they are.
  private struct Cluster {
    static let help = "The cluster's kubeconfig; without it KUBECONFIG's, else this server's own"
    let client: RemoteClusterClient
    private let connection: ClusterConnection

    init(_ path: String?) throws {
      let environment = ProcessFacts.environment
      let settings = try ResolvedSettings(
        SettingSources(
          arguments: [], environment: environment, hostName: ProcessFacts.hostName)
      ).settings
      connection = try ClusterConnection(
        kubeconfig: path ?? environment["KUBECONFIG"] ?? settings.adminKubeconfig)
      client = RemoteClusterClient(HTTPTransport(try ClientConfiguration(connection)))
    }

    func pin() throws -> AuthorityPin {
      guard let authority = connection.authorityPEM else {
        throw ValidationError("the kubeconfig names no certificate-authority to pin in the token")
      }
      return try AuthorityPin(ofAuthority: authority)
    }
  }
}
