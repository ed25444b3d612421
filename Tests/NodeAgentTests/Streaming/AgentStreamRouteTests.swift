import NodeAgent
import Testing

@Suite struct AgentStreamRouteTests {
  @Test("the paths of kubelet's streaming API name their containers and pods")
  func routes() {
    #expect(
      AgentStreamRoute(path: "/exec/default/web/main")
        == .exec(.init(namespace: "default", pod: "web", name: "main")))
    #expect(
      AgentStreamRoute(path: "/attach/default/web/main")
        == .attach(.init(namespace: "default", pod: "web", name: "main")))
    #expect(
      AgentStreamRoute(path: "/portForward/default/web")
        == .portForward(namespace: "default", pod: "web"))
  }

  @Test(
    "other paths are none of its",
    arguments: [
      "/", "/exec", "/exec/default/web", "/exec/default//main", "/exec/default/web/main/more",
      "/portForward/default/web/main", "/containerLogs/default/web/main", "exec/default/web/main",
    ])
  func others(path: String) {
    #expect(AgentStreamRoute(path: path) == nil)
  }
}
