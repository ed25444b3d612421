import Testing

@testable import Resources

@Suite("Rules of webhook configurations")
struct WebhookConfigurationValidationTests {
  private static let good: Document = [
    "name": "a.example.com", "clientConfig": ["url": "https://example.com/x"],
    "rules": [
      ["operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]]
    ], "sideEffects": "None", "admissionReviewVersions": ["v1"], "timeoutSeconds": 10,
  ]

  private func errors(_ changes: Document) -> [String] {
    var hook = Self.good
    for (member, value) in changes.members { hook[member] = value.isNull ? nil : value }
    return WebhookConfigurationValidation.errors(["webhooks": [hook]]).map(\.description)
  }

  @Test("a good one passes, with the longest and the shortest timeout")
  func good() {
    #expect(errors(.emptyObject).isEmpty)
    #expect(errors(["timeoutSeconds": 1]).isEmpty && errors(["timeoutSeconds": 30]).isEmpty)
    #expect(errors(["admissionReviewVersions": ["v7", "v1beta1"]]).isEmpty)
    let service: Document = ["service": ["namespace": "n", "name": "s", "path": "/a/b"]]
    #expect(errors(["clientConfig": service]).isEmpty)
  }

  @Test(
    "each rule that is broken is told as upstream tells it",
    arguments: [
      (
        ["name": "short.name"],
        "webhooks[0].name: Invalid value: \"short.name\": should be a domain with at least three "
          + "segments separated by dots"
      ),
      (
        ["timeoutSeconds": 31],
        "webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and "
          + "30 seconds"
      ),
      (
        ["timeoutSeconds": 0],
        "webhooks[0].timeoutSeconds: Invalid value: 0: the timeout value must be between 1 and "
          + "30 seconds"
      ),
      (
        ["sideEffects": "Some"],
        "webhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\", "
          + "\"NoneOnDryRun\""
      ),
      (
        ["sideEffects": .null],
        "webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun"
      ),
      (
        ["failurePolicy": "Maybe"],
        "webhooks[0].failurePolicy: Unsupported value: \"Maybe\": supported values: \"Fail\", "
          + "\"Ignore\""
      ),
      (
        ["admissionReviewVersions": ["v7"]],
        "webhooks[0].admissionReviewVersions: Invalid value: [\"v7\"]: must include at least one "
          + "of v1, v1beta1"
      ),
      (
        ["admissionReviewVersions": ["v1", "v1"]],
        "webhooks[0].admissionReviewVersions[1]: Invalid value: \"v1\": duplicate version"
      ),
      (
        ["clientConfig": .emptyObject],
        "webhooks[0].clientConfig: Required value: exactly one of url or service is required"
      ),
      (
        ["clientConfig": ["url": "https://a", "service": ["name": "b", "namespace": "c"]]],
        "webhooks[0].clientConfig: Required value: exactly one of url or service is required"
      ),
      (
        ["namespaceSelector": ["matchExpressions": [["key": "a", "operator": "In"]]]],
        "webhooks[0].namespaceSelector.matchExpressions[0].values: Required value: must be "
          + "specified when `operator` is 'In' or 'NotIn'"
      ),
    ] as [(Document, String)])
  func broken(_ changes: Document, _ message: String) {
    #expect(errors(changes) == [message])
  }

  @Test(
    "URLs are https, name a host, and nothing more than a path",
    arguments: [
      ("http://example.com", "Invalid value: \"http\": 'https' is the only allowed URL scheme"),
      ("https:///path", "Invalid value: \"\": host must be specified"),
      ("https://u:p@example.com", "Invalid value: \"u:p\": user information is not permitted"),
      ("https://example.com/#part", "Invalid value: \"part\": fragments are not permitted"),
      ("https://example.com/?a=b", "Invalid value: \"a=b\": query parameters are not permitted"),
    ])
  func urls(_ url: String, _ message: String) {
    let found = errors(["clientConfig": ["url": Document(url)]])
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("webhooks[0].clientConfig.url: \(message)") == true)
  }

  @Test(
    "rules name what they match, and wildcards stand alone",
    arguments: [
      (["operations": []], "operations: Required value"),
      (
        ["operations": ["*", "CREATE"]],
        "operations: Invalid value: [\"*\",\"CREATE\"]: if '*' is present, must not specify other "
          + "operations"
      ),
      (
        ["operations": ["READ"]],
        "operations[0]: Unsupported value: \"READ\": supported values: \"*\", \"CONNECT\", "
          + "\"CREATE\", \"DELETE\", \"UPDATE\""
      ),
      (["apiVersions": [""]], "apiVersions[0]: Required value"),
      (
        ["resources": ["*", "pods"]],
        "resources: Invalid value: [\"*\",\"pods\"]: if '*' is present, must not specify other "
          + "resources without subresources"
      ),
      (
        ["resources": ["pods/*", "pods/log"]],
        "resources[1]: Invalid value: \"pods/log\": if 'pods/*' is present, must not specify "
          + "pods/log"
      ),
      (
        ["scope": "World"],
        "scope: Unsupported value: \"World\": supported values: \"*\", \"Cluster\", "
          + "\"Namespaced\""
      ),
    ] as [(Document, String)])
  func rules(_ changes: Document, _ message: String) {
    var rule: Document = [
      "operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*/*"],
    ]
    for (member, value) in changes.members { rule[member] = value }
    let found = errors(["rules": [rule]])
    #expect(found.contains { $0.hasPrefix("webhooks[0].rules[0].\(message)") }, "\(found)")
  }

  @Test("two webhooks of one configuration have two names")
  func duplicates() {
    let found = WebhookConfigurationValidation.errors(["webhooks": [Self.good, Self.good]])
    #expect(found.map(\.description) == ["webhooks[1].name: Duplicate value: \"a.example.com\""])
  }
}
