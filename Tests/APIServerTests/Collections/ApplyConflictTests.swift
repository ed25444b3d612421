import Resources
import Testing

@testable import APIServer

@Suite struct ApplyConflictTests {
  private func error(_ items: (owner: String, path: String)...) -> APIError {
    .applyConflict(
      FieldManager.Conflict(items: items.map { .init(owner: $0.owner, path: $0.path) }))
  }

  @Test("one conflict is told in one line, with its cause")
  func one() {
    let error = error((#""mgr" using v1"#, ".spec.replicas"))
    #expect(error.code == 409)
    #expect(
      error.message
        == #"Apply failed with 1 conflict: conflict with "mgr" using v1: .spec.replicas"#)
    #expect(
      error.details.causes == [
        APIError.Cause(
          reason: "FieldManagerConflict", message: #"conflict with "mgr" using v1"#,
          field: ".spec.replicas")
      ])
  }

  @Test("several conflicts are listed by owner")
  func several() {
    let error = error((#""a""#, ".data.x"), (#""a""#, ".data.y"), (#""b""#, ".data.z"))
    #expect(
      error.message == """
        Apply failed with 3 conflicts: conflicts with "a":
        - .data.x
        - .data.y
        conflicts with "b":
        - .data.z
        """)
  }
}
