import MartletTesting
import Networking
import Resources
import Testing

/// `Warning` fields of answers, through a listening server.
@Suite("Told beside the answer", .timeLimit(.minutes(5)))
struct WarningTests {
  private static let services = "/api/v1/namespaces/default/services"

  private func service(_ name: String) -> String {
    #"{"metadata":{"name":"\#(name)"},"spec":{"ports":[{"port":80}],"trafficDistribution":"PreferClose"}}"#
  }

  private static let told = [
    #"299 - "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"""#
  ]

  @Test("whoever writes a likely mistake is told so; whoever reads it is not")
  func writes() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let made = try await client.post(Self.services, service("a"))
      #expect(made.status == 201, "\(made.text)")
      #expect(made.headers.values(of: "warning") == Self.told)
      let dry = try await client.post(Self.services + "?dryRun=All", service("b"))
      #expect(dry.status == 201 && dry.headers.values(of: "warning") == Self.told)
      let patched = try await client.patch(
        Self.services + "/a", .merge, #"{"metadata":{"labels":{"a":"b"}}}"#)
      #expect(patched.status == 200 && patched.headers.values(of: "warning") == Self.told)
      let read = try await client.get(Self.services + "/a")
      #expect(read.status == 200 && read.headers.values(of: "warning").isEmpty)
    }
  }

  @Test("a write that is refused is told nothing but why")
  func refusals() async throws {
    try await TestAPIServer.run { server in
      let client = try server.client()
      let refused = try await client.post(Self.services, service("Not_a_name"))
      #expect(refused.status == 422 && refused.headers.values(of: "warning").isEmpty)
    }
  }

  @Test("everybody who asks for a deprecated kind is told what to use")
  func deprecatedKinds() async throws {
    let told = [
      #"299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice""#
    ]
    try await TestAPIServer.run { server in
      let client = try server.client()
      let endpoints = "/api/v1/namespaces/default/endpoints"
      let made = try await client.post(endpoints, #"{"metadata":{"name":"a"}}"#)
      #expect(made.status == 201 && made.headers.values(of: "warning") == told)
      for path in [endpoints, endpoints + "/a"] {
        let read = try await client.get(path)
        #expect(read.status == 200 && read.headers.values(of: "warning") == told)
      }
      let gone = try await client.send(.delete, endpoints + "/a")
      #expect(gone.status == 200 && gone.headers.values(of: "warning") == told)
      let slices = try await client.get(
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices")
      #expect(slices.headers.values(of: "warning").isEmpty)
    }
  }
}
