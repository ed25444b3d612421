import Resources
import Testing

@testable import NodeAgent

@Suite struct ProbeTests {
  @Test("a verdict changes after enough results in a row")
  func counting() {
    let settings = ProbeSettings(Probe(["failureThreshold": 3, "successThreshold": 2]))
    var counter = ProbeCounter(settings, initial: false)
    let results = [true, true, false, false, true, false, false, false, true, true]
    let changes = results.map { counter.note(isSuccess: $0) }
    #expect(
      changes.map { $0.map(String.init) ?? "-" }
        == ["-", "true", "-", "-", "-", "-", "-", "false", "-", "true"])
  }

  @Test("numbers that are missing have the API's defaults")
  func defaults() {
    let settings = ProbeSettings(Probe())
    #expect(settings.period == .seconds(10) && settings.timeout == .seconds(1))
    #expect(settings.failureThreshold == 3 && settings.successThreshold == 1)
    #expect(settings.grace == nil)
  }

  @Test("a probe finds its port by number or by name")
  func targets() {
    let container = Container(["ports": [["name": "http", "containerPort": 8080]]])
    func target(_ probe: Document) -> ProbeTarget? {
      ProbeTarget(Probe(probe), container: container, podIP: "10.0.0.9")
    }
    #expect(target(["tcpSocket": ["port": "http"]]) == .tcp(host: "10.0.0.9", port: 8080))
    #expect(target(["tcpSocket": ["port": "nothing"]]) == nil)
    #expect(target(["tcpSocket": ["port": 0]]) == nil)
    #expect(
      target(["httpGet": ["port": 80, "path": "x?y", "scheme": "HTTPS", "host": "h"]])
        == .http(.init(isTLS: true, host: "h", port: 80, path: "/x?y", headers: [])))
    #expect(
      target(["grpc": ["port": 5, "service": "s"]])
        == .grpc(host: "10.0.0.9", port: 5, service: "s"))
    #expect(target([:]) == nil)
  }

  @Test(
    "redirects are followed on the same host only",
    arguments: [
      ("/b", "http://h:80/b"), ("b", "http://h:80/a/b"), ("https://h/c", "https://h:443/c"),
      ("http://h:81/", "http://h:81/"), ("http://other/", nil), ("ftp://h/", nil),
      ("http://h", "http://h:80/"), ("http://[::1]:8/", nil),
    ] as [(String, String?)])
  func redirects(_ location: String, _ expected: String?) {
    let check = ProbeTarget.HTTPCheck(isTLS: false, host: "h", port: 80, path: "/a/x", headers: [])
    let next = HTTPRedirect.follow(location, from: check)
    #expect(
      next.map { "\($0.isTLS ? "https" : "http")://\($0.host):\($0.port)\($0.path)" } == expected)
  }

  @Test("health messages have the protocol's bytes")
  func health() {
    #expect(HealthMessage.request("") == [])
    #expect(HealthMessage.request("ab") == [0x0a, 2, 0x61, 0x62])
    #expect(HealthMessage.request(String(repeating: "x", count: 300)).prefix(3) == [0x0a, 0xac, 2])
    #expect(HealthMessage.status(in: []) == .unknown)
    #expect(HealthMessage.status(in: [8, 1]) == .serving)
    #expect(HealthMessage.status(in: [8, 2]) == .notServing)
  }
}
