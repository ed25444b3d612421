import Foundations
import MartletTesting
import Networking
import Resources
import Testing

@testable import APIServer

@Suite("What monitoring is told of the server", .timeLimit(.minutes(5)))
struct ServerMetricsTests {
  @Test("requests are counted by what they were answered with, and objects where they are stored")
  func counts() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let maps = "/api/v1/namespaces/default/configmaps"
      _ = try await client.post(maps, #"{"metadata":{"name":"a"}}"#)
      _ = try await client.post(maps, #"{"metadata":{"name":"a"}}"#)
      _ = try await client.get(maps + "/a")
      _ = try await client.get(maps + "/a")
      _ = try await client.get(maps + "/b")
      let answer = try await client.get("/metrics")
      #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      func line(_ code: String, _ verb: String, _ count: Int) -> String {
        #"apiserver_request_total{component="apiserver",dry_run="",group="","#
          + #"resource="configmaps",scope="resource",subresource="",verb="\#(verb)",version="v1","#
          + #"code="\#(code)",system_client=""} \#(count)"# + "\n"
      }
      for expected in [
        line("201", "POST", 1), line("409", "POST", 1), line("200", "GET", 2),
        line("404", "GET", 1), #"apiserver_storage_objects{resource="configmaps"} 1"#,
        // This one's own.
        #"apiserver_current_inflight_requests{request_kind="readOnly"} 1"#,
        #"apiserver_current_inflight_requests{request_kind="mutating"} 0"#,
        #"apiserver_resource_objects{group="apps",resource="deployments"} 0"#,
        #"etcd_request_duration_seconds_count{group="",operation="commit",resource="configmaps"} 2"#,
        #"_admission_duration_seconds_bucket{operation="CREATE",rejected="false",type="validate""#,
        #"scope="resource",subresource="",verb="GET",version="v1",le="+Inf"} 3"#,
        "process_resident_memory_bytes ",
      ] { #expect(answer.text.contains(expected), "\(expected)") }
      // Each name is declared once, before its samples.
      let names = answer.text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
      #expect(Set(names).count == names.count)
    }
  }

  @Test("a watch is counted when it begins, and is open until it ends")
  func watches() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let answer = try await client.transport.stream(
        ClientRequest(.get, "/api/v1/namespaces/default/secrets?watch=true"))
      let text = try await client.get("/metrics").text
      #expect(
        text.contains(
          #"apiserver_longrunning_requests{component="apiserver",group="",resource="secrets","#
            + #"scope="namespace",subresource="",verb="WATCH",version="v1"} 1"#))
      #expect(text.contains(#"subresource="",verb="WATCH",version="v1"} 1"#))
      #expect(answer.status == 200)
    }
  }

  @Test("only who may read /metrics can")
  func access() async throws {
    try await TestAPIServer.run { server in
      let stranger = try server.client(user: "eve", groups: [])
      #expect(try await stranger.get("/metrics").status == 403)
      let monitoring = try server.client(user: "prometheus", groups: ["system:monitoring"])
      #expect(try await monitoring.get("/metrics").status == 200)
      #expect(try await server.client(user: nil).get("/metrics").status == 401)
    }
  }

  @Test("what other parts of the process add is told, and pods' logs count as connections")
  func parts() async throws {
    try await TestAPIServer.run { server in
      server.api.metrics.add { text in
        text.begin("martlet_test", .gauge, "A test's own.")
        text.sample("martlet_test", [:], 7)
      }
      let client = try server.client()
      _ = try await client.get("/api/v1/namespaces/default/pods/none/log")
      let text = try await client.get("/metrics").text
      #expect(text.contains("\nmartlet_test 7\n"))
      #expect(text.contains(#"subresource="log",verb="CONNECT",version="v1",code="404""#))
    }
  }
}
