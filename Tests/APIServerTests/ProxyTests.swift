import Resources
import Testing

@testable import APIServer

@Suite("Proxied requests")
struct ProxyTests {
  @Test(
    "a link stays within the proxy, all else stays as it was",
    arguments: [
      ("<a href=\"/x\">y</a>", "<a href=\"/p/x\">y</a>"),
      ("<A HREF='/x'>", "<A HREF='/p/x'>"),
      ("<img alt=\"a>b\" src=/i.png>", "<img alt=\"a>b\" src=/p/i.png>"),
      ("<a href=\"x\">", "<a href=\"x\">"),
      ("<a href=\"//other/x\">", "<a href=\"//other/x\">"),
      ("<a href=\"/p/x\">", "<a href=\"/p/x\">"),
      ("<!-- <a href=\"/x\"> -->", "<!-- <a href=\"/x\"> -->"),
      ("<script>s = '<a href=\"/x\">'</SCRIPT>", "<script>s = '<a href=\"/x\">'</SCRIPT>"),
      ("a < b <a href", "a < b <a href"),
      ("<a = \"/x\" href=", "<a = \"/x\" href="),
    ])
  func links(page: String, expected: String) {
    let out = PageLinks(prefix: "/p").rewritten(Array(page.utf8))
    #expect(String(decoding: out, as: UTF8.self) == expected)
  }

  @Test("a proxied name holds a scheme and a port, or neither")
  func names() throws {
    #expect(try ProxyName("web").port == "")
    #expect(try ProxyName("web:http").port == "http")
    #expect(try ProxyName("https:web:443").isTLS)
    #expect(try ProxyName("https:web:").port == "")
    #expect(throws: APIError.self) { try ProxyName("ftp:web:21") }
    #expect(throws: APIError.self) { try ProxyName("a:b:c:d") }
  }

  @Test("a Service's request goes to a ready endpoint of the named port")
  func endpoints() throws {
    let service = Service([
      "spec": ["ports": [["name": "a", "port": 80], ["name": "b", "port": 81]]]
    ])
    let slice = EndpointSlice([
      "ports": [["name": "b", "port": 8081]],
      "endpoints": [
        ["addresses": ["10.0.0.1"], "conditions": ["ready": false]],
        ["addresses": ["10.0.0.2"], "conditions": ["ready": true]],
      ],
    ])
    var random = SystemRandomNumberGenerator()
    for port in ["b", "81"] {
      let target = try ProxyName("web:\(port)")
        .target(service: service, slices: [slice], using: &random)
      #expect(target == ProxyTarget(host: "10.0.0.2", port: 8081, trust: .none))
    }
    #expect(throws: APIError.self) {
      try ProxyName("web:a").target(service: service, slices: [slice], using: &random)
    }
    #expect(throws: APIError.self) {
      try ProxyName("web").target(service: service, slices: [slice], using: &random)
    }
  }

  @Test("a pod's first declared port is meant where none is named")
  func pods() throws {
    let pod = Pod([
      "status": ["podIP": "10.0.0.9"],
      "spec": ["containers": [["name": "x"], ["name": "y", "ports": [["containerPort": 8080]]]]],
    ])
    #expect(try ProxyName("p").target(pod: pod).port == 8080)
    #expect(try ProxyName("p:9090").target(pod: pod).port == 9090)
    #expect(throws: APIError.self) { try ProxyName("p:0").target(pod: pod) }
    #expect(throws: APIError.self) { try ProxyName("p").target(pod: Pod(["status": .emptyObject])) }
  }
}
