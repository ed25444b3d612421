import Foundations
import Resources
import Testing

@testable import Controllers

@Suite struct EventExpiryTests {
  @Test("an event lives as long as it is seen")
  func lastSeen() throws {
    let event: Document = [
      "metadata": ["creationTimestamp": "2026-01-01T00:00:00Z"],
      "lastTimestamp": "2026-01-01T01:00:00Z",
      "series": ["lastObservedTime": "2026-01-01T02:00:00.500000Z"],
    ]
    #expect(EventExpiry.lastSeen(event) == Timestamp("2026-01-01T02:00:00.5Z"))
    #expect(EventExpiry.lastSeen(["metadata": .emptyObject]) == nil)
  }
}
