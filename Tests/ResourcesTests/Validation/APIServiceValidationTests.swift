import Testing

@testable import Resources

@Suite("Rules of APIServices")
struct APIServiceValidationTests {
  private func errors(_ changes: Document, name: String = "v1.example.com") -> [String] {
    var spec: Document = [
      "group": "example.com", "version": "v1", "groupPriorityMinimum": 1, "versionPriority": 1,
    ]
    for (member, value) in changes.members { spec[member] = value.isNull ? nil : value }
    return APIServiceValidation.errors(["metadata": ["name": Document(name)], "spec": spec])
      .map(\.description)
  }

  @Test("a local one, a remote one, and the core's own pass")
  func good() {
    #expect(errors(.emptyObject).isEmpty)
    #expect(errors(["service": ["namespace": "a", "name": "b"], "caBundle": "YQ=="]).isEmpty)
    #expect(errors(["group": .null], name: "v1.").isEmpty)
    #expect(errors(["groupPriorityMinimum": 20000, "versionPriority": 1000]).isEmpty)
  }

  @Test(
    "each rule that is broken is told as upstream tells it",
    arguments: [
      (
        ["version": "v2"],
        "metadata.name: Invalid value: \"v1.example.com\": must be "
          + "`spec.version+\".\"+spec.group`: \"v2.example.com\""
      ),
      (
        ["groupPriorityMinimum": 20001],
        "spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000"
      ),
      (
        ["versionPriority": 0],
        "spec.versionPriority: Invalid value: 0: must be positive and less than 1000"
      ),
      (
        ["caBundle": "YQ=="],
        "spec.caBundle: Invalid value: \"1 bytes\": local APIServices may not have a caBundle"
      ),
      (
        ["insecureSkipTLSVerify": true],
        "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have "
          + "insecureSkipTLSVerify"
      ),
      (
        [
          "service": ["namespace": "a", "name": "b"], "caBundle": "YQ==",
          "insecureSkipTLSVerify": true,
        ],
        "spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present"
      ),
      (["service": ["name": "b"]], "spec.service.namespace: Required value"),
    ] as [(Document, String)])
  func broken(_ changes: Document, _ message: String) {
    #expect(errors(changes) == [message])
  }
}
