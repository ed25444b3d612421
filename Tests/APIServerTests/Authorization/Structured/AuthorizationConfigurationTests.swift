import Foundations
import Resources
import Testing

@testable import APIServer

/// The file of `--authorization-config`, and what it makes of questions and answers.
@Suite struct AuthorizationConfigurationTests {
  private static let head = """
    apiVersion: apiserver.config.k8s.io/v1
    kind: AuthorizationConfiguration

    """
  private static let sample = """
    authorizers:
    - {type: Node, name: node}
    - {type: RBAC, name: rbac}
    - type: Webhook
      name: hook
      webhook:
        authorizedTTL: 5m
        unauthorizedTTL: 30s
        timeout: 3s
        subjectAccessReviewVersion: v1
        matchConditionSubjectAccessReviewVersion: v1
        failurePolicy: Deny
        connectionInfo: {type: KubeConfigFile, kubeConfigFile: /etc/hook.kubeconfig}
        matchConditions:
        - expression: has(request.resourceAttributes)
        - expression: request.resourceAttributes.namespace != 'kube-system'

    """

  private func configuration(_ text: String) throws -> AuthorizationConfiguration {
    try AuthorizationConfiguration(Array(text.utf8), path: "authz.yaml")
  }

  private func webhook(_ text: String = sample) throws -> AuthorizationWebhook {
    let members = try configuration(Self.head + text).members
    return try #require(
      members.lazy.compactMap { member in
        if case .webhook(let webhook) = member { webhook } else { nil }
      }.first)
  }

  @Test("a file names who is asked, in order")
  func members() throws {
    let members = try configuration(Self.head + Self.sample).members
    #expect(members.count == 3)
    if case .node = members[0], case .roles = members[1], case .webhook = members[2] {
    } else {
      Issue.record("\(members)")
    }
    let hook = try webhook()
    #expect(hook.allowedFor == .seconds(300) && hook.deniedFor == .seconds(30))
    #expect(hook.timeout == .seconds(3) && hook.kubeconfig == "/etc/hook.kubeconfig")
    let forgetful = try webhook(
      Self.sample.replacing(
        "timeout: 3s",
        with:
          "timeout: 30s\n    cacheAuthorizedRequests: false\n    cacheUnauthorizedRequests: false"))
    #expect(forgetful.allowedFor == nil && forgetful.deniedFor == nil)
  }

  @Test(
    "what is wrong with a file is said in upstream's words",
    arguments: [
      ("authorizers: []", "authorizers: Required value: at least one authorization mode must be"),
      ("authorizers: [{name: a}]", "authorizers[0].type: Required value"),
      (
        "authorizers: [{type: ABAC, name: a}]",
        #"authorizers[0].type: Unsupported value: "ABAC": supported values: "#
      ),
      (
        "authorizers: [{type: RBAC, name: a}, {type: RBAC, name: b}]",
        #"authorizers[1].type: Duplicate value: "RBAC""#
      ),
      (
        "authorizers: [{type: RBAC, name: a}, {type: Node, name: a}]",
        #"authorizers[1].name: Duplicate value: "a""#
      ),
      ("authorizers: [{type: RBAC}]", "authorizers[0].name: Required value"),
      ("authorizers: [{type: RBAC, name: a, webhook: {}}]", "authorizers[0].webhook: Invalid"),
      ("authorizers: [{type: Webhook, name: a}]", "authorizers[0].webhook: Required value"),
      (sample.replacing("    timeout: 3s\n", with: ""), "authorizers[2].timeout: Required value"),
      (
        sample.replacing("timeout: 3s", with: "timeout: 31s"),
        #"authorizers[2].timeout: Invalid value: "31s": must be > 0s and <= 30s"#
      ),
      (
        sample.replacing("authorizedTTL: 5m", with: "authorizedTTL: -5m"),
        #"authorizers[2].authorizedTTL: Invalid value: "-5m": must be > 0s"#
      ),
      (
        sample.replacing("failurePolicy: Deny", with: "failurePolicy: Allow"),
        #"authorizers[2].failurePolicy: Unsupported value: "Allow": supported values: "NoOpinion", "Deny""#
      ),
      (
        sample.replacing("subjectAccessReviewVersion: v1", with: "subjectAccessReviewVersion: v2"),
        "authorizers[2].subjectAccessReviewVersion: Unsupported value"
      ),
      (
        sample.replacing("/etc/hook", with: "hook"),
        #"authorizers[2].connectionInfo.kubeConfigFile: Invalid value: "hook.kubeconfig": must be an absolute path"#
      ),
      (
        sample.replacing("request.resourceAttributes.namespace !=", with: "request.resource !="),
        "authorizers[2].matchConditions[1].expression: Invalid value"
      ),
      (sample.replacing("  name: hook", with: "  nmae: hook"), "authorizers[2].nmae: Forbidden"),
    ] as [(String, String)])
  func wrong(_ text: String, _ expected: String) {
    var problem = ""
    do { _ = try configuration(Self.head + text) } catch {
      problem = (error as? ConfigurationFileError)?.reasons[0] ?? "\(error)"
    }
    #expect(problem.hasPrefix(expected), "\(problem)")
  }

  private func question(namespace: String, path: String? = nil) -> AccessAttributes {
    var attributes = AccessAttributes(user: User(name: "ada", groups: ["dev"]), verb: "get")
    attributes.resource = "pods"
    attributes.version = "v1"
    attributes.namespace = namespace
    attributes.path = path
    return attributes
  }

  @Test("conditions let through, leave out, and fail")
  func conditions() throws {
    let conditions = try webhook().conditions
    #expect(conditions.matches(question(namespace: "default")) == .matches)
    #expect(conditions.matches(question(namespace: "kube-system")) == .excluded)
    // One that is false decides, although the other has no value.
    #expect(conditions.matches(question(namespace: "", path: "/metrics")) == .excluded)
    let failing = try webhook(
      Self.sample.replacing("has(request.resourceAttributes)", with: "request.groups[1] == 'x'")
    ).conditions
    if case .failed = failing.matches(question(namespace: "default")) {
    } else {
      Issue.record("it has a value")
    }
  }

  @Test("a question is asked as a review, with what a list is limited to")
  func review() throws {
    var attributes = question(namespace: "default")
    attributes.verb = "list"
    attributes.fieldRequirements = try FieldSelector(parsing: "spec.nodeName=a").requirements
    let spec = attributes.reviewSpec()
    let wanted: Document = [
      "resourceAttributes": [
        "namespace": "default", "verb": "list", "version": "v1", "resource": "pods",
        "fieldSelector": [
          "requirements": [["key": "spec.nodeName", "operator": "In", "values": ["a"]]]
        ],
      ], "user": "ada", "groups": ["dev"],
    ]
    #expect(spec == wanted, "\(spec)")
    let path = question(namespace: "", path: "/metrics").reviewSpec()
    #expect(path["nonResourceAttributes"] == ["path": "/metrics", "verb": "get"])
    #expect(path["resourceAttributes"] == nil)
  }

  @Test("an answer is one of three opinions, and anything else is none")
  func opinions() throws {
    func verdict(_ status: Document) throws -> AccessVerdict {
      try WebhookOpinion(["status": status]).verdict
    }
    #expect(try verdict(["allowed": true, "reason": "r"]) == .allowed)
    #expect(try verdict(["allowed": false, "denied": true, "reason": "r"]) == .denied(reason: "r"))
    #expect(try verdict(["allowed": false, "reason": "r"]) == .noOpinion(reason: "r"))
    let nonsense: [Document] = [
      ["allowed": true, "denied": true], [:], ["allowed": "true"], "yes",
    ]
    for status in nonsense { #expect(throws: ClaimProblem.self) { try verdict(status) } }
  }

  private struct Fixed: Authorizer {
    let answer: AccessVerdict
    func decide(_ attributes: AccessAttributes) -> AccessDecision {
      answer == .allowed ? .allowed : .denied(reason: "")
    }
    func verdict(_ attributes: AccessAttributes) -> AccessVerdict { answer }
  }

  @Test("one that forbids ends the round, one without an opinion does not")
  func order() {
    let yes = Fixed(answer: .allowed)
    let no = Fixed(answer: .denied(reason: "no"))
    let unsure = Fixed(answer: .noOpinion(reason: "unsure"))
    let asked = question(namespace: "default")
    #expect(AuthorizerChain([unsure, yes, no]).decide(asked) == .allowed)
    #expect(AuthorizerChain([unsure, no, yes]).decide(asked) == .denied(reason: "unsure\nno"))
    #expect(
      AuthorizerChain([unsure, unsure]).verdict(asked) == .noOpinion(reason: "unsure\nunsure"))
    var master = asked
    master.user.groups = ["system:masters"]
    #expect(AuthorizerChain([no]).decide(master) == .allowed)
  }
}
