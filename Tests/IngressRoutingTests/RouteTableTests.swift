import Foundations
import Resources
import Testing

@testable import IngressRouting

@Suite struct RouteTableTests {
  private let services = SampleServices(
    endpoints: Dictionary(
      uniqueKeysWithValues: ["a", "b", "c", "d"].map {
        ($0, [SampleServices.endpoint("10.42.0.\($0.utf8.first ?? 0)")])
      }))

  private func service(_ table: RouteTable, _ host: String, _ path: String) -> String? {
    table.route(host: host, path: path)
      .flatMap { table.backends[$0.backend].reference.service?.name }
  }

  @Test("the host itself comes before a wildcard, and this before rules for every host")
  func hosts() {
    let table = RouteTable(
      [
        SampleIngress("one").path(nil, "/", "a").path("*.shop.test", "/", "b")
          .path("web.shop.test", "/only", "c").parsed
      ], services.objects)
    #expect(service(table, "web.shop.test", "/only/this") == "c")
    // What the host's own rules are not about, the wider ones may be.
    #expect(service(table, "web.shop.test", "/other") == "b")
    #expect(service(table, "x.shop.test", "/") == "b")
    #expect(service(table, "x.y.shop.test", "/") == "a")
    #expect(service(table, "", "/") == "a")
    #expect(table.problems.isEmpty)
  }

  @Test("default backends take what no rule is about: the host's own before the oldest")
  func fallbacks() {
    let table = RouteTable(
      [
        SampleIngress("young", created: "2026-03-01T00:00:00Z").fallback("c").parsed,
        SampleIngress("old", created: "2026-01-01T00:00:00Z").fallback("a").parsed,
        SampleIngress("own", created: "2026-02-01T00:00:00Z").path("web.test", "/x", "b")
          .fallback("d").parsed,
      ], services.objects)
    #expect(service(table, "web.test", "/x") == "b")
    #expect(service(table, "web.test", "/y") == "d")
    #expect(service(table, "other.test", "/") == "a")
    #expect(RouteTable().route(host: "web.test", path: "/") == nil)
  }

  @Test("a host and path that two Ingresses claim goes to the older one, and the other is told")
  func conflict() throws {
    let old = SampleIngress("old").path("web.test", "/", "a")
    let young = SampleIngress("young", created: "2026-02-01T00:00:00Z")
      .path("web.test", "/", "b").path("web.test", "/api", "b")
    let table = RouteTable([young.parsed, old.parsed], services.objects)
    #expect(service(table, "web.test", "/") == "a")
    // The rest of the younger one is not harmed.
    #expect(service(table, "web.test", "/api") == "b")
    let problem = try #require(table.problems.first)
    #expect(table.problems.count == 1)
    #expect(problem.ingress.name == "young")
    #expect(problem.reason == .pathTaken)
    #expect(
      problem.message
        == "spec.rules[0].http.paths[0]: host web.test, path / (Prefix) is served by Ingress "
        + "default/old, which is older: change host or path here, or remove it there")
    // The older one gone, the younger one has it.
    #expect(service(RouteTable([young.parsed], services.objects), "web.test", "/") == "b")
  }

  @Test("endpoints that are not ready, or on their way out, get no requests")
  func endpoints() throws {
    let services = SampleServices(
      endpoints: [
        "web": [
          SampleServices.endpoint("10.0.0.1"), SampleServices.endpoint("10.0.0.2", ready: false),
          SampleServices.endpoint("10.0.0.3", terminating: true),
          SampleServices.endpoint("10.0.0.4", ready: nil), SampleServices.endpoint("10.0.0.1"),
        ], "none": [],
      ])
    let table = RouteTable(
      [
        SampleIngress("one").path("web.test", "/", "web", port: "http")
          .path("none.test", "/", "none").parsed
      ], services.objects)
    let route = try #require(table.route(host: "web.test", path: "/"))
    #expect(
      table.backends[route.backend].endpoints.map(\.description)
        == ["10.0.0.1:8080", "10.0.0.4:8080"])
    let none = try #require(table.route(host: "none.test", path: "/"))
    #expect(table.backends[none.backend].endpoints.isEmpty)
    // Pods that are not there yet are nobody's mistake.
    #expect(table.problems.isEmpty)
  }

  @Test("what a backend lacks is told with the field and the fix, for each Ingress that names it")
  func problems() {
    var services = services
    services.endpoints["outside"] = []
    services.types["outside"] = "ExternalName"
    var resource = SampleIngress("bucket")
    resource.defaultBackend = ["resource": ["kind": "StorageBucket", "name": "x", "apiGroup": "s"]]
    let table = RouteTable(
      [
        SampleIngress("a").path("a.test", "/", "missing").parsed,
        SampleIngress("b").path("b.test", "/", "missing").parsed,
        SampleIngress("c").path("c.test", "/", "a", port: 81).parsed,
        SampleIngress("d").path("d.test", "/", "outside").parsed, resource.parsed,
      ], services.objects)
    #expect(
      table.problems.map { "\($0.ingress.name) \($0.reason.rawValue)" }
        == [
          "a ServiceMissing", "b ServiceMissing", "bucket Unsupported", "c PortMissing",
          "d Unsupported",
        ])
    #expect(
      table.problems.last { $0.reason == .portMissing }?.message.contains(
        "spec.rules[0].http.paths[0].backend.service.port: Service default/a has no port 81, it has "
          + "\"http\"") == true)
  }
}
