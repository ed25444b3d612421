import Foundations
import Testing

@testable import Security

@Suite struct KubeconfigTests {
  private let scratch: ScratchDirectory
  private let authority: CertificateAuthority
  private let identity: TLSIdentity

  init() throws {
    scratch = try ScratchDirectory()
    authority = try CertificateAuthority.make(commonName: "ca", now: .sample)
    identity = try authority.issue(.client("ada"), now: .sample)
  }

  private var sample: Kubeconfig {
    Kubeconfig(
      cluster: "martlet", server: "https://127.0.0.1:6443",
      authorityPEM: authority.certificatePEM, user: "admin", identity: identity)
  }

  @Test("what is written is read back, odd names included")
  func roundTrip() throws {
    var kubeconfig = sample
    for name in ["true", "1", "a b", "ü\"\\\n\u{1}", "#x", "x:", "-", "~", "0x1", "*a"] {
      kubeconfig.contexts[name] = .init(cluster: name, user: name, namespace: name)
    }
    kubeconfig.users["token"] = .init()
    kubeconfig.users["token"]?.token = Redacted(Array("s3cret: \"x\"".utf8))
    kubeconfig.clusters["files"] = .init(server: "https://x", certificateAuthority: .file("ca"))
    kubeconfig.clusters["files"]?.skipsTLSVerification = true
    kubeconfig.clusters["files"]?.tlsServerName = "kubernetes"
    #expect(try Kubeconfig(yaml: kubeconfig.yaml().exposed) == kubeconfig)
    #expect(try Kubeconfig(yaml: Kubeconfig().yaml().exposed) == Kubeconfig())
  }

  @Test("a written file is for its owner only, and connects")
  func connection() throws {
    let path = "\(scratch.path)/admin.kubeconfig"
    try sample.write(to: path)
    #expect(try scratch.permissions(of: "admin.kubeconfig") == 0o600)
    let connection = try ClusterConnection(kubeconfig: path)
    #expect(connection.server == "https://127.0.0.1:6443")
    #expect(connection.authorityPEM == authority.certificatePEM)
    #expect(connection.identity == identity)
    #expect(connection.token == nil)
  }

  @Test("kubectl reads what we write", .enabled(if: Tool.kubectl.isInstalled, "kubectl is missing"))
  func readByKubectl() throws {
    let path = "\(scratch.path)/admin.kubeconfig"
    try sample.write(to: path)
    let answer = try Tool.kubectl.run([
      "--kubeconfig", path, "config", "view", "--raw", "-o",
      "jsonpath={.current-context} {.clusters[0].cluster.server} {.users[0].user.client-key-data}",
    ])
    let parts = answer.output.split(separator: " ")
    #expect(answer.status == 0, "\(answer.output)")
    #expect(parts.prefix(2) == ["martlet", "https://127.0.0.1:6443"])
    #expect(parts.count == 3 && parts[2].count > 100)
  }

  @Test("we read what kubectl writes", .enabled(if: Tool.kubectl.isInstalled, "kubectl is missing"))
  func writtenByKubectl() throws {
    let path = "\(scratch.path)/config"
    let ca = try scratch.write(authority.certificatePEM, to: "ca.crt")
    let certificate = try scratch.write(identity.certificateChainPEM, to: "ada.crt")
    let key = try scratch.write(identity.privateKeyPEM.exposed, to: "ada.key")
    for arguments in [
      ["set-cluster", "one", "--server=https://192.0.2.1", "--certificate-authority=\(ca)"],
      ["set-cluster", "two", "--server=https://[::1]:6443", "--insecure-skip-tls-verify"],
      [
        "set-credentials", "ada", "--client-certificate=\(certificate)", "--client-key=\(key)",
        "--embed-certs",
      ],
      ["set-credentials", "bob", "--token=s3cret"],
      ["set-context", "files", "--cluster=one", "--user=ada", "--namespace=shop"],
      ["set-context", "tokens", "--cluster=two", "--user=bob"], ["use-context", "files"],
    ] {
      let answer = try Tool.kubectl.run(["--kubeconfig", path, "config"] + arguments)
      #expect(answer.status == 0, "\(answer.output)")
    }
    let files = try ClusterConnection(kubeconfig: path)
    #expect(files.server == "https://192.0.2.1")
    #expect(files.authorityPEM == authority.certificatePEM)
    #expect(files.identity == identity)
    #expect(files.namespace == "shop")
    let tokens = try ClusterConnection(kubeconfig: path, context: "tokens")
    #expect(tokens.token == Redacted(Array("s3cret".utf8)))
    #expect(tokens.skipsTLSVerification)
    #expect(tokens.authorityPEM == nil)
  }

