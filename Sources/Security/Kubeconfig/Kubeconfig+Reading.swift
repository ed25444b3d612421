import FoundationEssentials
import Foundations
import Yams

extension Kubeconfig {
  /// Reads what kubectl reads. Where content stands inline and as a path, the inline one counts.
  package init(yaml: [UInt8]) throws(KubeconfigError) {
    guard let text = String(validating: yaml, as: UTF8.self) else {
      throw .notYAML(reason: "it is not UTF-8")
    }
    let root: Node
    do {
      guard let node = try Yams.compose(yaml: text) else { throw Reason.empty }
      root = node
    } catch let error as YamlError {
      throw .notYAML(reason: Self.place(of: error))
    } catch {
      throw .notYAML(reason: "it is empty")
    }
    let fields = try Fields(root, at: "the file")
    clusters = try fields.named("clusters", "cluster") { fields throws(KubeconfigError) in
      var cluster = Cluster(
        server: try fields.string("server") ?? "",
        certificateAuthority: try fields.source("certificate-authority"))
      cluster.tlsServerName = try fields.string("tls-server-name")
      cluster.skipsTLSVerification = try fields.bool("insecure-skip-tls-verify")
      return cluster
    }
    users = try fields.named("users", "user") { fields throws(KubeconfigError) in
      var user = User()
      user.clientCertificate = try fields.source("client-certificate")
      user.clientKey = try fields.source("client-key")
      user.token = try fields.string("token").map { Redacted(Array($0.utf8)) }
      user.tokenFile = try fields.string("tokenFile")
      user.unsupportedLogin = ["exec", "auth-provider", "username"].first(where: fields.has)
      return user
    }
    contexts = try fields.named("contexts", "context") { fields throws(KubeconfigError) in
      Context(
        cluster: try fields.string("cluster") ?? "", user: try fields.string("user") ?? "",
        namespace: try fields.string("namespace"))
    }
    currentContext = try fields.string("current-context") ?? ""
  }

  private enum Reason: Error { case empty }

  /// The parser's words without the text that it stumbled over, which may be a key.
  private static func place(of error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "line \(mark.line), column \(mark.column): \(problem)"
    default: "it cannot be parsed"
    }
  }
}

/// One mapping of the file and the path that leads to it.
private struct Fields {
  let mapping: Node.Mapping?
  let path: String

  /// Nothing stands for an empty mapping, as everywhere in Kubernetes.
  init(_ node: Node?, at path: String) throws(KubeconfigError) {
    guard node == nil || node?.mapping != nil else {
      throw .wrongField(path: path, expected: "a mapping")
    }
    mapping = node?.mapping
    self.path = path
  }

  func has(_ key: String) -> Bool { value(key) != nil }

  func string(_ key: String) throws(KubeconfigError) -> String? {
    guard let node = value(key) else { return nil }
    guard let text = node.scalar?.string else {
      throw .wrongField(path: "\(path).\(key)", expected: "a string")
    }
    return text.isEmpty ? nil : text
  }

  func bool(_ key: String) throws(KubeconfigError) -> Bool {
    guard let node = value(key) else { return false }
    guard let flag = node.bool else {
      throw .wrongField(path: "\(path).\(key)", expected: "true or false")
    }
    return flag
  }

  func source(_ key: String) throws(KubeconfigError) -> Kubeconfig.Source? {
    if let encoded = try string("\(key)-data") {
      guard let data = Data(base64Encoded: encoded) else {
        throw .wrongField(path: "\(path).\(key)-data", expected: "base64")
      }
      return .inline(Redacted(Array(data)))
    }
    return try string(key).map { .file($0) }
  }

  /// The entries of a list of `{name: ..., KIND: {...}}`. Of two with one name the first counts,
  /// as in kubectl.
  func named<Entry>(
    _ key: String, _ kind: String, read: (Fields) throws(KubeconfigError) -> Entry
  ) throws(KubeconfigError) -> [String: Entry] {
    guard let node = value(key) else { return [:] }
    guard let list = node.sequence else {
      throw .wrongField(path: "\(path).\(key)", expected: "a list")
    }
    var entries: [String: Entry] = [:]
    for (index, item) in list.enumerated() {
      let outer = try Fields(item, at: "\(key)[\(index)]")
      guard let name = try outer.string("name") else {
        throw .wrongField(path: "\(key)[\(index)].name", expected: "a string")
      }
      let entry = try read(try Fields(outer.value(kind), at: "\(key)[\(index)].\(kind)"))
      if entries[name] == nil { entries[name] = entry }
    }
    return entries
  }

  private func value(_ key: String) -> Node? {
    guard let node = mapping?[key], node.null == nil else { return nil }
    return node
  }
}
