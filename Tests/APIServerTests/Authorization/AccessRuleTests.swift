import Resources
import Testing

@testable import APIServer

@Suite struct AccessRuleTests {
  private func rule(_ document: Document) -> AccessRule { AccessRule(document) }

  private func asks(
    _ verb: String, _ resource: String, sub: String = "", group: String = "", name: String = ""
  ) -> AccessAttributes {
    var attributes = AccessAttributes(user: User(name: "u"), verb: verb)
    attributes.resource = resource
    attributes.subresource = sub
    attributes.group = group
    attributes.name = name
    return attributes
  }

  @Test("a rule allows its verbs on its resources, and neither subresources nor other groups")
  func plain() {
    let rules = [rule(["verbs": ["get"], "apiGroups": [""], "resources": ["pods", "pods/log"]])]
    #expect(rules.allow(asks("get", "pods")))
    #expect(rules.allow(asks("get", "pods", sub: "log")))
    #expect(!rules.allow(asks("get", "pods", sub: "exec")))
    #expect(!rules.allow(asks("list", "pods")))
    #expect(!rules.allow(asks("get", "pods", group: "apps")))
    #expect(!rules.allow(asks("get", "secrets")))
  }

  @Test("wildcards take any verb, group, resource, or one subresource of all resources")
  func wildcards() {
    let all = [rule(["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]])]
    #expect(all.allow(asks("frobnicate", "things", sub: "parts", group: "acme.com")))
    let scales = [rule(["verbs": ["get"], "apiGroups": ["*"], "resources": ["*/scale"]])]
    #expect(scales.allow(asks("get", "deployments", sub: "scale", group: "apps")))
    #expect(!scales.allow(asks("get", "deployments", sub: "status", group: "apps")))
    #expect(!scales.allow(asks("get", "deployments", group: "apps")))
    #expect(!scales.allow(asks("get", "deployments", sub: "upscale", group: "apps")))
  }

  @Test("names limit a rule to those objects; what has no name yet is none of them")
  func names() {
    let rules = [
      rule([
        "verbs": ["get", "create"], "apiGroups": [""], "resources": ["secrets"],
        "resourceNames": ["a"],
      ])
    ]
    #expect(rules.allow(asks("get", "secrets", name: "a")))
    #expect(!rules.allow(asks("get", "secrets", name: "b")))
    #expect(!rules.allow(asks("create", "secrets")))
  }

  @Test(
    "paths are taken whole, or with all below where they end in a star",
    arguments: [
      ("/healthz", true), ("/healthz/", false), ("/apis", false), ("/apis/", true),
      ("/apis/apps/v1", true), ("/metrics", false),
    ])
  func paths(_ path: String, _ isAllowed: Bool) {
    let rules = [rule(["verbs": ["get"], "nonResourceURLs": ["/healthz", "/apis/*"]])]
    var attributes = AccessAttributes(user: User(name: "u"), verb: "get")
    attributes.path = path
    #expect(rules.allow(attributes) == isAllowed)
    attributes.verb = "post"
    #expect(!rules.allow(attributes))
  }

  @Test("what is held covers what is wanted part by part, and the rest is named")
  func covering() {
    let held = [
      rule(["verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods"]]),
      rule(["verbs": ["*"], "apiGroups": ["apps"], "resources": ["*/scale"]]),
      rule(["verbs": ["get"], "nonResourceURLs": ["/apis/*"]]),
    ]
    func missing(_ wanted: Document) -> [String] {
      AccessRule.joinedByVerb(AccessRule.missing(from: held, [rule(wanted)]))
        .map(\.shortDescription)
    }
    #expect(missing(["verbs": ["get"], "apiGroups": [""], "resources": ["pods"]]) == [])
    #expect(
      missing([
        "verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"],
      ]) == [])
    #expect(
      missing(["verbs": ["get"], "apiGroups": ["apps"], "resources": ["deployments/scale"]])
        == [])
    #expect(missing(["verbs": ["get"], "nonResourceURLs": ["/apis/apps"]]) == [])
    #expect(
      missing(["verbs": ["get", "delete", "watch"], "apiGroups": [""], "resources": ["pods"]])
        == [#"{APIGroups:[""], Resources:["pods"], Verbs:["delete" "watch"]}"#])
    #expect(
      missing(["verbs": ["*"], "nonResourceURLs": ["*"]])
        == [#"{NonResourceURLs:["*"], Verbs:["*"]}"#])
  }

  @Test("a rule for one object covers no rule for all of them")
  func narrowNames() {
    let held = [
      rule([
        "verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"],
      ])
    ]
    let wanted = [rule(["verbs": ["get"], "apiGroups": [""], "resources": ["pods"]])]
    #expect(AccessRule.missing(from: held, wanted).count == 1)
  }
}