  @Test("a token file is read without its line break, relative to the kubeconfig")
  func tokenFile() throws {
    _ = try scratch.write(Array("s3cret\n".utf8), to: "token")
    let path = try scratch.write(
      Array(
        """
        clusters: [{name: c, cluster: {server: "https://x"}}]
        users: [{name: u, user: {tokenFile: token}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """.utf8), to: "config")
    #expect(try ClusterConnection(kubeconfig: path).token == Redacted(Array("s3cret".utf8)))
    try scratch.remove("token")
    #expect(throws: KubeconfigError.absent(path: "\(scratch.path)/token")) {
      try ClusterConnection(kubeconfig: path)
    }
  }

  @Test(
    "a file that is no kubeconfig is refused in words",
    arguments: [
      ("", KubeconfigError.notYAML(reason: "it is empty")),
      ("[]", .wrongField(path: "the file", expected: "a mapping")),
      ("clusters: {}", .wrongField(path: "the file.clusters", expected: "a list")),
      ("clusters: [1]", .wrongField(path: "clusters[0]", expected: "a mapping")),
      ("clusters: [{}]", .wrongField(path: "clusters[0].name", expected: "a string")),
      (
        "clusters: [{name: a, cluster: {server: []}}]",
        .wrongField(path: "clusters[0].cluster.server", expected: "a string")
      ),
      (
        "clusters: [{name: a, cluster: {insecure-skip-tls-verify: perhaps}}]",
        .wrongField(
          path: "clusters[0].cluster.insecure-skip-tls-verify", expected: "true or false")
      ),
      (
        "users: [{name: a, user: {client-key-data: '!'}}]",
        .wrongField(path: "users[0].user.client-key-data", expected: "base64")
      ),
      (
        "contexts: [{name: a, context: x}]",
        .wrongField(path: "contexts[0].context", expected: "a mapping")
      ),
    ])
  func malformed(_ text: String, _ expected: KubeconfigError) {
    #expect(throws: expected) { try Kubeconfig(yaml: Array(text.utf8)) }
  }

  @Test(
    "YAML that cannot be parsed is placed and not quoted",
    arguments: ["users: [token: s3cret", "token: 's3cret", "\ts3cret: }", "a: &s3cret\n b: *s3cre"])
  func notYAML(_ text: String) {
    let error = #expect(throws: KubeconfigError.self) { try Kubeconfig(yaml: Array(text.utf8)) }
    #expect(error.map { "\($0)".contains("s3cret") } == false)
  }

  @Test("null stands for what is not there")
  func nulls() throws {
    let text = "clusters: null\nusers:\n- name: a\n  user: null\ncontexts: ~\n"
    let kubeconfig = try Kubeconfig(yaml: Array(text.utf8))
    #expect(kubeconfig.users == ["a": Kubeconfig.User()])
    #expect(kubeconfig.clusters.isEmpty && kubeconfig.currentContext.isEmpty)
  }

  @Test("a context that leads nowhere says which name is missing")
  func dangling() throws {
    func connect(_ kubeconfig: Kubeconfig, _ context: String? = nil) throws(KubeconfigError) {
      _ = try ClusterConnection(kubeconfig, context: context) {
        path throws(KubeconfigError) in throw .absent(path: path)
      }
    }
    #expect(throws: KubeconfigError.unknownContext("other", known: ["martlet"])) {
      try connect(sample, "other")
    }
    var kubeconfig = sample
    kubeconfig.clusters = [:]
    #expect(throws: KubeconfigError.unknownCluster("martlet", context: "martlet")) {
      try connect(kubeconfig)
    }
    kubeconfig = sample
    kubeconfig.users = [:]
    #expect(throws: KubeconfigError.unknownUser("admin", context: "martlet")) {
      try connect(kubeconfig)
    }
    kubeconfig = sample
    kubeconfig.users["admin"]?.clientKey = nil
    #expect(throws: KubeconfigError.halfIdentity(user: "admin")) { try connect(kubeconfig) }
    kubeconfig.users["admin"] = .init()
    kubeconfig.users["admin"]?.unsupportedLogin = "exec"
    #expect(throws: KubeconfigError.unsupportedLogin("exec", user: "admin")) {
      try connect(kubeconfig)
    }
  }
}
