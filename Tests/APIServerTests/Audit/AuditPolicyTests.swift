import Resources
import Testing

@testable import APIServer

@Suite struct AuditPolicyTests {
  private static func policy(_ text: String) throws -> AuditPolicy {
    try AuditPolicy(
      try DocumentParser.parse(
        yaml: Array("apiVersion: audit.k8s.io/v1\nkind: Policy\n\(text)".utf8)))
  }

  private static func request(
    _ verb: String, _ resource: String, _ namespace: String = "default", name: String = "",
    user: String = "me", groups: [String] = ["devs"]
  ) -> AccessAttributes {
    var request = AccessAttributes(user: User(name: user, groups: groups), verb: verb)
    let parts = resource.split(separator: "/").map { String($0) }
    let names = parts[0].split(separator: ".", maxSplits: 1).map { String($0) }
    request.resource = names[0]
    request.group = names.count > 1 ? names[1] : ""
    request.subresource = parts.count > 1 ? parts[1] : ""
    request.namespace = namespace
    request.name = name
    return request
  }

  private static func page(_ path: String) -> AccessAttributes {
    var request = AccessAttributes(user: User(name: "me"), verb: "get")
    request.path = path
    return request
  }

  @Test("the first rule that is about a request decides, and without one nothing is written")
  func order() throws {
    let policy = try Self.policy(
      """
      omitStages: [RequestReceived]
      omitManagedFields: true
      rules:
      - {level: None, users: [quiet]}
      - {level: None, userGroups: [robots], verbs: [get, list]}
      - {level: Request, omitStages: [ResponseStarted], omitManagedFields: false, resources: [{group: "", resources: [pods]}]}
      - {level: Metadata, nonResourceURLs: ["/api*", "/version"]}
      """)
    #expect(policy.verdict(Self.request("get", "pods", user: "quiet")).level == .none)
    #expect(policy.verdict(Self.request("get", "pods", groups: ["a", "robots"])).level == .none)
    #expect(policy.verdict(Self.request("create", "pods", groups: ["robots"])).level == .request)
    let verdict = policy.verdict(Self.request("get", "pods"))
    #expect(
      verdict
        == AuditPolicy.Verdict(
          level: .request, omittedStages: [.requestReceived, .responseStarted],
          omitsManagedFields: false))
    #expect(policy.verdict(Self.page("/apis/apps")).level == .metadata)
    #expect(policy.verdict(Self.page("/version")).level == .metadata)
    #expect(policy.verdict(Self.page("/version/x")).level == .none)
    let other = policy.verdict(Self.request("get", "services"))
    #expect(other.level == .none && other.omitsManagedFields)
  }

  @Test("resources are told by group, subresource, name and namespace")
  func resources() throws {
    func level(_ resources: String, _ request: AccessAttributes) throws -> AuditLevel {
      try Self.policy("rules:\n- {level: Metadata, \(resources)}").verdict(request).level
    }
    let cases: [(String, AccessAttributes, Bool)] = [
      (#"resources: [{group: ""}]"#, Self.request("get", "pods"), true),
      (#"resources: [{group: apps}]"#, Self.request("get", "pods"), false),
      (#"resources: [{group: apps}]"#, Self.request("get", "deployments.apps"), true),
      (#"resources: [{resources: [pods]}]"#, Self.request("get", "pods/log"), false),
      (#"resources: [{resources: [pods/log]}]"#, Self.request("get", "pods/log"), true),
      (#"resources: [{resources: [pods/*]}]"#, Self.request("get", "pods/log"), true),
      (#"resources: [{resources: ["*/log"]}]"#, Self.request("get", "pods/log"), true),
      (#"resources: [{resources: ["*/log"]}]"#, Self.request("get", "pods"), false),
      (#"resources: [{resources: ["*"]}]"#, Self.request("get", "pods/log"), true),
      (
        #"resources: [{resources: [pods], resourceNames: [a]}]"#,
        Self.request("get", "pods", name: "a"), true
      ),
      (
        #"resources: [{resources: [pods], resourceNames: [a]}]"#,
        Self.request("get", "pods", name: "b"), false
      ),
      (#"namespaces: [other]"#, Self.request("get", "pods"), false),
      (#"namespaces: [default]"#, Self.request("get", "pods"), true),
      (#"namespaces: [""]"#, Self.request("get", "nodes", ""), true),
      (#"namespaces: [""]"#, Self.page("/version"), false),
      (#"nonResourceURLs: ["*"]"#, Self.request("get", "pods"), false),
    ]
    for (rule, request, matches) in cases {
      #expect(try level(rule, request) == (matches ? .metadata : .none), "\(rule)")
    }
  }

  @Test("what holds secrets by its nature is written down only by a rule that names it")
  func secrets() throws {
    let all = try Self.policy("rules: [{level: RequestResponse}]")
    #expect(all.verdict(Self.request("get", "secrets")).level == .metadata)
    #expect(all.verdict(Self.request("create", "serviceaccounts/token")).level == .metadata)
    #expect(
      all.verdict(Self.request("create", "tokenreviews.authentication.k8s.io")).level == .metadata)
    #expect(all.verdict(Self.request("get", "serviceaccounts")).level == .requestResponse)
    let wild = try Self.policy(#"rules: [{level: Request, resources: [{resources: ["*"]}]}]"#)
    #expect(wild.verdict(Self.request("get", "secrets")).level == .metadata)
    let named = try Self.policy("rules: [{level: Request, resources: [{resources: [secrets]}]}]")
    #expect(named.verdict(Self.request("get", "secrets")).level == .request)
  }

  @Test(
    "a policy that is not understood whole is none",
    arguments: [
      ("rules: []", "it has no rules"), ("{}", "it has no rules"),
      ("rules: [{level: All}]", "rules[0].level holds \"All\""),
      ("rules: [{}]", "rules[0].level holds \"\""),
      ("rules: [{level: None, user: [a]}]", "rules[0].user is unknown"),
      ("rules: [{level: None, users: a}]", "rules[0].users has to be a list of texts"),
      ("rules: [{level: None, nonResourceURLs: [healthz]}]", "must be * or begin with a /"),
      ("rules: [{level: None, nonResourceURLs: [/a*b]}]", "final character"),
      (
        "rules: [{level: None, nonResourceURLs: [/a], namespaces: [b]}]",
        "cannot apply to both regular resources and non-resource URLs"
      ),
      (
        "rules: [{level: None, resources: [{group: apps/v1}]}]",
        "rules[0].resources[0].group holds \"apps/v1\""
      ),
      (
        "rules: [{level: None, resources: [{resourceNames: [a]}]}]",
        "using resourceNames requires at least one resource"
      ),
      ("omitStages: [Later]\nrules: [{level: None}]", "omitStages holds \"Later\""),
    ])
  func problems(_ text: String, _ problem: String) {
    do {
      _ = try Self.policy(text == "{}" ? "" : text)
      Issue.record("\(text) was taken")
    } catch {
      #expect("\(error)".contains(problem), "\(error)")
    }
  }

  @Test("another kind of document is no policy")
  func kind() {
    #expect(throws: AuditPolicy.Problem.self) {
      try AuditPolicy(["apiVersion": "v1", "kind": "Policy", "rules": [["level": "None"]]])
    }
  }
}
