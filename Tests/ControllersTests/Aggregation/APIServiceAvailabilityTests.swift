import Foundations
import Logging
import MartletTesting
import Resources
import Synchronization
import Testing

@testable import APIServer
@testable import Controllers

@Suite("Availability of APIServices", .timeLimit(.minutes(1)))
struct APIServiceAvailabilityTests {
  private static let remote: Document = [
    "metadata": ["name": "v1.example.com"],
    "spec": ["service": ["namespace": "n", "name": "s", "port": 443]],
  ]

  private func service(_ ports: Document) -> Service { Service(["spec": ["ports": ports]]) }

  private func slice(ready: Bool, port: String = "https") -> EndpointSlice {
    EndpointSlice([
      "ports": [["name": Document(port), "port": 8443]],
      "endpoints": [["addresses": ["10.0.0.1"], "conditions": ["ready": Document(ready)]]],
    ])
  }

  private func reason(_ service: Service?, _ slices: [EndpointSlice] = []) -> String {
    switch APIServiceAvailability(Self.remote, service: service, slices: slices) {
    case .known(let condition): "\(condition.reason): \(condition.message)"
    case .needsProbe: "probe"
    }
  }

  @Test("what the objects tell comes before any question to the server")
  func verdicts() {
    #expect(reason(nil) == "ServiceNotFound: service/s in \"n\" is not present")
    #expect(
      reason(service([["port": 80]]))
        == "ServicePortError: service/s in \"n\" is not listening on port 443")
    let good = service([["name": "https", "port": 443]])
    #expect(
      reason(good) == "EndpointsNotFound: cannot find endpointslices for service/s in \"n\"")
    let missing =
      "MissingEndpoints: endpointslices for service/s in \"n\" have no addresses with port name "
      + "\"https\""
    #expect(reason(good, [slice(ready: false)]) == missing)
    #expect(reason(good, [slice(ready: true, port: "other")]) == missing)
    #expect(reason(good, [slice(ready: false), slice(ready: true)]) == "probe")
    #expect(
      APIServiceAvailability(["spec": .emptyObject], service: nil, slices: [])
        == .known(APIServiceAvailability.local))
  }

  @Test("a condition keeps its place and others, and its time while its status stays")
  func conditions() throws {
    let early = Timestamp(seconds: 1_000_000_000)
    let late = Timestamp(seconds: 1_000_000_100)
    let passed = APIServiceAvailability.probed(problem: nil)
    let first = try #require(passed.replacing(in: nil, now: early))
    #expect(first[0]["message"] == "all checks passed")
    #expect(passed.replacing(in: first, now: late) == nil)
    var both = first
    both.append(["type": "Other", "status": "True"])
    let failed = APIServiceAvailability.probed(problem: "no answer")
    let second = try #require(failed.replacing(in: both, now: late))
    #expect(second.count == 2 && second[1]["type"] == "Other")
    #expect(second[0]["status"] == "False" && second[0]["reason"] == "FailedDiscoveryCheck")
    #expect(second[0]["lastTransitionTime"]?.string == late.description)
    let other = try #require(
      APIServiceAvailability.probed(problem: "nobody there").replacing(
        in: second, now: Timestamp(seconds: 1_000_000_200)))
    #expect(other[0]["lastTransitionTime"]?.string == late.description)
  }

  private final class FarServer: Sendable {
    let problem = Mutex<String?>("not yet")
  }

  @Test("each group and version of the server has an APIService, available and with its priority")
  func local() async throws {
    try await TestAPIServer.run { server in
      let client = server.api.client
      let informers = InformerSet(client: client)
      let apiServices = informers[.apiServices]
      let farServer = FarServer()
      let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      let loops = [
        ControllerLoop(
          LocalAPIServiceController(client: client, informers: informers, catalog: .builtin),
          waitingFor: [apiServices], logger: logger),
        ControllerLoop(
          APIServiceAvailabilityController(
            client: client, informers: informers, probe: { _ in farServer.problem.withLock { $0 } },
            forget: { _ in }),
          waitingFor: [apiServices, informers[.services], informers[.endpointSlices]],
          logger: logger),
      ]
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await informers.run() }
        for loop in loops { group.addTask { await loop.run() } }
        group.addTask {
          let core = try await found(apiServices, "v1.", reason: "Local")
          #expect(core[path: "spec", "groupPriorityMinimum"] == 18000)
          let apps = try await found(apiServices, "v1.apps", reason: "Local")
          #expect(apps[path: "spec", "versionPriority"] == 15)
          _ = try await client.delete(
            .apiServices, namespace: nil, name: "v1.apps", options: DeleteOptions())
          let again = try await found(apiServices, "v1.apps", reason: "Local") {
            $0[path: "metadata", "uid"] != apps[path: "metadata", "uid"]
          }
          #expect(again[path: "spec", "group"] == "apps")

          _ = try await client.create(
            .apiServices, namespace: nil,
            [
              "metadata": ["name": "v1.example.com"],
              "spec": [
                "group": "example.com", "version": "v1", "groupPriorityMinimum": 1,
                "versionPriority": 1, "service": ["namespace": "default", "name": "far"],
              ],
            ])
          _ = try await found(apiServices, "v1.example.com", reason: "ServiceNotFound")
          _ = try await client.create(
            .services, namespace: "default",
            [
              "metadata": ["name": "far"],
              "spec": ["type": "ExternalName", "externalName": "far.example.com"],
            ])
          _ = try await found(apiServices, "v1.example.com", reason: "FailedDiscoveryCheck")
          farServer.problem.withLock { $0 = nil }
          _ = try await client.patch(
            .apiServices, namespace: nil, name: "v1.example.com", subresource: nil,
            Patch(.merge, ["metadata": ["labels": ["look": "again"]]]), options: WriteOptions())
          _ = try await found(apiServices, "v1.example.com", reason: "Passed")
        }
        // The body ends first; the loops end without errors.
        try await group.next()
        group.cancelAll()
        while let result = await group.nextResult() { _ = try result.get() }
      }
    }
  }

  private func found(
    _ apiServices: Informer, _ name: String, reason: String,
    _ isWanted: @escaping @Sendable (Document) -> Bool = { _ in true }
  ) async throws -> Document {
    let key = ObjectKey(namespace: "", name: name)
    await apiServices.waitUntil(key) { object in
      guard let object, isWanted(object) else { return false }
      return object[path: "status", "conditions"]?[0]["reason"]?.string == reason
    }
    let object = try #require(apiServices[key])
    #expect(object[path: "status", "conditions"]?[0]["reason"]?.string == reason)
    return object
  }
}
