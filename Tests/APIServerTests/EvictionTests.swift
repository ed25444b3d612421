import Resources
import Testing

@testable import APIServer

@Suite struct EvictionTests {
  @Test("an evicted pod says that it was, once, beside its other conditions")
  func marked() {
    let ready: Document = ["type": "Ready", "status": "True"]
    let pod: Document = ["status": ["conditions": [ready]]]
    let once = EvictionHandler.marked(pod, at: "2026-01-01T00:00:00Z")
    let conditions = once[path: "status", "conditions"]?.elements.map { $0 } ?? []
    #expect(conditions.map { $0["type"]?.string } == ["Ready", "DisruptionTarget"])
    #expect(conditions.last?["reason"]?.string == "EvictionByEvictionAPI")
    #expect(EvictionHandler.marked(once, at: "2027-01-01T00:00:00Z") == once)
  }
}
