import Resources
import Testing

@testable import KeyManagement

@Suite struct EncryptionSettingsTests {
  private func read(_ providers: String, resources: String = "[secrets]") throws
    -> EncryptionSettings
  {
    try EncryptionSettings(
      try DocumentParser.parse(
        yaml: Array(
          """
          apiVersion: apiserver.config.k8s.io/v1
          kind: EncryptionConfiguration
          resources: [{resources: \(resources), providers: \(providers)}]
          """.utf8)))
  }

  private let kms = "{kms: {apiVersion: v2, name: a, endpoint: 'unix:///run/kms.sock'}}"

  @Test("the first provider seals, and the others open")
  func order() throws {
    let settings = try read("[\(kms), {identity: {}}]")
    #expect(settings.writer == 0)
    #expect(
      settings.plugins == [
        EncryptionSettings.Plugin(name: "a", socketPath: "/run/kms.sock", timeout: .seconds(3))
      ])
    let back = try read("[{identity: {}}, \(kms)]")
    #expect(back.writer == nil && back.plugins == settings.plugins)
    let two = try read(
      "[{kms: {apiVersion: v2, name: b, endpoint: 'unix:///b', timeout: 500ms}}, \(kms)]")
    #expect(two.writer == 0 && two.plugins.map(\.name) == ["b", "a"])
    #expect(two.plugins.first?.timeout == .milliseconds(500))
  }

  @Test(
    "what cannot be followed is refused by its field",
    arguments: [
      ("[]", "resources[0].providers: Required value"),
      ("[{aescbc: {keys: []}}]", "resources[0].providers[0]: Unsupported value: \"aescbc\""),
      ("[{identity: {}, kms: {}}]", "resources[0].providers[0]: Invalid value"),
      ("[{kms: {name: a, endpoint: 'unix:///a'}}]", "resources[0].providers[0].kms.apiVersion: "),
      (
        "[{kms: {apiVersion: v1, name: a, endpoint: 'unix:///a'}}]",
        "resources[0].providers[0].kms.apiVersion: Invalid value: unsupported apiVersion v1"
      ),
      (
        "[{kms: {apiVersion: v2, endpoint: 'unix:///a'}}]",
        "resources[0].providers[0].kms.name: Req"
      ),
      (
        "[{kms: {apiVersion: v2, name: 'a:b', endpoint: 'unix:///a'}}]",
        "resources[0].providers[0].kms.name: Invalid value: invalid KMS provider name a:b"
      ),
      (
        "[{kms: {apiVersion: v2, name: a, endpoint: 'unix:///a'}}, "
          + "{kms: {apiVersion: v2, name: a, endpoint: 'unix:///b'}}]",
        "resources[0].providers[1].kms.name: Invalid value: duplicate"
      ),
      (
        "[{kms: {apiVersion: v2, name: a}}]",
        "resources[0].providers[0].kms.endpoint: Invalid value"
      ),
      (
        "[{kms: {apiVersion: v2, name: a, endpoint: 'https://a'}}]",
        "resources[0].providers[0].kms.endpoint: Invalid value: \"https://a\": unsupported scheme"
      ),
      (
        "[{kms: {apiVersion: v2, name: a, endpoint: 'unix://a'}}]",
        "resources[0].providers[0].kms.endpoint: Invalid value"
      ),
      (
        "[{kms: {apiVersion: v2, name: a, endpoint: 'unix:///a', timeout: 0s}}]",
        "resources[0].providers[0].kms.timeout: Invalid value: \"0s\": timeout should be a positive"
      ),
      (
        "[{kms: {apiVersion: v2, name: a, endpoint: 'unix:///a', timeout: soon}}]",
        "resources[0].providers[0].kms.timeout: Invalid value"
      ),
      (
        "[{kms: {apiVersion: v2, name: a, endpoint: 'unix:///a', cachesize: 5}}]",
        "resources[0].providers[0].kms.cachesize: Invalid value: cachesize is not supported in v2"
      ),
      ("[{kms: {apiVersion: v2, nam: a}}]", "resources[0].providers[0].kms.nam: unknown field"),
    ])
  func wrong(_ providers: String, _ problem: String) {
    #expect {
      try read(providers)
    } throws: { "\($0)".hasPrefix(problem) }
  }

  @Test("only Secrets can be sealed so")
  func resources() {
    for resources in ["[]", "[configmaps]", "[secrets, '*.*']"] {
      #expect {
        try read("[{identity: {}}]", resources: resources)
      } throws: { "\($0)".hasPrefix("resources[0].resources") }
    }
    #expect(throws: EncryptionSettings.Problem.self) {
      try EncryptionSettings(["kind": "EncryptionConfiguration"])
    }
  }
}
