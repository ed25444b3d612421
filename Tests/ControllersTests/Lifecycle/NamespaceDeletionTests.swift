import Foundations
import Resources
import Testing

@testable import Controllers

@Suite("How a namespace goes, and what it says meanwhile")
struct NamespaceDeletionTests {
  private static let start = Timestamp(seconds: 1_000)
  private static let later = Timestamp(seconds: 2_000)

  private func object(finalizers: [String] = []) -> Document {
    ["metadata": ["finalizers": Document(finalizers.map { Document($0) })]]
  }

  private func remains(_ kinds: [(ResourceType, [Document])]) -> NamespaceRemains {
    var remains = NamespaceRemains()
    for (resource, objects) in kinds { remains.note(resource, objects) }
    return remains
  }

  private func named(_ type: String, in conditions: [Document]) -> Document? {
    conditions.first { $0["type"]?.string == type }
  }

  @Test("pods go before everything else, the rest in the order it came in")
  func order() {
    #expect(
      NamespaceController.deletionOrder([.configMaps, .pods, .services])
        == [.pods, .configMaps, .services])
  }

  @Test("what is left is counted by kind, and its finalizers by name")
  func remaining() throws {
    let conditions = NamespaceDeletionConditions(
      remains([
        (.pods, [object(finalizers: ["b/x", "a/y"]), object(finalizers: ["b/x"])]),
        (.configMaps, [object()]),
      ])
    ).documents(after: [], now: Self.start)
    let content = try #require(named("NamespaceContentRemaining", in: conditions))
    #expect(content["status"]?.string == "True")
    #expect(
      content["message"]?.string
        == "Some resources are remaining: pods has 2 resource instances, "
        + "configmaps has 1 resource instances")
    let finalizers = try #require(named("NamespaceFinalizersRemaining", in: conditions))
    #expect(finalizers["status"]?.string == "True")
    #expect(
      finalizers["message"]?.string
        == "Some content in the namespace has finalizers remaining: "
        + "a/y in 1 resource instances, b/x in 2 resource instances")
  }

  @Test("a condition keeps its time while its status stays, whatever its message says")
  func times() throws {
    let first = NamespaceDeletionConditions(
      remains([
        (.pods, [object(finalizers: ["a/y"]), object()])
      ])
    ).documents(after: [], now: Self.start)
    let second = NamespaceDeletionConditions(remains([(.pods, [object()])]))
      .documents(after: first, now: Self.later)
    let content = try #require(named("NamespaceContentRemaining", in: second))
    #expect(content["message"]?.string?.contains("pods has 1") == true)
    #expect(content["lastTransitionTime"]?.string == Self.start.description)
    let finalizers = try #require(named("NamespaceFinalizersRemaining", in: second))
    #expect(finalizers["lastTransitionTime"]?.string == Self.later.description)
  }

  @Test("the same state is told in the same words, so that nothing need be written")
  func repeated() {
    let plan = NamespaceDeletionConditions(remains([(.pods, [object()])]))
    let first = plan.documents(after: [], now: Self.start)
    #expect(plan.documents(after: first, now: Self.later) == first)
  }

  @Test("servers behind that cannot be asked, or do not delete, are told in upstream's words")
  func hindrances() throws {
    var remains = NamespaceRemains()
    remains.undiscovered = ["a.example.com/v1: down", "b.example.com/v1: down"]
    remains.failures = ["/apis/c.example.com/v1/namespaces/n/things: no"]
    let conditions = NamespaceDeletionConditions(remains).documents(after: [], now: Self.start)
    let discovery = try #require(named("NamespaceDeletionDiscoveryFailure", in: conditions))
    #expect(discovery["status"] == "True" && discovery["reason"] == "DiscoveryFailed")
    #expect(
      discovery["message"]?.string
        == "Discovery failed for some groups, 2 failing: unable to retrieve the complete list of "
        + "server APIs: a.example.com/v1: down, b.example.com/v1: down")
    let deletion = try #require(named("NamespaceDeletionContentFailure", in: conditions))
    #expect(deletion["status"] == "True" && deletion["reason"] == "ContentDeletionFailed")
    #expect(
      deletion["message"]?.string
        == "Failed to delete all resource types, 1 remaining: "
        + "/apis/c.example.com/v1/namespaces/n/things: no")
    let content = try #require(named("NamespaceContentRemaining", in: conditions))
    #expect(content["status"] == "False")
  }
}
