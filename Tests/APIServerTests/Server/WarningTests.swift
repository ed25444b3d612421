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

  @Test("an owner that is named twice in the same words is kept once, and told of")
  func repeatedOwners() async throws {
    func owner(_ uid: String, _ name: String = "o") -> String {
      #"{"apiVersion":"v1","kind":"Pod","name":"\#(name)","uid":"\#(uid)"}"#
    }
    func told(_ insertion: String, _ uids: String) -> [String] {
      [
        "299 - \".metadata.ownerReferences contains duplicate entries\(insertion); API server dedups "
          + "owner references in 1.20+, and may reject such requests as early as 1.24; please fix "
          + "your requests; duplicate UID(s) observed: \(uids)\""
      ]
    }
    func owners(_ answer: TestAPIClient.Answer) -> [String] {
      (answer.object[path: "metadata", "ownerReferences"] ?? .emptyArray).elements.map {
        "\($0["uid"]?.string ?? "")/\($0["name"]?.string ?? "")"
      }
    }
    try await TestAPIServer.run { server in
      let client = try server.client()
      let path = "/api/v1/namespaces/default/configmaps"
      let references = [owner("a"), owner("b"), owner("a"), owner("b", "other"), owner("b")]
      let body =
        #"{"metadata":{"name":"c","ownerReferences":[\#(references.joined(separator: ","))]}}"#
      let made = try await client.post(path, body)
      #expect(made.status == 201, "\(made.text)")
      #expect(owners(made) == ["a/o", "b/o", "b/other"])
      #expect(made.headers.values(of: "warning") == told("", "a, b"))
      let patched = try await client.patch(
        path + "/c", .json,
        #"[{"op":"add","path":"/metadata/ownerReferences/-","value":\#(owner("a"))}]"#)
      #expect(patched.status == 200, "\(patched.text)")
      #expect(owners(patched) == ["a/o", "b/o", "b/other"])
      #expect(
        patched.headers.values(of: "warning")
          == told(" after mutating admission happens", "a"))
      let read = try await client.get(path + "/c")
      #expect(owners(read) == ["a/o", "b/o", "b/other"])
    }
  }
}
