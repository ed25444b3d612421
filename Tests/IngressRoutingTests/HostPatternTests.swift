import IngressRouting
import Testing

@Suite struct HostPatternTests {
  @Test(
    "a request's host is compared without port, closing dot and capitals",
    arguments: [
      ("shop.test", "shop.test"), ("Shop.TEST", "shop.test"), ("shop.test:8443", "shop.test"),
      ("shop.test.", "shop.test"), ("shop.test.:80", "shop.test"), ("", ""), ("[::1]:80", "[::1]"),
      ("192.0.2.7:80", "192.0.2.7"),
    ])
  func name(_ field: String, _ name: String) {
    #expect(HostPattern.name(ofHostField: field) == name)
  }

  @Test("a wildcard stands for one label")
  func wildcards() {
    let wildcard = HostPattern("*.shop.test")
    #expect(wildcard == .wildcard(".shop.test"))
    #expect(wildcard.covers(.exact("a.shop.test")))
    #expect(!wildcard.covers(.exact("a.b.shop.test")))
    #expect(!wildcard.covers(.exact("shop.test")))
    #expect(!wildcard.covers(.exact(".shop.test")))
    #expect(wildcard.covers(.wildcard(".shop.test")))
    #expect(!HostPattern("a.shop.test").covers(wildcard))
    #expect(HostPattern(nil) == .any)
    #expect(HostPattern("") == .any)
  }
}
